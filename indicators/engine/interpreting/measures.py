"""From the months of one village to the figure that a formula asks for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Protocol

from indicators.engine.decimals import add, divide
from indicators.engine.formula import YEARLY, Fold, Measure
from indicators.engine.periods import DECEMBER, Period

Months = tuple[Decimal | None, ...]
NO_MONTHS: Months = (None,) * 12


class Values(Protocol):
    """A village's figures that count: January first, None where nothing does."""

    def months(self, element: str, year: int) -> Months: ...

    def years(self, element: str) -> Collection[int]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's value, the months it was read from, and the latest month whose figures went in."""

    value: Decimal | None
    used: tuple[tuple[Period, Decimal | None], ...] = ()
    latest: Period | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads measures of one village as of a period."""

    values: Values
    period: Period
    first_year: int

    def read(self, measure: Measure) -> Reading:
        """Return the measure's figure with the months it came from."""
        if measure.fold not in YEARLY:
            return self._until(measure)
        now = self._known(measure.element, self.period.year, self.period.month)
        wanted = now[-1:] if measure.fold is Fold.LAST else now
        return (
            self._corresponding(measure, wanted, now) if measure.lag else _reading(measure.fold, wanted, now)
        )

    def _corresponding(
        self, measure: Measure, wanted: list[tuple[Period, Decimal]], now: list[tuple[Period, Decimal]]
    ) -> Reading:
        """A year earlier: the same months as are known this year, and every one of them must be there."""
        year = self.period.year - measure.lag
        months = self.values.months(measure.element, year)
        earlier = [(Period(year, month.month), months[month.month - 1]) for month, _ in wanted]
        return _reading(measure.fold, earlier, now)

    def _until(self, measure: Measure) -> Reading:
        """Folds that look at everything up to a month, here or years earlier."""
        end = Period(self.period.year - measure.lag, self.period.month)
        known = list(self._history(measure, end))
        return _reading(measure.fold, known[-1:] if measure.fold is Fold.LAST_EVER else known, known)

    def _history(self, measure: Measure, end: Period) -> Iterator[tuple[Period, Decimal]]:
        for year in self._years(measure, end):
            yield from self._known(measure.element, year, end.month if year == end.year else 12)

    def _years(self, measure: Measure, end: Period) -> Collection[int]:
        if measure.fold is Fold.MONTH_COUNT:
            return [end.year]
        if measure.fold is Fold.TOTAL:
            return range(self.first_year, end.year + 1)
        return sorted(year for year in self.values.years(measure.element) if year <= end.year)

    def _known(self, element: str, year: int, until: int) -> list[tuple[Period, Decimal]]:
        months = self.values.months(element, year)[:until]
        return [
            (period, value) for period, value in zip(_year(year), months, strict=False) if value is not None
        ]


@lru_cache
def _year(year: int) -> tuple[Period, ...]:
    """The months of a year, made once."""
    return tuple(Period(year, month) for month in range(1, DECEMBER + 1))


def _reading(
    fold: Fold,
    used: list[tuple[Period, Decimal | None]] | list[tuple[Period, Decimal]],
    known: list[tuple[Period, Decimal]],
) -> Reading:
    values = [value for _, value in used if value is not None]
    complete = len(values) == len(used)
    value = FOLDS[fold](values) if complete and (values or fold is Fold.MONTH_COUNT) else None
    return Reading(value, tuple(used), known[-1][0] if known else None)


def _sum(values: list[Decimal]) -> Decimal:
    return reduce(add, values)


FOLDS: dict[Fold, Callable[[list[Decimal]], Decimal | None]] = {
    Fold.SUM: _sum,
    Fold.TOTAL: _sum,
    Fold.LAST: lambda values: values[-1],
    Fold.LAST_EVER: lambda values: values[-1],
    Fold.AVERAGE: lambda values: divide(_sum(values), Decimal(len(values))),
    Fold.LOWEST: min,
    Fold.MONTH_COUNT: lambda values: Decimal(len(values)),
}


def over_villages(
    measure: Measure, readings: Collection[Reading], now: Collection[Reading]
) -> Decimal | None:
    """Sum a measure over the villages of a wider scope; `now` are the same villages' readings of this year.

    A village without any figure adds nothing. What it is compared with a year earlier must be the same
    villages: one of them missing then means that nothing can be said.
    """
    counted = [old for old, new in zip(readings, now, strict=True) if new.value is not None]
    known = [reading.value for reading in counted if reading.value is not None]
    if not known or (measure.lag and len(known) < len(counted)):
        return None
    return _sum(known)
