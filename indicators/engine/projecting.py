"""The rest of a running year as it may come; sql/projection.py says the same in SQL.

An element's months after the last accepted one that has a figure are projected, nothing else: as in the rest
of last year where last year has every month that this needs, else at the pace of this year so far.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from indicators.engine.decimals import add, divide, multiply, rounded, subtract
from indicators.engine.formula import Fold
from indicators.engine.measures import Months, Values
from indicators.engine.periods import DECEMBER
from indicators.models import DataElement

NOTHING = Decimal(0)
# What is no amount has no pace: a level or an answer stays as it was last.
AMOUNTS = frozenset({DataElement.ValueType.INTEGER, DataElement.ValueType.DECIMAL})
Known = Sequence[tuple[int, Decimal]]


class Method(StrEnum):
    """How an element's remaining months were found."""

    LAST_YEAR = "last_year"
    PACE = "pace"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Habit:
    """What an element allows its figures to be."""

    fold: Fold
    places: int
    minimum: Decimal | None
    maximum: Decimal | None
    is_amount: bool
    is_cumulative: bool

    @classmethod
    def of(cls, row: DataElement) -> "Habit":
        is_yes_no = row.value_type == DataElement.ValueType.BOOLEAN
        maximum = Decimal(1) if is_yes_no and row.maximum is None else row.maximum
        is_amount = row.value_type in AMOUNTS
        return cls(Fold(row.aggregation), row.places, row.minimum, maximum, is_amount, row.is_cumulative)

    def fitting(self, value: Decimal, known: Known) -> Decimal:
        """Round to the element's places and keep within its bounds: where it names none, not below zero
        unless some figure of this year already is."""
        lowest = min(NOTHING, *(figure for _, figure in known)) if self.minimum is None else self.minimum
        value = max(rounded(value, self.places), lowest)
        return value if self.maximum is None else min(value, self.maximum)


@dataclass(frozen=True, slots=True)
class Projection:
    """An element's year with the months after `last` projected, and by which method."""

    method: Method
    last: int
    months: Months

    @property
    def projected(self) -> list[tuple[int, Decimal]]:
        """The projected months with their figures."""
        return [
            (month, value)
            for month, value in enumerate(self.months, 1)
            if month > self.last and value is not None
        ]


def project(habit: Habit, now: Months, before: Months) -> Projection | None:
    """Project the rest of the year `now` by the year `before`; None where there is nothing to project."""
    known = [(month, value) for month, value in enumerate(now, 1) if value is not None]
    if not known or known[-1][0] == DECEMBER:
        return None
    last = known[-1][0]
    method = _method(habit, last, before)
    rest = (_figure(habit, method, known, before, month) for month in range(last + 1, DECEMBER + 1))
    return Projection(method, last, (*now[:last], *(habit.fitting(value, known) for value in rest)))


def _method(habit: Habit, last: int, before: Months) -> Method:
    if habit.fold is Fold.LAST and not habit.is_amount:
        return Method.KEPT
    needed = before[last - 1 :] if habit.fold is Fold.LAST else before[last:]
    return Method.PACE if None in needed else Method.LAST_YEAR


def _figure(habit: Habit, method: Method, known: Known, before: Months, month: int) -> Decimal:
    """One remaining month, exactly."""
    last, newest = known[-1]
    if method is Method.KEPT:
        return newest
    if method is Method.LAST_YEAR:
        then, then_last = before[month - 1] or NOTHING, before[last - 1] or NOTHING
        return add(newest, subtract(then, then_last)) if habit.fold is Fold.LAST else then
    return _on_the_line(habit, known, month) if habit.fold is Fold.LAST else _share(habit, known, month)


def _on_the_line(habit: Habit, known: Known, month: int) -> Decimal:
    """A level goes on as from the first to the last known month; what is counted from January began at 0."""
    first, oldest = (0, NOTHING) if habit.is_cumulative else known[0]
    last, newest = known[-1]
    rise = divide(multiply(subtract(newest, oldest), Decimal(month - last)), Decimal(last - first))
    return newest if rise is None else add(newest, rise)


def _share(habit: Habit, known: Known, month: int) -> Decimal:
    """A flow goes on at its average, rounded so that what is left of the year adds up."""
    total = NOTHING
    for _, value in known:
        total = add(total, value)
    average = divide(total, Decimal(len(known))) or NOTHING
    ahead = month - known[-1][0]
    until, earlier = (
        rounded(multiply(average, Decimal(count)), habit.places) for count in (ahead, ahead - 1)
    )
    return subtract(until, earlier)


@dataclass(frozen=True, slots=True)
class Projected:
    """Somebody's figures with the rest of `year` projected from what is known up to `until`."""

    values: Values
    year: int
    until: int
    habits: Mapping[str, Habit]

    def months(self, element: str, year: int) -> Months:
        if year != self.year:
            return self.values.months(element, year)
        projection = self.projection(element)
        return projection.months if projection else self._known(element)

    def years(self, element: str) -> Collection[int]:
        return self.values.years(element)

    def projection(self, element: str) -> Projection | None:
        """How the rest of the element's year was found; None where nothing was projected."""
        return project(self.habits[element], self._known(element), self.values.months(element, self.year - 1))

    def _known(self, element: str) -> Months:
        months = self.values.months(element, self.year)
        return (*months[: self.until], *[None] * (DECEMBER - self.until))
