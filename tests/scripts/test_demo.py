"""make demo as an operator meets it: what it refuses, and its whole life from start to Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.local_servers import places
from tests.config.test_local_servers import gone

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 180


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """An operator's: none of the suite's own settings, and a folder with a name short enough for sockets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "BIND"):
        kept.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="shifancun-demo-") as folder:
        yield {**kept, "SHIFANCUN_VAR": folder, "PORT": str(free_port())}


def test_the_demonstration_starts_keeps_its_data_and_leaves_nothing_running(environment: dict[str, str]):
    folder = Path(environment["SHIFANCUN_VAR"])

    with demonstration(environment) as first:
        greeting = read_until_ready(first)
        status = urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/accounts/login/").status
    with demonstration(environment) as second:
        greeting_again = read_until_ready(second)

    assert status == 200
    assert f"http://127.0.0.1:{environment['PORT']}/" in greeting
    for role in ("填报员", "乡镇负责人", "责任单位", "乡村振兴局", "市级复审", "领导", "管理员", "审计"):
        assert role in greeting
    assert (first.returncode, second.returncode) == (0, 0)
    assert clock(greeting) == "2025-11-12 09:00"
    assert clock(greeting_again) >= clock(greeting)
    assert gone(folder)


@pytest.mark.parametrize("port", ["80a", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(environment: dict[str, str], port: str):
    refused = run(environment | {"PORT": port})

    assert refused.returncode == 1
    assert f"PORT={port} 不是端口号" in refused.stderr


def test_a_busy_port_is_named(environment: dict[str, str]):
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        refused = run(environment)

    assert refused.returncode == 1
    assert f"端口 {environment['PORT']} 已被别的程序占用" in refused.stderr


def test_a_second_demonstration_in_the_same_folder_is_refused(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHIFANCUN_VAR", environment["SHIFANCUN_VAR"])

    with places.lock("demo.lock"):
        refused = run(environment)

    assert refused.returncode == 1
    assert "已经有一个演示在运行" in refused.stderr


def test_a_reset_leaves_an_outside_database_alone(environment: dict[str, str]):
    refused = run(environment | {"DATABASE_URL": "postgres://example/office"}, "--reset")

    assert refused.returncode == 1
    assert "不动外部数据库" in refused.stderr


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/demo.py", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )


@contextmanager
def demonstration(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """One run, ended as by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "scripts/demo.py"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def read_until_ready(process: subprocess.Popen[str]) -> str:
    seen = ""
    while "按 Ctrl-C 停止" not in seen:
        line = process.stdout.readline()
        assert line, f"the demonstration ended:\n{seen}"
        seen += line
    return seen


def clock(greeting: str) -> str:
    return re.search(r"演示时钟从 (\S+ \S+) 走起", greeting)[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
