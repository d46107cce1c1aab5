"""When things happen in the demonstration."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

START = datetime.fromisoformat("2025-11-12T09:00:00+08:00")  # the clock of a demonstration starts here
FIRST_YEAR, LAST_YEAR = 2021, 2025
LAST_MONTH = 10  # of LAST_YEAR


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in local time."""
    return timezone.make_aware(datetime.combine(date(year, month, day), time(hour, minute)))


def months() -> list[date]:
    """The first day of every month that has figures."""
    every = [date(year, month, 1) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in range(1, 13)]
    return [month for month in every if month <= date(LAST_YEAR, LAST_MONTH, 1)]


def in_month(month: date, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """When something happens to a month's report; what lies before the programme was filled in in 2022."""
    if month.year == FIRST_YEAR:
        return at(FIRST_YEAR + 1, 2, day, hour, minute) + timedelta(minutes=month.month)
    return at(month.year, month.month, day, hour, minute)
