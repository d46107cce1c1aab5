# The two commands: `make demo` and `make test`. Everything they need is set up by themselves, and only once:
# a stamp file carries the hash of what it was made from.

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that runs and is new enough; a wrong one is refused with a sentence by setup_venv.py.
PYTHON ?= $(or $(shell for python in python3 python3.11 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),python3)
hash = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
VENV_READY := $(VENV)/ready-$(call hash,requirements-dev.txt)
BENCH_READY := $(VENV)/bench-$(call hash,requirements-bench.txt)
ASSETS_READY := static/vendor/.ready-$(call hash,package-lock.json scripts/build_assets.py)

# Checks that read the settings but need no server.
OFFLINE := DATABASE_URL=postgres:///nowhere REDIS_URL=redis://localhost
PRODUCTION := $(OFFLINE) DJANGO_SETTINGS_MODULE=config.settings.production \
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w 0) ALLOWED_HOSTS=example.org

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench lock assets setup clean

help:  ## 列出这些命令
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: setup  ## 启动演示（PORT=8000），Ctrl-C 停止，数据保留
	@$(BIN)/python scripts/demo.py

demo-reset: setup  ## 清空演示数据并重新启动演示
	@$(BIN)/python scripts/demo.py --reset

test: setup  ## 运行全部测试；ARGS="-k 名称" 只运行一部分
	@$(BIN)/python -m pytest $(or $(ARGS),-n 2)

check: setup  ## 检查代码：格式、类型、分层、迁移、部署设置
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(OFFLINE) $(BIN)/python -m mypy
	@$(OFFLINE) $(BIN)/python -c 'from importlinter.cli import lint_imports_command as run; run()'
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup $(BENCH_READY)  ## 测量计算达标的速度，写入 bench/results.md；BENCH="--villages 5000" 少量试测
	@$(BIN)/python -m bench $(BENCH)

setup: $(VENV_READY) $(ASSETS_READY)  ## 建立虚拟环境，取前端文件

assets: $(VENV_READY)  ## 重新取前端文件
	@$(BIN)/python scripts/build_assets.py
	@touch $(ASSETS_READY)

$(VENV_READY):
	@$(PYTHON) scripts/setup_venv.py requirements-dev.txt
	@rm -f $(VENV)/ready-*
	@touch $@

$(BENCH_READY): $(VENV_READY)
	@$(PYTHON) scripts/setup_venv.py requirements-bench.txt
	@rm -f $(VENV)/bench-*
	@touch $@

$(ASSETS_READY): $(VENV_READY)
	@$(BIN)/python scripts/build_assets.py
	@rm -f static/vendor/.ready-*
	@touch $@

LOCK := uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header

lock:  ## 重新锁定依赖版本（需要 uv 和 npm）
	@command -v uv >/dev/null || { echo "需要 uv：请运行 pip install uv 后重试。"; exit 1; }
	@command -v npm >/dev/null || { echo "需要 npm：请安装 Node.js 20 或更高版本后重试。"; exit 1; }
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt
	$(LOCK) --extra bench pyproject.toml -c requirements.txt -o requirements-bench.txt
	$(LOCK) requirements-node.in -o requirements-node.txt
	npm install --package-lock-only

clean:  ## 删除虚拟环境、前端文件和缓存（演示数据 var/ 不删）
	rm -rf $(VENV) node_modules static/vendor staticfiles htmlcov .coverage
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
