"""The moment at which the pages of these tests are opened."""

import pytest

from tests.indicators.month_scene import NOW


@pytest.fixture
def at_nine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the pages stands at 2025-11-12 09:00."""
    monkeypatch.setattr("common.clock.now", lambda: NOW)
