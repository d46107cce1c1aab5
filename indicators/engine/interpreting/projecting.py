"""The rest of a running year as it may come; sql/projection.py says the same in SQL.

An element's months after the last accepted one that has a figure are projected, nothing else: on last year's
course where last year has every month that this needs, else on this year's line. A level moves as it did last
year; what months or years add up to keeps last year's course at this year's pace.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import reduce

from indicators.engine.decimals import add, divide, multiply, rounded, subtract
from indicators.engine.formula import Fold
from indicators.engine.interpreting.measures import Months, Values
from indicators.engine.periods import DECEMBER
from indicators.models import DataElement

NOTHING = Decimal(0)
# What is no amount has no pace: a level or an answer stays as it was last.
AMOUNTS = frozenset({DataElement.ValueType.INTEGER, DataElement.ValueType.DECIMAL})
Known = Sequence[tuple[int, Decimal]]


class Method(StrEnum):
    """How an element's remaining months were found."""

    LAST_YEAR = "last_year"
    SCALED = "scaled"
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
    course = _Course(habit, known, before)
    method, last = course.method(), course.last
    rest = (course.figure(method, month) for month in range(last + 1, DECEMBER + 1))
    return Projection(method, last, (*now[:last], *(habit.fitting(value, known) for value in rest)))


@dataclass(frozen=True, slots=True)
class _Course:
    """What is known of a running year, and the year before; figures are exact."""

    habit: Habit
    known: Known
    before: Months

    @property
    def last(self) -> int:
        return self.known[-1][0]

    @property
    def newest(self) -> Decimal:
        return self.known[-1][1]

    @property
    def total(self) -> Decimal:
        return _sum(value for _, value in self.known)

    def method(self) -> Method:
        is_level = self.habit.fold is Fold.LAST
        if is_level and not self.habit.is_amount:
            return Method.KEPT
        if None in self.before[self.last :]:
            return Method.PACE
        if is_level and not self.habit.is_cumulative:
            return Method.PACE if self.before[self.last - 1] is None else Method.LAST_YEAR
        return Method.PACE if self._base() is None else Method.SCALED

    def figure(self, method: Method, month: int) -> Decimal:
        """One remaining month."""
        if method is Method.KEPT:
            return self.newest
        if method is Method.LAST_YEAR:
            return add(self.newest, subtract(self._then(month), self._then(self.last)))
        if self.habit.fold is not Fold.LAST:
            return self._share(method, month)
        return (
            self._on_the_line(month)
            if method is Method.PACE
            else self._scaled(self.newest, self._then(month))
        )

    def _then(self, month: int) -> Decimal:
        return self.before[month - 1] or NOTHING

    def _base(self) -> Decimal | None:
        """What last year had come to by the same months; None where that is no measure of a pace."""
        months = [self.last] if self.habit.fold is Fold.LAST else [month for month, _ in self.known]
        then = [self.before[month - 1] for month in months]
        base = NOTHING if None in then else _sum(value or NOTHING for value in then)
        return base if base > 0 else None

    def _scaled(self, now: Decimal, then: Decimal) -> Decimal:
        """What last year came to, at this year's pace."""
        return divide(multiply(now, then), self._base() or NOTHING) or NOTHING

    def _on_the_line(self, month: int) -> Decimal:
        """A level goes on as from the first to the last known month; what is cumulative began at 0."""
        first, oldest = (0, NOTHING) if self.habit.is_cumulative else self.known[0]
        rise = multiply(subtract(self.newest, oldest), Decimal(month - self.last))
        return add(self.newest, divide(rise, Decimal(self.last - first)) or NOTHING)

    def _share(self, method: Method, month: int) -> Decimal:
        """A month of a flow, rounded so that what is left of the year adds up."""
        until, earlier = (
            rounded(self._ahead(method, each), self.habit.places) for each in (month, month - 1)
        )
        return subtract(until, earlier)

    def _ahead(self, method: Method, month: int) -> Decimal:
        """What a flow comes to from the last known month to this one."""
        if method is Method.SCALED:
            return self._scaled(self.total, _sum(map(self._then, range(self.last + 1, month + 1))))
        average = divide(self.total, Decimal(len(self.known))) or NOTHING
        return multiply(average, Decimal(month - self.last))


def _sum(figures: Iterable[Decimal]) -> Decimal:
    return reduce(add, figures, NOTHING)


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
