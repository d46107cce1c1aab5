"""The embedded servers are started by whoever comes first and gone when the last one has gone."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local_servers import places

PROJECT = Path(__file__).resolve().parents[2]
USER = """
import sys
from config.local_servers import postgres_url, redis_url
print(postgres_url(), redis_url(), flush=True)
sys.stdin.read()
"""
PATIENCE = 120


class User:
    """A process that needs the servers of `folder` until it is told to end, or killed."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=PROJECT,
            env={**os.environ, "SHIFANCUN_VAR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.postgres, self.redis = self.process.stdout.readline().split()

    def end(self) -> None:
        self.process.communicate(timeout=PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    for pid in processes_of(tmp_path):  # only after a failure
        os.kill(pid, signal.SIGKILL)


def test_the_servers_answer_and_the_database_exists(folder: Path):
    user = User(folder)

    with psycopg2.connect(dsn(user)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), lower('É'), current_setting('server_encoding')")
        row = cursor.fetchone()
    connection.close()
    with redis.Redis.from_url(user.redis) as client:
        answered = client.ping()

    user.end()
    assert row == ("shifancun", "é", "UTF8")
    assert answered


def test_a_second_process_joins_and_the_last_one_out_stops_the_servers(folder: Path):
    first = User(folder)
    second = User(folder)

    first.end()
    left_to_the_second = processes_of(folder)
    second.end()

    assert second.postgres == first.postgres
    assert second.redis == first.redis
    assert left_to_the_second
    assert gone(folder)


def test_killing_the_only_user_leaves_nothing_running(folder: Path):
    user = User(folder)

    user.kill()

    assert gone(folder)


def test_servers_whose_keeper_was_killed_are_taken_over_with_their_data(folder: Path):
    user = User(folder)
    with redis.Redis.from_url(user.redis) as client:
        client.set("kept", "yes")
    os.kill(keeper_of(folder), signal.SIGKILL)

    successor = User(folder)
    with redis.Redis.from_url(successor.redis) as client:
        kept = client.get("kept")

    user.end()
    successor.end()
    assert kept == b"yes"
    assert gone(folder)


def test_a_folder_with_spaces_and_chinese_characters_works():
    with tempfile.TemporaryDirectory(prefix="示范 村+") as place:
        user = User(Path(place))

        psycopg2.connect(dsn(user)).close()

        user.end()
        assert place in unquote(user.postgres)
        assert gone(Path(place))


def test_a_folder_too_deep_for_sockets_keeps_them_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / ("很深的目录" * 8)
    monkeypatch.setenv("SHIFANCUN_VAR", str(folder))
    user = User(folder)

    psycopg2.connect(dsn(user)).close()

    user.end()
    assert folder not in places.run().parents
    assert gone(folder)
    shutil.rmtree(places.run())


def test_valkey_answers_to_nobody_without_the_password(folder: Path):
    user = User(folder)
    port = int(user.redis.rpartition(":")[2].partition("/")[0])

    once = Retry(NoBackoff(), retries=0)
    with redis.Redis(port=port, retry=once) as client, pytest.raises(redis.AuthenticationError):
        client.ping()

    user.end()


def dsn(user: User) -> str:
    sockets, _, name = unquote(user.postgres.removeprefix("postgres://postgres@/")).rpartition("/")
    return psycopg2.extensions.make_dsn(host=sockets, user="postgres", dbname=name)


def keeper_of(folder: Path) -> int:
    return next(pid for pid in processes_of(folder) if b"local_servers.keeper" in command_of(pid))


def processes_of(folder: Path) -> list[int]:
    """The processes that know `folder` from their command or their environment, ourselves aside."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if pid != os.getpid() and os.fsencode(folder) in command_of(pid)]


def command_of(pid: int) -> bytes:
    try:
        process = Path("/proc") / str(pid)
        return process.joinpath("cmdline").read_bytes() + process.joinpath("environ").read_bytes()
    except OSError:  # it has just ended
        return b""


def gone(folder: Path) -> bool:
    deadline = time.monotonic() + PATIENCE
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return processes_of(folder) == []
