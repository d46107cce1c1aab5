"""Running programs for the demonstration: steps to their end, servers until somebody says stop."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from config.local_servers import places

STOP_SECONDS = 20
PR_SET_PDEATHSIG = 1


class StepFailed(Exception):
    """A step did not work; the message says what, and what to do."""


@dataclass(frozen=True)
class Program:
    name: str
    label: str
    command: list[str]


class Programs:
    """Several programs that belong together: when one ends, all end."""

    def __init__(self, programs: list[Program], environment: dict[str, str]) -> None:
        self.programs = programs
        self.environment = environment
        self.running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        for program in self.programs:
            self.running.append((program, spawn(program.name, program.command, self.environment)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        print("\n· 正在停止 … ", end="", flush=True)
        for _, process in reversed(self.running):
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for _, process in self.running:
            end(process, deadline)
        print("已全部停止", flush=True)

    def check(self) -> None:
        """Raise when one of them has ended."""
        for program, process in self.running:
            if process.poll() is not None:
                raise StepFailed(
                    f"{program.label}意外停止（退出码 {process.returncode}）。\n{tail(program.name)}"
                )

    def wait(self) -> None:
        while True:
            self.check()
            time.sleep(0.5)


def spawn(
    name: str, command: list[str], environment: dict[str, str], stdout: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own: a Ctrl-C reaches us alone, and we end it in order."""
    with places.log(name).open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=Path(__file__).resolve().parent.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout or log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )


def _end_with_parent() -> None:
    """On Linux: have the kernel end this program, too, when the one that started it is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end(process: subprocess.Popen[bytes], deadline: float) -> None:
    """Wait for a program that was told to stop; past the deadline, kill it with all it started."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.1, deadline - time.monotonic()))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_step(name: str, command: list[str], environment: dict[str, str]) -> str:
    """Run a program to its end and return what it printed; raise with its last lines when it fails."""
    process = spawn(name, command, environment, stdout=subprocess.PIPE)
    try:
        output, _ = process.communicate()
    except BaseException:
        process.terminate()
        end(process, time.monotonic() + STOP_SECONDS)
        raise
    with places.log(name).open("ab") as log:
        log.write(output)
    if process.returncode != 0:
        advice = "请按上面的提示处理。演示数据不完整时，可运行 make demo-reset 从头开始。"
        raise StepFailed(f"失败（退出码 {process.returncode}）。\n{tail(name)}\n{advice}")
    return output.decode()


def tail(name: str, lines: int = 15) -> str:
    log = places.log(name)
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join([f"{log} 的最后几行：", *(f"  | {line}" for line in text)])


def succeeds(step: Callable[[], object]) -> bool:
    """Whether something that talks to the system works right now."""
    try:
        step()
    except OSError:
        return False
    return True
