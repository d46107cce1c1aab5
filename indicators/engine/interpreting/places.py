"""The Python reader of what a formula asks of standards, and of every village of a wider scope."""

from decimal import Decimal

from indicators.engine import formula as f
from indicators.engine.decimals import divide, multiply
from indicators.engine.interpreting.asked import Facts, Value
from indicators.engine.interpreting.evaluating import at_least, evaluate, joined, negated, truth

HUNDRED = Decimal(100)


@evaluate.register
def _(formula: f.InForce, facts: Facts) -> Value:
    return formula.first_year <= facts.judged_year <= formula.last_year


@evaluate.register
def _(formula: f.Covered, facts: Facts) -> Value:
    return facts.covered(formula)


@evaluate.register
def _(formula: f.Exempted, facts: Facts) -> Value:
    return facts.exempted(formula.standard_id)


@evaluate.register
def _(formula: f.Judged, facts: Facts) -> Value:
    return facts.judged(formula.standard_id)


def stands(standing: f.Standing, facts: Facts) -> tuple[bool | None, bool | None]:
    """Say whether a standard applies here, and whether its condition holds."""
    then = facts.no_later(standing.deadline)
    return truth(standing.applies, then), truth(standing.condition, then)


@evaluate.register
def _(formula: f.Met, facts: Facts) -> Value:
    applies, met = stands(formula.standing, facts)
    return met if applies else None


@evaluate.register
def _(formula: f.Applies, facts: Facts) -> Value:
    return stands(formula.standing, facts)[0]


@evaluate.register
def _(formula: f.Meets, facts: Facts) -> Value:
    found = [stands(standing, facts) for standing in formula.standings]
    if formula.least is not None:
        return at_least(formula.least, (joined("and", {applies, met}) for applies, met in found))
    if all(applies is False for applies, _ in found):
        return None
    return at_least(len(found), (joined("or", {negated(applies), met}) for applies, met in found))


@evaluate.register
def _(formula: f.Poll, facts: Facts) -> Value:
    return facts.poll(formula)


@evaluate.register
def _(formula: f.Count, facts: Facts) -> Value:
    return facts.poll(formula.holds) if facts.poll(formula.known) else None


@evaluate.register
def _(formula: f.Share, facts: Facts) -> Value:
    holds, among = facts.poll(formula.holds), facts.poll(formula.among)
    if not facts.poll(formula.known) or holds is None or among is None:
        return None
    return divide(multiply(HUNDRED, holds), among)
