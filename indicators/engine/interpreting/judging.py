"""From a figure and its target to one of the five verdicts; sql/judging.py says the same in SQL."""

from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.engine.decimals import LARGEST, multiply, rounded, subtract
from indicators.engine.formula import Covered, Formula, Number
from indicators.engine.formula.rule import Rule
from indicators.engine.formula.standings import STORED_PLACES
from indicators.engine.interpreting.asked import Facts
from indicators.engine.interpreting.interpreter import number, truth
from indicators.models import Standard, VerdictStatus

Comparator = Standard.Comparator
AT_LEAST = frozenset({Comparator.AT_LEAST, Comparator.ABOVE, Comparator.DONE_BY})
AT_MOST = frozenset({Comparator.AT_MOST, Comparator.BELOW})
YES_OR_NO = frozenset({Comparator.HOLDS, Comparator.ANY_OF})  # nothing is near, nothing is missing by so much
SCORE_PLACES = 4  # what the column of a verdict's score holds
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
    score: Decimal | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the standard is met; nothing where that is not known or not asked."""
        return {VerdictStatus.MET: True, VerdictStatus.NEAR: False, VerdictStatus.UNMET: False}.get(
            self.status
        )

    def stored(self, figure: Decimal | None) -> Decimal | None:
        """A figure of this outcome as the verdict's row keeps it."""
        return None if figure is None else rounded(figure, STORED_PLACES)


def judge(rule: Rule, facts: Facts) -> Outcome:
    """Compare the rule's value with its target at one place, if the rule applies there."""
    known = applies(rule, facts)
    if known is not True:
        return Outcome(VerdictStatus.NO_DATA if known is None else VerdictStatus.NOT_APPLICABLE)
    outcome = _judged(rule, facts) if rule.value is None else _compared(rule, facts)
    return replace(outcome, score=_score(rule, outcome, facts)) if rule.points is not None else outcome


def applies(rule: Rule, facts: Facts) -> bool | None:
    """Say whether a standard is asked of a place: its kinds and villages, exemptions, its condition."""
    if rule.scope == Standard.Scope.VILLAGE:
        covered = facts.covered(Covered(rule.kinds, rule.villages))
        if not covered or facts.exempted(rule.standard_id):
            return False
    return True if rule.applies_if is None else truth(rule.applies_if, facts)


def _judged(rule: Rule, facts: Facts) -> Outcome:
    is_met = facts.judged(rule.standard_id)
    if is_met is None:
        return Outcome(VerdictStatus.NO_DATA)
    return Outcome(VerdictStatus.MET if is_met else VerdictStatus.UNMET)


def _compared(rule: Rule, facts: Facts) -> Outcome:
    figures = _Figures(
        value=_figure(rule.value, facts, rule.places),
        threshold=_target(rule.threshold, facts),
        upper=_target(rule.upper, facts),
        tolerance=_target(rule.tolerance, facts),
        stretch=_target(rule.stretch, facts),
    )
    gap = _gap(rule, figures, facts)
    met = _met(rule.comparator, figures, gap)
    return Outcome(
        status=_status(rule, figures, met, gap),
        value=figures.value,
        threshold=figures.threshold,
        upper=figures.upper,
        tolerance=figures.tolerance,
        gap=None if met is not False or rule.comparator in YES_OR_NO else gap,
        stretch=figures.stretch,
        stretch_met=_stretch_met(rule.comparator, figures),
    )


def _score(rule: Rule, outcome: Outcome, facts: Facts) -> Decimal | None:
    """The points that the verdict gives, never more than there are and never less than the least."""
    points = _points(rule, outcome, facts)
    if points is None or rule.points is None:
        return None
    return max(rule.least_points, min(rule.points, rounded(points, SCORE_PLACES)))


def _points(rule: Rule, outcome: Outcome, facts: Facts) -> Decimal | None:
    if rule.value is None:
        given = facts.judged_points(rule.standard_id)
        return given if given is not None else _all_or_nothing(rule, outcome)
    if rule.score is None:
        return _all_or_nothing(rule, outcome)
    if outcome.value is None:
        return None
    found = {"value": outcome.value, "threshold": outcome.threshold, "is_met": outcome.is_met}
    return number(rule.score, facts.finding(found))


def _all_or_nothing(rule: Rule, outcome: Outcome) -> Decimal | None:
    if outcome.is_met is None:
        return None
    return rule.points if outcome.is_met else Decimal(0)


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


def _target(formula: Formula | None, facts: Facts) -> Decimal | None:
    """A target as it is written; one that is computed as a verdict keeps it, so that thirds make no ties."""
    return _figure(formula, facts, None if isinstance(formula, Number) else STORED_PLACES)


def _gap(rule: Rule, figures: _Figures, facts: Facts) -> Decimal | None:
    """Return how far the value lies on the wrong side of the target: zero or less where it does not."""
    if rule.comparator == Comparator.ANY_OF:
        chosen = [number(choice, facts) for choice in rule.choices]
        return None if figures.value is None else Decimal(figures.value not in chosen)
    return _distance(rule.comparator, figures)


def _distance(comparator: str, figures: _Figures) -> Decimal | None:
    value, threshold = figures.value, figures.threshold
    if value is None or threshold is None:
        return None
    short = subtract(threshold, value)
    if comparator in AT_LEAST or comparator == Comparator.HOLDS:
        return short
    if comparator in AT_MOST:
        return subtract(value, threshold)
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
    if rule.comparator in YES_OR_NO:
        return VerdictStatus.UNMET
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
