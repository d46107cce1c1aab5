"""One small process per folder that runs its PostgreSQL and Valkey for as long as anybody needs them.

Every process that asks for a URL holds a connection to the keeper. The kernel closes it when that process
ends, also by kill -9, so the count of users cannot go wrong. When the last one has gone the servers stop and
the keeper ends.
"""

import json
import os
import select
import signal
import socket
import sys
from contextlib import ExitStack, suppress
from types import FrameType

from config.local_servers import places
from config.local_servers.postgres import Postgres
from config.local_servers.valkey import Valkey

FIRST_USER_SECONDS: float = 20


def main() -> int:
    """Go into the background; the process that was called ends when the servers stand, or says why not."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with os.fdopen(reading) as pipe:
            message = pipe.read()
        print(message, end="", file=sys.stderr)  # noqa: T201 (read by the process that called)
        return 0 if message == "" else 1
    os.close(reading)
    _detach()
    try:
        _keep(writing)
    except Exception as error:
        with suppress(OSError):  # closed already when the servers had started
            os.write(writing, str(error).encode())
        raise
    return 0


def _detach() -> None:
    """Leave the terminal: a Ctrl-C there must not take the servers from those who are still closing down."""
    os.setsid()
    os.umask(0o077)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    log = os.open(places.log("keeper"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for target, source in ((0, nowhere), (1, log), (2, log)):
        os.dup2(source, target)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _keep(ready: int) -> None:
    # The lock waits for an earlier keeper that is still stopping its servers.
    with places.lock("keeper.lock"), ExitStack() as stack:
        servers: dict[str, Postgres | Valkey] = {"postgres": Postgres(), "redis": Valkey()}
        for server in servers.values():
            stack.callback(server.stop)
            server.start()
        listener = _listen()
        os.close(ready)
        welcome = json.dumps({name: server.url for name, server in servers.items()})
        last = _serve(listener, welcome.encode() + b"\n")
    for user in last:
        user.close()


def _listen() -> socket.socket:
    address = places.run() / "keeper.sock"
    address.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))
    listener.listen(64)
    return listener


def _serve(listener: socket.socket, welcome: bytes) -> list[socket.socket]:
    """Greet all who come until nobody is left; returns the last ones, who wait to see the servers stopped."""
    users: set[socket.socket] = set()
    gone: list[socket.socket] = []
    wait: float | None = FIRST_USER_SECONDS
    with listener:
        while ready := select.select([listener, *users], [], [], wait)[0]:
            wait = None
            gone = [user for user in ready if user is not listener]
            users.difference_update(gone)
            if listener in ready:
                users.add(_greet(listener, welcome))
            if not users:
                break
            for user in gone:
                user.close()
    return gone


def _greet(listener: socket.socket, welcome: bytes) -> socket.socket:
    user, _ = listener.accept()
    with suppress(OSError):  # it may have died meanwhile; select() will tell
        user.sendall(welcome)
    return user


if __name__ == "__main__":
    sys.exit(main())
