"""The Python reader: the value of a formula at one place. What is missing is None, and None spreads."""

from collections.abc import Callable
from decimal import Decimal
from functools import singledispatch
from typing import Protocol

from indicators.engine import formula as f
from indicators.engine.decimals import add, divide, multiply, rounded, subtract
from indicators.engine.formula import Formula

Value = Decimal | bool | str | None


class Facts(Protocol):
    """What a formula needs to know about one place and time."""

    @property
    def kind(self) -> str | None: ...

    @property
    def year(self) -> int: ...

    def measure(self, measure: f.Measure) -> Decimal | None: ...

    def reference(self, reference: f.Reference) -> Decimal | None: ...


def number(formula: Formula, facts: Facts) -> Decimal | None:
    """Evaluate a formula that gives a number."""
    value = evaluate(formula, facts)
    return value if isinstance(value, Decimal) else None


def truth(formula: Formula, facts: Facts) -> bool | None:
    """Evaluate a formula that gives a condition."""
    value = evaluate(formula, facts)
    return value if isinstance(value, bool) else None


@singledispatch
def evaluate(formula: Formula, facts: Facts) -> Value:
    """Return the value of a formula, None where a part that matters is missing."""
    raise NotImplementedError(type(formula))


@evaluate.register(f.Number)
@evaluate.register(f.Text)
def _(formula: f.Number | f.Text, facts: Facts) -> Value:
    return formula.value


@evaluate.register
def _(formula: f.Measure, facts: Facts) -> Value:
    return facts.measure(formula)


@evaluate.register
def _(formula: f.Reference, facts: Facts) -> Value:
    return facts.reference(formula)


@evaluate.register
def _(formula: f.Kind, facts: Facts) -> Value:
    return facts.kind


@evaluate.register
def _(formula: f.Year, facts: Facts) -> Value:
    return Decimal(facts.year - formula.lag)


OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
}


@evaluate.register
def _(formula: f.Arithmetic, facts: Facts) -> Value:
    left, right = number(formula.left, facts), number(formula.right, facts)
    if left is None or right is None:
        return None
    return OPERATIONS[formula.operator](left, right)


@evaluate.register
def _(formula: f.Negative, facts: Facts) -> Value:
    operand = number(formula.operand, facts)
    return None if operand is None else operand.copy_negate()


COMPARE: dict[str, Callable[[int], bool]] = {
    ">=": lambda order: order >= 0,
    ">": lambda order: order > 0,
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<=": lambda order: order <= 0,
    "<": lambda order: order < 0,
}


@evaluate.register
def _(formula: f.Comparison, facts: Facts) -> Value:
    left, right = evaluate(formula.left, facts), evaluate(formula.right, facts)
    if left is None or right is None:
        return None
    return COMPARE[formula.operator](_order(left, right))


def _order(left: Decimal | bool | str, right: Decimal | bool | str) -> int:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    return 0 if left == right else 1


@evaluate.register
def _(formula: f.Logic, facts: Facts) -> Value:
    sides = {truth(formula.left, facts), truth(formula.right, facts)}
    decisive = formula.operator == "or"  # one true decides `or`, one false decides `and`
    if decisive in sides:
        return decisive
    return None if None in sides else not decisive


@evaluate.register
def _(formula: f.Not, facts: Facts) -> Value:
    operand = truth(formula.operand, facts)
    return None if operand is None else not operand


@evaluate.register
def _(formula: f.Choice, facts: Facts) -> Value:
    condition = truth(formula.condition, facts)
    if condition is None:
        return None
    return number(formula.yes if condition else formula.no, facts)


@evaluate.register
def _(formula: f.Extreme, facts: Facts) -> Value:
    values = [number(operand, facts) for operand in formula.operands]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return min(known) if formula.function == "min" else max(known)


@evaluate.register
def _(formula: f.Rounded, facts: Facts) -> Value:
    operand = number(formula.operand, facts)
    return None if operand is None else rounded(operand, formula.places)


@evaluate.register
def _(formula: f.Absolute, facts: Facts) -> Value:
    operand = number(formula.operand, facts)
    return None if operand is None else operand.copy_abs()


@evaluate.register
def _(formula: f.AsNumber, facts: Facts) -> Value:
    operand = truth(formula.operand, facts)
    return None if operand is None else Decimal(operand)


@evaluate.register
def _(formula: f.AsCondition, facts: Facts) -> Value:
    operand = number(formula.operand, facts)
    return None if operand is None else operand != 0
