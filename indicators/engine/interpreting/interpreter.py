"""The Python reader: the value of a formula at one place. What is missing is None, and None spreads."""

from collections.abc import Callable
from decimal import Decimal

from indicators.engine import formula as f
from indicators.engine.decimals import LARGEST, add, divide, multiply, rounded, subtract
from indicators.engine.interpreting.asked import Facts, Value
from indicators.engine.interpreting.evaluating import at_least, evaluate, joined, negated, number, truth
from indicators.engine.interpreting.places import HUNDRED, stands

__all__ = ["HUNDRED", "evaluate", "number", "stands", "truth"]


@evaluate.register(f.Number)
@evaluate.register(f.Text)
@evaluate.register(f.Option)
def _(formula: f.Number | f.Text | f.Option, facts: Facts) -> Value:
    return formula.value


@evaluate.register
def _(formula: f.Missing, facts: Facts) -> Value:
    return None


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


@evaluate.register
def _(formula: f.Attribute, facts: Facts) -> Value:
    return facts.attribute(formula)


@evaluate.register
def _(formula: f.Area, facts: Facts) -> Value:
    return facts.area(formula)


@evaluate.register
def _(formula: f.Found, facts: Facts) -> Value:
    return facts.found(formula.what)


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
    return None if operand is None else subtract(Decimal(0), operand)


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
    return joined(formula.operator, {truth(formula.left, facts), truth(formula.right, facts)})


@evaluate.register
def _(formula: f.Not, facts: Facts) -> Value:
    return negated(truth(formula.operand, facts))


@evaluate.register
def _(formula: f.Choice, facts: Facts) -> Value:
    condition = truth(formula.condition, facts)
    if condition is None:
        return None
    return number(formula.yes if condition else formula.no, facts)


@evaluate.register
def _(formula: f.Switch, facts: Facts) -> Value:
    subject = evaluate(formula.subject, facts)
    if subject is None:
        return None
    for value, result in zip(formula.values, formula.results, strict=True):
        if evaluate(value, facts) == subject:
            return number(result, facts)
    return number(formula.otherwise, facts)


@evaluate.register
def _(formula: f.Band, facts: Facts) -> Value:
    subject = number(formula.subject, facts)
    for bound, result in zip(formula.bounds, formula.results, strict=True):
        start = number(bound, facts)
        if subject is None or start is None:
            return None
        if subject >= start:
            return number(result, facts)
    return number(formula.otherwise, facts)


@evaluate.register
def _(formula: f.OneOf, facts: Facts) -> Value:
    subject = evaluate(formula.subject, facts)
    if subject is None:
        return None
    return any(evaluate(value, facts) == subject for value in formula.values)


@evaluate.register
def _(formula: f.AtLeast, facts: Facts) -> Value:
    return at_least(formula.least, (truth(each, facts) for each in formula.conditions))


@evaluate.register
def _(formula: f.Position, facts: Facts) -> Value:
    text = evaluate(formula.operand, facts)
    return (
        Decimal(formula.choices.index(text) + 1)
        if isinstance(text, str) and text in formula.choices
        else None
    )


@evaluate.register
def _(formula: f.Kept, facts: Facts) -> Value:
    figure = number(formula.operand, facts)
    return figure if figure is not None and figure.copy_abs() < LARGEST else None


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
