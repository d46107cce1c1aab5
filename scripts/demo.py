"""make demo: set the demonstration up, run web, worker and beat until Ctrl-C, leave nothing behind.

demo.py            start, keeping the data of last time
demo.py --reset    throw that data away first
"""

import http.client
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EADDRINUSE
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from types import FrameType

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from config import local_servers  # noqa: E402 (the project's folder has to be on the path first)
from config.local_servers import places  # noqa: E402 (the same)
from scripts.processes import Program, Programs, StepFailed, run_step, succeeds, tail  # noqa: E402 (the same)
from scripts.table import aligned  # noqa: E402 (the same)

PROGRAMME = "programmes/lingwu.yaml"
FIRST_START = "2025-11-12T09:00:00+08:00"
ANSWER_SECONDS = 120
MANAGE = [sys.executable, "manage.py"]


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        with only_one():
            if "--reset" in sys.argv:
                reset()
            demonstrate(port())
    except (StepFailed, local_servers.LocalServersError) as error:
        sys.exit(f"\n{error}")
    except PermissionError as error:
        sys.exit(
            f"\n不能写 {error.filename}。它可能属于另一个用户：请换回那个用户，"
            "或用 SHIFANCUN_VAR=另一个目录 make demo 另开一个。"
        )


def interrupted(number: int, frame: FrameType | None) -> None:
    """End on the first signal; ignore more of them, so that stopping is not cut short."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    sys.exit(0)


@contextmanager
def only_one() -> Iterator[None]:
    """Two demonstrations on one folder would share database and queue: refuse the second."""
    with (places.run() / "demo.lock").open("a+") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StepFailed(
                f"这个目录里已经有一个演示在运行（进程 {file.read().strip()}）。请先在它的窗口按 Ctrl-C，"
                "或用 SHIFANCUN_VAR=另一个目录 PORT=另一个端口 make demo 再开一个。"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def reset() -> None:
    if os.environ.get("DATABASE_URL"):
        raise StepFailed(
            "设置了 DATABASE_URL：demo-reset 只清空内置数据库，不动外部数据库。请自行清空后运行 make demo。"
        )
    if not succeeds(_nobody_uses_the_servers):
        raise StepFailed("还有程序在使用演示数据库（例如 manage.py 或测试），请先结束它们。")
    for name in ("postgres", "valkey", "media"):
        if (folder := places.var() / name).exists():
            shutil.rmtree(folder)
    print("· 已清空上次的演示数据", flush=True)


def _nobody_uses_the_servers() -> None:
    with (places.run() / "keeper.lock").open("a") as file:
        flock(file, LOCK_EX | LOCK_NB)


def port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StepFailed(f"PORT={text} 不是端口号，应是 1 到 65535 的整数，例如 PORT=8080 make demo。")
    try:
        socket.create_server((address(), int(text))).close()
    except OSError as error:
        why = "已被别的程序占用" if error.errno == EADDRINUSE else os.strerror(error.errno or 0)
        raise StepFailed(f"端口 {text} {why}。请换一个，例如 PORT=8080 make demo。") from None
    return int(text)


def address() -> str:
    """Only this machine by default: the passwords of the demonstration are public."""
    return os.environ.get("BIND") or "127.0.0.1"


def demonstrate(port: int) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.local", "PYTHONUNBUFFERED": "1"}
    environment["SHIFANCUN_VAR"] = str(places.var())
    environment.setdefault("MEDIA_ROOT", str(places.var() / "media"))
    timed("启动数据库和消息队列", start_servers)
    timed("建立数据表", lambda: run_step("migrate", [*MANAGE, "migrate", "--no-input"], environment))
    set_clock(environment)
    timed(
        "载入灵武市创建方案",
        lambda: run_step("load_programme", [*MANAGE, "load_programme", PROGRAMME], environment),
    )
    timed("载入演示数据", lambda: run_step("load_demo", [*MANAGE, "load_demo"], environment))
    accounts = run_step("accounts", [*MANAGE, "load_demo", "--accounts"], environment)
    with Programs(programs(port), environment) as running:
        timed("启动网站、后台任务和定时任务", lambda: wait_for_answer(port, running))
        welcome(port, accounts, environment["CLOCK_START"])
        running.wait()


def timed(what: str, step: Callable[[], object]) -> None:
    print(f"· {what} … ", end="", flush=True)
    began = time.monotonic()
    step()
    print(f"完成（{time.monotonic() - began:.1f} 秒）", flush=True)


def start_servers() -> None:
    """Hold the embedded servers for the whole run; configured ones are their owners' business."""
    if not os.environ.get("DATABASE_URL") or not os.environ.get("REDIS_URL"):
        local_servers.postgres_url()


def set_clock(environment: dict[str, str]) -> None:
    """Start the demonstration's clock: the same for all programs, never before what already happened."""
    start = run_step("demo_clock", [*MANAGE, "demo_clock"], environment).strip() or FIRST_START
    environment.update(CLOCK_START=start, CLOCK_ANCHOR=str(time.time()))


def programs(port: int) -> list[Program]:
    python = [sys.executable, "-m"]
    web = [*python, "gunicorn", "config.wsgi:application", "--bind", f"{address()}:{port}"]
    web += ["--threads", "8", "--graceful-timeout", "5", "--no-control-socket", "--access-logfile", "-"]
    worker = [*python, "celery", "-A", "config", "worker", "--loglevel", "INFO", "--concurrency", "2"]
    beat = [*python, "celery", "-A", "config", "beat", "--loglevel", "INFO", "--pidfile="]
    beat += ["--schedule", str(places.var() / "celerybeat-schedule")]
    return [
        Program("web", "网站", web),
        Program("worker", "后台任务", worker),
        Program("beat", "定时任务", beat),
    ]


def wait_for_answer(port: int, running: Programs) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while not succeeds(lambda: ask_health(port)):
        running.check()
        if time.monotonic() > deadline:
            raise StepFailed(f"{ANSWER_SECONDS} 秒内没有等到网站应答。\n{tail('web')}")
        time.sleep(0.3)


def ask_health(port: int) -> None:
    host = "127.0.0.1" if address() == "0.0.0.0" else address()  # noqa: S104 (compared, not bound)
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        if (status := connection.getresponse().status) != 200:
            raise ConnectionError(status)
    finally:
        connection.close()


def welcome(port: int, accounts: str, clock_start: str) -> None:
    rows = [line.split("\t") for line in accounts.splitlines() if line]
    one_per_role = {row[0]: row for row in reversed(rows)}
    shown = [row for row in rows if row is one_per_role[row[0]]]
    print(f"\n示范村创建平台（演示）已经启动：  http://127.0.0.1:{port}/\n")
    print(aligned([["角色", "用户名", "密码", "单位"], *shown]))
    print(f"\n每种角色列出一个，共 {len(rows)} 个账号：.venv/bin/python manage.py load_demo --accounts")
    print(f"演示时钟从 {clock_start[:16].replace('T', ' ')} 走起。数据和日志在 {places.var()}。")
    print("按 Ctrl-C 停止；再次 make demo 保留数据，make demo-reset 从头开始。", flush=True)


if __name__ == "__main__":
    main()
