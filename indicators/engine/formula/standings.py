"""A standard seen from another one's formula: whether it applies at a place and whether it is met there.

It says what the verdict on that standard says: figures rounded to its places, compared as it compares,
unknown where its verdict is no data.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Protocol

from indicators.engine import formula as f
from indicators.engine.decimals import LARGEST
from indicators.engine.formula import Formula
from indicators.engine.formula.binding_nodes import as_condition
from indicators.engine.periods import Period
from indicators.models import Standard

STORED_PLACES = 6  # what the columns of a verdict hold
DONE = f.Number(Decimal(1))
WHOLE = f.Number(Decimal(100))
Comparator = Standard.Comparator


class Bind(Protocol):
    """Binds the formulas of a standard; `is_forecast` where its figures are projected ones."""

    @property
    def is_forecast(self) -> bool: ...

    def bind(self, expression: str, *, scope: str | None = None) -> Formula: ...

    def values(self, expression: str, indicator: str) -> tuple[Formula, ...]: ...


def standing_of(standard: Standard, names: Bind) -> f.Standing:
    """Return a village standard as it stands at a place."""
    return f.Standing(
        standard.code,
        standard.name,
        _applies(standard, names),
        _condition(standard, names),
        deadline_of(standard),
    )


def deadline_of(standard: Standard) -> Period | None:
    """The month that decides a milestone; elsewhere a deadline is only said, not computed with."""
    day = standard.deadline
    return Period.of(day) if day and standard.comparator == Comparator.DONE_BY else None


def _applies(standard: Standard, names: Bind) -> Formula:
    kinds = frozenset(kind.pk for kind in standard.kinds.all())
    villages = frozenset(village.pk for village in standard.villages.all())
    conditions: list[Formula] = [f.InForce(standard.first_year, standard.last_year)]
    if kinds or villages:
        conditions.append(f.Covered(kinds, villages))
    conditions.append(f.Not(f.Exempted(standard.pk)))
    if standard.applies_if.strip():
        conditions.append(as_condition(names.bind(standard.applies_if, scope=standard.scope)))
    return reduce(lambda left, right: f.Logic("and", left, right), conditions)


def _condition(standard: Standard, names: Bind) -> Formula:
    if standard.indicator is None:
        return f.Judged(standard.pk)
    value = names.bind(standard.indicator.expression, scope=standard.scope)
    if standard.comparator == Comparator.HOLDS:
        return held(value)
    if names.is_forecast and is_exact_share(standard):
        value = at_most_whole(value, names.bind(standard.threshold, scope=standard.scope))
    figure = f.Kept(f.Rounded(value, min(standard.places, STORED_PLACES)))
    if standard.comparator == Comparator.ANY_OF:
        return f.OneOf(figure, names.values(standard.threshold, standard.indicator.expression))
    return COMPARISONS.get(standard.comparator, _compared)(standard, figure, names)


def is_exact_share(standard: Standard) -> bool:
    """Whether a share must be exactly so many percent."""
    indicator = standard.indicator
    return standard.comparator == Comparator.EQUAL and indicator is not None and indicator.unit == "%"


def at_most_whole(value: Formula, threshold: Formula) -> Formula:
    """In a forecast a share that must be exactly 100 % is cut there: its two parts are projected apart.

    So it is met where it comes out above 100 %, as if it were to be at least so much.
    """
    return f.Extreme("min", (value, WHOLE)) if threshold == WHOLE else value


def held(value: Formula) -> Formula:
    """The condition of an indicator that must hold; a figure holds if it is not 0."""
    return value.operand if isinstance(value, f.AsNumber) else as_condition(value)


def _bound(standard: Standard, text: str, names: Bind) -> Formula:
    if standard.comparator == Comparator.DONE_BY and not text.strip():
        return DONE
    formula = names.bind(text, scope=standard.scope)
    is_plain = isinstance(formula, f.Number) and abs(formula.value) < LARGEST
    return formula if is_plain else f.Kept(f.Rounded(formula, STORED_PLACES))


def _compared(standard: Standard, figure: Formula, names: Bind) -> Formula:
    operator = ">=" if standard.comparator == Comparator.DONE_BY else standard.comparator
    return f.Comparison(operator, figure, _bound(standard, standard.threshold, names))


def _between(standard: Standard, figure: Formula, names: Bind) -> Formula:
    """Both bounds must be known, as for the verdict."""
    low = f.Arithmetic("-", _bound(standard, standard.threshold, names), figure)
    high = f.Arithmetic("-", figure, _bound(standard, standard.upper, names))
    return f.Comparison("<=", f.Extreme("max", (low, high)), f.Number(Decimal(0)))


def _about(standard: Standard, figure: Formula, names: Bind) -> Formula:
    distance = f.Absolute(f.Arithmetic("-", _bound(standard, standard.threshold, names), figure))
    return f.Comparison("<=", distance, _bound(standard, standard.tolerance, names))


COMPARISONS: dict[str, Callable[[Standard, Formula, Bind], Formula]] = {
    Comparator.BETWEEN: _between,
    Comparator.ABOUT: _about,
}
