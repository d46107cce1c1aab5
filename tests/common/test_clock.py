from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from common import clock


@pytest.fixture
def real_time(monkeypatch):
    """A wall clock that stands where it is put."""
    moment = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def test_without_a_demonstration_it_is_the_real_time(settings, real_time):
    settings.CLOCK_START = ""

    now = clock.now()

    assert now == real_time
    assert not clock.is_demonstration()


def test_a_demonstration_starts_where_it_is_told_and_runs(settings, real_time):
    settings.CLOCK_START = "2025-11-12T09:00:00+08:00"
    settings.CLOCK_ANCHOR = real_time.timestamp() - 90

    now = clock.now()

    assert now == datetime(2025, 11, 12, 1, 1, 30, tzinfo=UTC)
    assert clock.is_demonstration()


def test_a_start_without_a_zone_is_meant_in_the_local_one(settings, real_time):
    settings.CLOCK_START = "2025-11-12T09:00"
    settings.CLOCK_ANCHOR = real_time.timestamp()

    now = clock.now()

    assert now.utcoffset() == timedelta(hours=8)
    assert now == datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
