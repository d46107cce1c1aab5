"""Django and a database server of its own, in var/bench: demonstration and tests are never touched."""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SERVER = {"shared_buffers": "4GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}


def up() -> None:
    """Start the servers, or join them; make the tables."""
    os.environ.setdefault("SHIFANCUN_VAR", str(PROJECT / "var" / "bench"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    os.environ["DATABASE_URL"] = os.environ["REDIS_URL"] = ""  # never anybody's real database
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def make_tables() -> None:
    """Bring the database to the newest migration; let it clean up when it is told to, not in between."""
    from django.core.management import call_command

    from accounts.models import User
    from bench.copying import execute

    call_command("migrate", verbosity=0)
    if User.objects.exists():  # ours never has any: this is a demonstration's, or somebody's own
        sys.exit(f"{os.environ['SHIFANCUN_VAR']} 不是测速专用的文件夹：测速会清空数据，已停止。")
    for table in ("verdict", "ledgerline", "monthlyreport"):
        execute(f"ALTER TABLE indicators_{table} SET (autovacuum_enabled = off)")


def give_memory() -> None:
    """Set the server up as one with work to do is; start it anew for that."""
    from bench.copying import execute, rows

    for name, value in SERVER.items():
        execute(f"ALTER SYSTEM SET {name} = '{value}'")
    execute("SELECT pg_reload_conf()")
    if rows("SHOW shared_buffers")[0][0] != SERVER["shared_buffers"]:
        # The servers stop with the last process that uses them: this one. It begins again, and starts them.
        os.execv(sys.executable, [sys.executable, "-m", "bench", *sys.argv[1:]])  # noqa: S606 -- ourselves


def server_memory() -> int:
    """Memory of this process's PostgreSQL process, in MB: its own, without shared pages."""
    from django.db import connection

    pid = connection.connection.info.backend_pid
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    return int(fields["RssAnon"].split()[0]) // 1024
