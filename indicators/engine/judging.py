"""From a figure and its target to one of the five verdicts; sql/judging.py says the same in SQL."""

from dataclasses import dataclass
from decimal import Decimal

from indicators.engine.decimals import LARGEST, multiply, rounded, subtract
from indicators.engine.formula import Formula
from indicators.engine.interpreter import Facts, number
from indicators.engine.rules import STORED_PLACES, Rule
from indicators.models import Standard, VerdictStatus

Comparator = Standard.Comparator
AT_LEAST = frozenset({Comparator.AT_LEAST, Comparator.ABOVE, Comparator.DONE_BY})
AT_MOST = frozenset({Comparator.AT_MOST, Comparator.BELOW})
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found: exact figures; `gap` is what is missing, None where nothing is or can be said."""

    status: VerdictStatus
    value: Decimal | None = None
    threshold: Decimal | None = None
    upper: Decimal | None = None
    tolerance: Decimal | None = None
    gap: Decimal | None = None
    stretch: Decimal | None = None
    stretch_met: bool | None = None

    def stored(self, figure: Decimal | None) -> Decimal | None:
        """A figure of this outcome as the verdict's row keeps it."""
        return None if figure is None else rounded(figure, STORED_PLACES)


def judge(rule: Rule, facts: Facts) -> Outcome:
    """Compare the rule's value with its target at one place to which the rule applies."""
    figures = _Figures(
        value=_figure(rule.value, facts, rule.places),
        threshold=_figure(rule.threshold, facts),
        upper=_figure(rule.upper, facts),
        tolerance=_figure(rule.tolerance, facts),
        stretch=_figure(rule.stretch, facts),
    )
    gap = _gap(rule.comparator, figures)
    met = _met(rule.comparator, figures, gap)
    return Outcome(
        status=_status(rule, figures, met, gap),
        value=figures.value,
        threshold=figures.threshold,
        upper=figures.upper,
        tolerance=figures.tolerance,
        gap=None if met is not False else gap,
        stretch=figures.stretch,
        stretch_met=_stretch_met(rule.comparator, figures),
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    value: Decimal | None
    threshold: Decimal | None
    upper: Decimal | None
    tolerance: Decimal | None
    stretch: Decimal | None


def _figure(formula: Formula | None, facts: Facts, places: int | None = None) -> Decimal | None:
    figure = None if formula is None else number(formula, facts)
    if figure is not None and places is not None:
        figure = rounded(figure, places)
    return figure if figure is not None and figure.copy_abs() < LARGEST else None


def _gap(comparator: str, figures: _Figures) -> Decimal | None:
    """Return how far the value lies on the wrong side of the target: zero or less where it does not."""
    value, threshold = figures.value, figures.threshold
    if value is None or threshold is None:
        return None
    short = subtract(threshold, value)
    if comparator in AT_LEAST:
        return short
    if comparator in AT_MOST:
        return short.copy_negate()
    if comparator == Comparator.BETWEEN:
        return None if figures.upper is None else max(short, subtract(value, figures.upper))
    if comparator == Comparator.ABOUT:
        return None if figures.tolerance is None else subtract(short.copy_abs(), figures.tolerance)
    return short.copy_abs()


def _met(comparator: str, figures: _Figures, gap: Decimal | None) -> bool | None:
    if gap is None:
        return None
    return gap < 0 if comparator in {Comparator.ABOVE, Comparator.BELOW} else gap <= 0


def _status(rule: Rule, figures: _Figures, met: bool | None, gap: Decimal | None) -> VerdictStatus:
    if met is None or gap is None:
        return VerdictStatus.NO_DATA
    if met:
        return VerdictStatus.MET
    return VerdictStatus.NEAR if gap <= _margin(rule, figures) else VerdictStatus.UNMET


def _margin(rule: Rule, figures: _Figures) -> Decimal:
    """How far a value may miss its target and still be near."""
    if rule.near_margin is not None:
        return rule.near_margin
    missed = figures.threshold
    if figures.upper is not None and figures.value is not None and figures.value > figures.upper:
        missed = figures.upper
    share = multiply(rule.near_percent, HUNDREDTH)
    return multiply((missed or Decimal(0)).copy_abs(), share)


def _stretch_met(comparator: str, figures: _Figures) -> bool | None:
    if figures.value is None or figures.stretch is None:
        return None
    if comparator in AT_LEAST:
        return figures.value >= figures.stretch
    if comparator in AT_MOST:
        return figures.value <= figures.stretch
    return figures.value == figures.stretch if comparator == Comparator.EQUAL else None
