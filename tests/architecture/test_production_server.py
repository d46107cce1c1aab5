"""The production settings under gunicorn, on the real servers of the suite, as the image starts them."""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT, program_environment

HOST = "sfc.example.gov.cn"
PATIENCE = 120


@pytest.fixture(scope="module")
def environment(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Production's environment, its static files collected: the manifest refuses what it cannot find."""
    environment = program_environment(
        DJANGO_SETTINGS_MODULE="config.settings.production",
        SECRET_KEY="a-key-that-is-long-enough-for-a-test-but-guards-nothing-at-all",
        ALLOWED_HOSTS=HOST,
        STATIC_ROOT=str(tmp_path_factory.mktemp("static")),
    )
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input"]
    subprocess.run(collect, cwd=PROJECT, env=environment, check=True, capture_output=True)
    return environment


@pytest.fixture(scope="module")
def port(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--threads", "2", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]  # noqa: S108 (as in the image)
    log = tmp_path_factory.mktemp("gunicorn") / "web.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    try:
        wait_until_open(port, server, log)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def test_the_site_is_well_behind_a_proxy(port: int):
    answer = get(port, "/healthz", {"X-Forwarded-Proto": "https"})

    assert answer.status == 200


def test_the_check_of_the_container_passes(port: int, environment: dict[str, str]):
    check = [sys.executable, "scripts/healthcheck.py", str(port)]

    checked = subprocess.run(check, cwd=PROJECT, env=environment, capture_output=True)

    assert checked.returncode == 0, checked.stderr


def test_a_visitor_without_tls_is_sent_to_tls(port: int):
    answer = get(port, "/accounts/login/", {})

    assert answer.status == 301
    assert answer.getheader("Location") == f"https://{HOST}/accounts/login/"


def test_the_login_page_and_its_files_arrive_with_strict_headers(port: int):
    page = get(port, "/accounts/login/", {"X-Forwarded-Proto": "https"})
    body = page.read().decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', body)
    statuses = {file: get(port, file, {"X-Forwarded-Proto": "https"}).status for file in files}

    assert page.status == 200
    assert "'unsafe-inline'" not in page.getheader("Content-Security-Policy")
    assert page.getheader("Strict-Transport-Security")
    assert all("; Secure" in cookie for cookie in page.headers.get_all("Set-Cookie", []))
    assert files
    assert set(statuses.values()) == {200}


def test_another_name_is_refused(port: int):
    answer = get(port, "/healthz", {"Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert answer.status == 400


def get(port: int, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Host": HOST, "Connection": "close", **headers})
    return connection.getresponse()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
    pytest.fail(log.read_text())
