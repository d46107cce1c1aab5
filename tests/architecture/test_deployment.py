"""No container engine runs here, so what the deployment files name is held against what exists."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
SECRETS = ("SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL")
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "a-key-that-is-long-enough-for-a-test-but-guards-nothing-at-all",
    "ALLOWED_HOSTS": "sfc.example.gov.cn",
    "DATABASE_URL": "postgres:///nowhere",
    "REDIS_URL": "redis://localhost",
}


def dockerfile_commands() -> list[list[str]]:
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    return [json.loads(words) for words in re.findall(r"\bCMD (\[.*\])", text)]


def compose_commands() -> list[list[str]]:
    return [SERVICES[name]["command"] for name in OURS if "command" in SERVICES[name]]


COMMANDS = [*dockerfile_commands(), *compose_commands()]
INSTALLED = [command for command in COMMANDS if command[0] != "python"]  # by pip; the others are our own


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_of_the_image_exists(command: list[str]):
    program, first = command[:2]

    if program == "python" and first == "manage.py":
        assert command[2] in get_commands()
    elif program == "python":
        assert (PROJECT / first).exists()
    else:
        assert Path(sys.executable).with_name(program).exists()


@pytest.mark.parametrize("command", INSTALLED, ids=" ".join)
def test_every_option_of_the_image_s_commands_is_known(command: list[str]):
    subcommand = command[:4] if command[0] == "celery" else command[:1]

    shown = run([str(Path(sys.executable).with_name(subcommand[0])), *subcommand[1:], "--help"], PRODUCTION)

    options = {word.split("=")[0] for word in command if word.startswith("--")}
    assert {option for option in options if option not in shown.stdout} == set()


def test_the_site_the_queue_the_database_and_the_programs_are_all_there():
    named = set(SERVICES)

    assert named == {"postgres", "redis", "migrate", "web", "worker", "beat"}


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_has_a_default(name: str):
    text = (PROJECT / "docker-compose.yml").read_text()

    uses = re.findall(rf"\$\{{{name}[^}}]*\}}", text)

    assert uses
    assert all(use.startswith(f"${{{name}:?") for use in uses)


def test_every_variable_of_the_compose_file_is_explained_in_the_example():
    used = set(re.findall(r"\$\{(\w+)", (PROJECT / "docker-compose.yml").read_text()))

    explained = set(re.findall(r"^#?(\w+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))

    assert used == explained


def test_data_lives_on_volumes():
    volumes = {name: service.get("volumes", []) for name, service in SERVICES.items()}

    mounts = {name: [volume.split(":")[0] for volume in mounted] for name, mounted in volumes.items()}

    assert mounts["postgres"] == ["database"]
    assert mounts["redis"] == ["queue"]
    assert mounts["web"] == mounts["worker"] == ["media"]
    assert set(COMPOSE["volumes"]) == {"database", "queue", "media"}


def test_the_queue_survives_a_crash_and_never_drops_a_message():
    command = " ".join(SERVICES["redis"]["command"])

    assert "--appendonly yes" in command
    assert "--appendfsync everysec" in command
    assert "--maxmemory-policy noeviction" in command


def test_the_image_runs_as_an_ordinary_user():
    instructions = (PROJECT / "Dockerfile").read_text().splitlines()

    users = [line.split()[1] for line in instructions if line.startswith("USER")]

    assert users == ["shifancun"]
    assert all(service.get("user") != "root" for service in SERVICES.values())


def test_compose_itself_accepts_the_file():
    if not has_compose():
        pytest.skip("没有 docker compose，未用它核对 docker-compose.yml")
    secrets = dict.fromkeys(SECRETS, "0123456789abcdef")

    checked = run(["docker", "compose", "config", "--quiet"], secrets)

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("missing", REQUIRED)
def test_production_refuses_to_start_without(missing: str):
    environment = {**PRODUCTION, missing: ""}

    refused = run([sys.executable, "-c", "from config.wsgi import application"], environment)

    assert refused.returncode != 0
    assert f"没有设置环境变量 {missing}，网站不能启动" in refused.stderr


def test_the_lock_files_name_no_host():
    locked = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    requirements = [path.read_text() for path in PROJECT.glob("requirements*.txt")]

    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in locked.items() if name)
    assert len(requirements) == 4
    assert all("://" not in text and "--hash=sha256:" in text for text in requirements)


def has_compose() -> bool:
    return bool(shutil.which("docker")) and run(["docker", "compose", "version"], {}).returncode == 0


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )
