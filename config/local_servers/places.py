"""Where the embedded servers of one project folder keep their data, logs, locks and sockets."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
LONGEST_SOCKET_PATH = 100  # sockaddr_un holds 108 bytes on Linux and 104 on macOS


def var() -> Path:
    """The folder everything lives in: SHIFANCUN_VAR, or var/ in the project."""
    return Path(os.environ.get("SHIFANCUN_VAR") or PROJECT / "var").resolve()


def log(name: str) -> Path:
    folder = var() / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def run() -> Path:
    """The folder of sockets and locks: in var(), or below /tmp where that path is too long for a socket."""
    folder = var() / "run"
    if len(os.fsencode(folder / "postgres" / LONGEST_SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(var())).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"shifancun-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if folder.lstat().st_uid != os.geteuid():
        raise PermissionError(EACCES, "属于另一个用户", str(folder))
    return folder


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold a lock file of run(); the kernel lets go of it when the process dies, however it dies."""
    with (run() / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
