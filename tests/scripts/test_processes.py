"""Programs that belong together start, are watched and end together."""

import sys
from pathlib import Path

import pytest

from config.local_servers import places
from scripts.processes import Program, Programs, StepFailed, run_step

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
FAILS = [sys.executable, "-c", "print('about to fail'); raise SystemExit(3)"]

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIFANCUN_VAR", str(tmp_path))
    return tmp_path


def test_a_step_returns_what_it_printed_and_logs_it(var: Path):
    printed = run_step("step", [sys.executable, "-c", "print('三步')"], {"PYTHONUTF8": "1"})

    assert printed == "三步\n"
    assert (var / "log" / "step.log").read_text(encoding="utf-8") == "三步\n"


def test_a_failing_step_says_its_last_lines(var: Path):
    with pytest.raises(StepFailed) as failure:
        run_step("step", FAILS, {})

    assert "失败（退出码 3）" in str(failure.value)
    assert "about to fail" in str(failure.value)


def test_all_programs_end_when_the_block_is_left():
    with Programs([Program("one", "甲", SLEEPS), Program("two", "乙", SLEEPS)], {}) as programs:
        programs.check()

    assert [process.poll() is not None for _, process in programs.running] == [True, True]


def test_a_program_that_dies_is_named_with_its_last_lines_and_the_others_end():
    programs = Programs([Program("one", "甲", SLEEPS), Program("two", "定时任务", FAILS)], {})

    with pytest.raises(StepFailed) as failure, programs:
        programs.wait()

    assert "定时任务意外停止（退出码 3）" in str(failure.value)
    assert "about to fail" in str(failure.value)
    assert [process.poll() is not None for _, process in programs.running] == [True, True]


def test_a_program_deaf_to_the_signal_is_killed_with_its_children(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("scripts.processes.STOP_SECONDS", 0.5)
    with Programs([Program("one", "甲", [sys.executable, "-c", DEAF])], {}) as programs:
        process = programs.running[0][1]
        while "deaf" not in log_of("one"):
            programs.check()

    assert process.returncode == -9


def log_of(name: str) -> str:
    return places.log(name).read_text()
