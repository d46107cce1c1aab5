from typing import Any

import pytest

from tests.projects.people import NOW, People


@pytest.fixture
def people(db: None) -> People:
    return People()


@pytest.fixture
def clock_at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages live at NOW."""
    monkeypatch.setattr("common.clock.now", lambda: NOW)


@pytest.fixture
def open_as(client: Any, clock_at_now: None) -> Any:
    """`open_as(user)`: a client that is logged in, at NOW."""

    def logged_in(user: Any) -> Any:
        client.force_login(user)
        return client

    return logged_in
