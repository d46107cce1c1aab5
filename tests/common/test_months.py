"""Months across the turn of the year."""

from datetime import date

import pytest

from common.months import month_after, month_before


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2025, 1, 31), date(2024, 12, 1), date(2025, 2, 1)),
        (date(2025, 12, 1), date(2025, 11, 1), date(2026, 1, 1)),
        (date(2024, 3, 30), date(2024, 2, 1), date(2024, 4, 1)),
    ],
)
def test_a_month_has_one_before_and_one_after(day: date, before: date, after: date) -> None:
    assert month_before(day) == before
    assert month_after(day) == after
