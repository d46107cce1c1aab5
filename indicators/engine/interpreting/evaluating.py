"""How a formula is evaluated: what is missing is None, and None spreads. `interpreter` knows every node."""

from collections.abc import Iterable
from decimal import Decimal
from functools import singledispatch

from indicators.engine.formula import Formula
from indicators.engine.interpreting.asked import Facts, Value


def number(formula: Formula, facts: Facts) -> Decimal | None:
    """Evaluate a formula that gives a number."""
    value = HANDLERS[type(formula)](formula, facts)
    return value if isinstance(value, Decimal) else None


def truth(formula: Formula, facts: Facts) -> bool | None:
    """Evaluate a formula that gives a condition."""
    value = HANDLERS[type(formula)](formula, facts)
    return value if isinstance(value, bool) else None


@singledispatch
def evaluate(formula: Formula, facts: Facts) -> Value:
    """Return the value of a formula, None where a part that matters is missing."""
    raise NotImplementedError(type(formula))


HANDLERS = evaluate.registry  # quicker than to let it look for the type's ancestors each time


def joined(operator: str, sides: set[bool | None]) -> bool | None:
    """Join conditions by `and` or `or`."""
    decisive = operator == "or"  # one true decides `or`, one false decides `and`
    if decisive in sides:
        return decisive
    return None if None in sides else not decisive


def negated(known: bool | None) -> bool | None:
    """Turn a condition round."""
    return None if known is None else not known


def at_least(least: int, known: Iterable[bool | None]) -> bool | None:
    """Say whether so many are true, as far as that can be known."""
    listed = list(known)
    if listed.count(True) >= least:
        return True
    return None if len(listed) - listed.count(False) >= least else False
