"""Months as their first days."""

from datetime import date, timedelta


def month_before(day: date) -> date:
    """The first day of the month before the one in which `day` lies."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after the one in which `day` lies."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def first_of_month(year: str | int, month: str | int) -> date | None:
    """The first day of a month as an address names it; None where there is no such month."""
    try:
        return date(int(year), int(month), 1)
    except (ValueError, OverflowError):
        return None
