"""Chromium for tests that do what a person does; without one they are skipped, and say how to get it."""

import os
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.gate import Gate
from tests.conftest import WORKER_CLOCK

# Playwright keeps an event loop in this thread; the ORM is used here between its calls, never inside them.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# A busy machine is no failure: only what never comes is.
expect.set_options(timeout=30_000)

SIZES = {"desk": (1366, 768), "phone": (390, 844)}
USUAL_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/snap/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def _as_browser(request: pytest.FixtureRequest) -> None:
    request.node.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> str:
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else USUAL_NAMES
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(
            "浏览器测试，没有 Chromium。安装：apt-get install chromium fonts-noto-cjk，或设置 CHROMIUM=路径"
        )
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(chromium: str, playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def clock_of_the_demo(settings) -> None:
    """Let the site live on 12 November 2025, nine in the morning, as the worker process does."""
    settings.CLOCK_START, settings.CLOCK_ANCHOR = WORKER_CLOCK, time.time()


@pytest.fixture(scope="session")
def gate(live_server) -> Gate:
    server = live_server.thread.httpd
    gate = Gate(server.get_app())
    server.set_app(gate)
    return gate


@pytest.fixture
def open_page(browser: Browser, live_server, gate: Gate) -> Iterator[OpenPage]:
    """`open_page(user, size="phone")`: a page of the running site, logged in, tolerating no console error.

    `user=None` is a visitor. A test that provokes an error names a part of it: `expected_errors=("403",)`.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_as(
        user: AbstractBaseUser | None = None,
        *,
        size: str = "desk",
        expected_errors: tuple[str, ...] = (),
        **options: object,
    ) -> Page:
        context = _new_context(browser, live_server.url, size, **options)
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_cookie(user, live_server.url)])
        page = context.new_page()
        _listen(page, errors, expected_errors)
        return page

    with gate:
        yield open_as
        for context in contexts:
            context.close()
    assert errors == []


def _new_context(browser: Browser, url: str, size: str, **options: object) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        is_mobile=size == "phone",
        has_touch=size == "phone",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        **options,
    )


def _session_cookie(user: AbstractBaseUser, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}


def _listen(page: Page, errors: list[str], expected: tuple[str, ...]) -> None:
    def note(text: str) -> None:
        if not any(part in text for part in expected):
            errors.append(text)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            note(f"{message.text} ({message.location['url']})")

    page.on("console", heard)
    page.on("pageerror", lambda error: note(str(error)))
