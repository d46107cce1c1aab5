"""Months as their first days."""

from datetime import date, timedelta


def month_before(day: date) -> date:
    """The first day of the month before the one in which `day` lies."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after the one in which `day` lies."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
