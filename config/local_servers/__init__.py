"""Embedded PostgreSQL and Valkey for development, demonstration and tests: nothing to install.

The first process that asks starts them, others join, and they stop when the last one ends (see keeper.py).
Production never imports this: there DATABASE_URL and REDIS_URL are required.
"""

import atexit
import functools
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress

from config.local_servers import places

ATTEMPTS = 5
STOP_SECONDS = 60


class LocalServersError(RuntimeError):
    """The embedded servers do not start; the message says what to do."""


def postgres_url() -> str:
    """A URL for django-environ, the socket's folder standing before the name; the database exists already."""
    return _join()["postgres"]


def redis_url(database: int = 0) -> str:
    """A URL for redis-py, Celery and Django's cache."""
    return f"{_join()['redis']}/{database}"


@functools.cache
def _join() -> dict[str, str]:
    for _ in range(ATTEMPTS):
        connection = _connect() or _start()
        with connection.makefile() as answers:
            welcome = answers.readline()
        if welcome:
            atexit.register(_leave, connection, os.getpid())
            return json.loads(welcome)
        connection.close()  # we came as the servers were stopping: start them again
    raise LocalServersError(_advice("内置服务器反复停止"))


def _connect() -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(places.run() / "keeper.sock"))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    return connection


def _start() -> socket.socket:
    with places.lock("start.lock"):
        if connection := _connect():  # somebody was faster
            return connection
        started = subprocess.run(
            [sys.executable, "-m", "config.local_servers.keeper"],
            cwd=places.PROJECT,
            env={**os.environ, "SHIFANCUN_VAR": str(places.var())},  # absolute: we may stand elsewhere
            capture_output=True,
            text=True,
        )
        connection = _connect()
        if connection is None:
            raise LocalServersError(_advice(started.stderr.strip()))
        return connection


def _advice(reason: str) -> str:
    return (
        f"内置的 PostgreSQL 或 Valkey 没有启动：{reason}。请查看 {places.var() / 'log'} 中的 postgres.log、"
        "valkey.log、keeper.log，或设置 DATABASE_URL 和 REDIS_URL 使用已有的服务器。"
    )


def _leave(connection: socket.socket, owner: int) -> None:
    """Say goodbye and, when we were the last, wait until the servers have stopped."""
    if os.getpid() != owner:
        return  # a forked child; the connection is its parent's
    connection.settimeout(STOP_SECONDS)
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
    connection.close()
