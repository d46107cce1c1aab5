"""How a standard goes through the year at one place: as of every month so far, and where it may end.

Everything is read once, with the case; each month is only another look at it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from indicators.engine.explaining.case import Case
from indicators.engine.explaining.expecting import OF_VILLAGES, by_what, expectation
from indicators.engine.interpreting.judging import Outcome
from indicators.engine.interpreting.projecting import Method, Projected, Projection
from indicators.engine.periods import DECEMBER, Period
from indicators.engine.reading.rules import make_rules
from indicators.models import Standard

MOST_VILLAGES = 200  # that are read month by month for one page


@dataclass(frozen=True, slots=True)
class Point:
    """A month: what the standard said as of it; `before` is the value as of the same month of last year."""

    month: date
    outcome: Outcome
    data_month: date | None
    before: Decimal | None

    @property
    def status(self) -> str:
        return str(self.outcome.status)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of an element's year: by which method, and every month that was projected."""

    name: str
    unit: str
    known_until: date | None
    method: Method | None
    months: Sequence[tuple[date, Decimal]] = ()
    villages: Sequence[tuple[str, int]] = ()  # of a wider scope: how many villages by each method

    @property
    def how(self) -> str:
        return by_what([self.method]) if self.method else ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """Where a running year may end: a forecast, never a verdict."""

    outcome: Outcome
    sentence: str
    elements: Sequence[Remaining]
    points: Sequence[tuple[date, Decimal | None]]  # the months to come, as of each

    @property
    def status(self) -> str:
        return str(self.outcome.status)


def trend(case: Case) -> list[Point]:
    """Judge the place as of every month up to the case's: nothing for what figures do not decide."""
    if not _is_measured(case):
        return []
    return [_point(case, Period(case.year, month)) for month in range(1, case.as_of.month + 1)]


def prospect(case: Case) -> Prospect | None:
    """Forecast the place's December; None for what figures do not decide."""
    if not _is_measured(case):
        return None
    habits = {code: element.habit for code, element in case.catalogue.elements.items()}
    known = case.as_of
    situation = case.situation.with_values(lambda values: Projected(values, known.year, known.month, habits))
    catalogue = case.catalogue.for_forecast()
    [rule] = make_rules(catalogue, [case.standard])
    whole = replace(case, catalogue=catalogue, rule=rule, situation=situation)
    outcome = _at(whole, Period(case.year, DECEMBER)).outcome
    elements = list(_remaining(whole))
    return Prospect(
        outcome,
        expectation(case.standard, outcome.status, outcome.value, outcome.threshold, _how(whole, elements)),
        elements,
        [(each.first_day, _at(whole, each).outcome.value) for each in _to_come(known)],
    )


def is_too_wide(case: Case) -> bool:
    """Whether so many villages add up here that the year is not looked at month by month."""
    return len(case.situation.members) > MOST_VILLAGES


def _is_measured(case: Case) -> bool:
    return case.rule.value is not None and case.applies and not is_too_wide(case)


def _to_come(known: Period) -> list[Period]:
    return [Period(known.year, month) for month in range(known.month + 1, DECEMBER + 1)]


def _at(case: Case, period: Period) -> Case:
    return replace(case, situation=case.situation.until(case.rule.period(period)), as_of=period)


def _point(case: Case, period: Period) -> Point:
    then, before = _at(case, period), _at(case, Period(period.year - 1, period.month))
    latest = then.situation.latest_of(case.rule.value)
    return Point(period.first_day, then.outcome, latest.first_day if latest else None, before.outcome.value)


def _how(case: Case, elements: Sequence[Remaining]) -> str:
    if case.rule.scope != Standard.Scope.VILLAGE:
        return OF_VILLAGES
    return by_what({each.method for each in elements if each.method})


def _remaining(case: Case) -> Iterator[Remaining]:
    codes = dict.fromkeys(measure.element for measure in case.rule.measures)
    for code in codes:
        element = case.catalogue.elements[code]
        found = [_projection(member.values, code) for member in case.situation.members]
        if case.rule.scope == Standard.Scope.VILLAGE:
            [projection] = found
            yield _of_village(case, element.name, element.unit, projection)
        else:
            counted = Counter(by_what([each.method]) for each in found if each)
            yield Remaining(element.name, element.unit, None, None, villages=counted.most_common())


def _projection(values: object, code: str) -> Projection | None:
    return values.projection(code) if isinstance(values, Projected) else None


def _of_village(case: Case, name: str, unit: str, projection: Projection | None) -> Remaining:
    if projection is None:
        return Remaining(name, unit, None, None)
    until = date(case.year, projection.last, 1)
    months = [(date(case.year, month, 1), value) for month, value in projection.projected]
    return Remaining(name, unit, until, projection.method, months)
