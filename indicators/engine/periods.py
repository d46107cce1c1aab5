"""As of when: a year and its month."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

DECEMBER = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, and everything of its year before it."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Period":
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def index(self) -> int:
        """Months counted on through the years, so that the database can compare and keep one number."""
        return self.year * 12 + self.month - 1

    @classmethod
    def from_index(cls, index: int) -> "Period":
        return cls(index // 12, index % 12 + 1)


def as_of(year: int, now: datetime) -> Period:
    """Return the month as of which `year` is judged: December, in the running year the month of `now`."""
    today = localdate(now)
    return Period(year, today.month if today.year == year else DECEMBER)
