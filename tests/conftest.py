"""What every test stands on: a closed network, empty queues, and on request a real worker."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.db import connection
from hypothesis import settings as examples

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.", "::1", "localhost")
WORKER_SECONDS = 120
# The worker lives on the demonstration's day, whenever the suite runs.
WORKER_CLOCK = "2025-11-12T09:00"

# The same examples every time: what fails is what was changed. --hypothesis-profile=search looks for others.
examples.register_profile("suite", derandomize=True, database=None, deadline=None)
examples.register_profile("search", deadline=None)
examples.load_profile("suite")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say each reason for skipping once, however many tests it skipped."""
    skipped = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")
    )
    for reason, count in skipped.items():
        terminalreporter.write_line(f"跳过 {count} 项：{reason}", yellow=True)


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Let sockets reach this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _loopback_only(getattr(socket.socket, name)))
        yield


def _loopback_only(connect: Callable) -> Callable:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise ConnectionRefusedError(f"测试不得访问网络：{address}")
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True, scope="session")
def media_folder() -> Iterator[None]:
    """Uploads of the suite go into a folder that goes away."""
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_client() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_redis(redis_client: redis.Redis) -> Iterator[None]:
    """Leave no message and no cached value to the next test; Celery's bindings stay: declared only once."""
    yield
    keys = [key for key in redis_client.scan_iter() if not key.startswith(b"_kombu.")]
    if keys:
        redis_client.delete(*keys)


@pytest.fixture
def celery_worker_process(
    transactional_db: None, redis_client: redis.Redis, tmp_path: Path
) -> Iterator[None]:
    """A real worker on the test's database and queue, which it has emptied when the test is over.

    It lives for this test only: left running, it would take the next tests' messages and meet their clean-up.
    """
    log = tmp_path / "worker.log"
    environment = program_environment(CLOCK_START=WORKER_CLOCK, CLOCK_ANCHOR=str(time.time()))
    command = [sys.executable, "-m", "celery", "-A", "config", "worker"]
    command += ["--loglevel", "INFO", "--concurrency", "1"]
    with log.open("wb") as output:
        worker = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(lambda: " ready." in log.read_text() or _ended(worker, log))
        yield
        _wait_for(lambda: not redis_client.llen("celery") and not redis_client.hlen("unacked"))
    finally:
        worker.terminate()
        worker.wait(WORKER_SECONDS)


def program_environment(**more: str) -> dict[str, str]:
    """The environment of a program that works on the test's database, queue and files."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": _database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        **more,
    }


def _database_url() -> str:
    database = connection.settings_dict
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'], safe='')}@"
    if database["HOST"].startswith("/"):
        return f"postgres://{user}/{quote(database['HOST'])}/{database['NAME']}"
    return f"postgres://{user}{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def _wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WORKER_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{WORKER_SECONDS} 秒内没有等到")
        time.sleep(0.05)


def _ended(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Fail with what it said when a program that should run has ended."""
    if process.poll() is not None:
        pytest.fail(log.read_text())
    return False
