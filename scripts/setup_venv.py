"""Make .venv and install the locked, hash-checked packages into it.

Run by the system's Python, so it keeps to the standard library; an old one must get as far as our sentence.
"""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
OLDEST = (3, 11)


def main() -> None:
    requirements = PROJECT / sys.argv[1]
    check_python()
    if not works():
        create()
    install(requirements)


def check_python() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"需要 Python 3.11 或更高版本，当前是 {sys.version.split()[0]}（{sys.executable}）。\n"
            "请安装后重试，或指定解释器：make PYTHON=/路径/python3.11 …"
        )


def works() -> bool:
    """False where .venv is missing, was moved, or its interpreter has gone."""
    python = VENV / "bin" / "python"
    check = "import sys, pip; sys.exit(sys.prefix != sys.argv[1])"
    return (
        python.exists() and subprocess.run([python, "-c", check, VENV], capture_output=True).returncode == 0
    )


def create() -> None:
    print("· 建立 Python 虚拟环境 .venv …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode == 0:
        return
    if "ensurepip" in made.stdout + made.stderr:
        sys.exit("没有建立 .venv：系统缺少 python3-venv。请运行 apt-get install python3-venv 后重试。")
    sys.exit(f"没有建立 .venv:\n{made.stdout}{made.stderr}")


def install(requirements: Path) -> None:
    total = requirements.read_text().count("==")
    print(f"· 安装 {total} 个 Python 软件包（{requirements.name}，逐个核对哈希）…", flush=True)
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--require-hashes", "--only-binary", ":all:", "-r", str(requirements)]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    last = report(pip.stdout or (), total)
    if pip.wait() != 0:
        advice = "没有装好 Python 软件包，原因见上。请检查网络后重试；内网可用 PIP_INDEX_URL 指定镜像。"
        sys.exit("".join([*last, advice]))


def report(lines: Iterable[str], total: int) -> Iterable[str]:
    """Show how far pip is, a line for every 25 packages; returns its last words."""
    last: deque[str] = deque(maxlen=15)
    seen = 0
    for line in lines:
        last.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            if seen % 25 == 0:
                print(f"  {seen}/{total}", flush=True)
        elif line.startswith("Installing collected"):
            print("  下载完毕，正在安装…", flush=True)
    return last


if __name__ == "__main__":
    main()
