"""From a written node to a computed one; calls have a table of their own (binding_calls)."""

from decimal import Decimal
from functools import singledispatch
from typing import TYPE_CHECKING

from indicators.engine import formula as f
from indicators.engine.formula import Formula
from indicators.engine.language import tree as t
from indicators.engine.language.texts import Domain, domain_of

if TYPE_CHECKING:
    from indicators.engine.formula.binding import Binder


def as_number(formula: Formula) -> Formula:
    """Make a condition a number."""
    return f.AsNumber(formula) if f.is_condition(formula) else formula


def as_condition(formula: Formula) -> Formula:
    """Make a number a condition."""
    return formula if f.is_condition(formula) else f.AsCondition(formula)


def constant(node: t.Node, domain: Domain | None) -> Formula:
    """Return a value that is written out; the text of an option is its number."""
    if isinstance(node, t.Unary) and isinstance(node.operand, t.Number):
        return f.Number(-node.operand.value)
    if isinstance(node, t.Text):
        return _text(node, domain)
    assert isinstance(node, t.Number)  # noqa: S101 -- checked before binding
    return f.Number(node.value)


def _text(node: t.Text, domain: Domain | None) -> Formula:
    if domain is None or not domain.is_number:
        return f.Text(node.value)
    return f.Option(Decimal(list(domain.known or ()).index(node.value) + 1), node.value)


@singledispatch
def bind(node: t.Node, binder: "Binder") -> Formula:
    """Return the formula of a checked tree."""
    raise NotImplementedError(type(node))


@bind.register(t.Number)
def _(node: t.Number, binder: "Binder") -> Formula:
    binder.count()
    return f.Number(node.value)


@bind.register(t.Text)
def _(node: t.Text, binder: "Binder") -> Formula:
    return f.Text(node.value)


@bind.register(t.Name)
def _(node: t.Name, binder: "Binder") -> Formula:
    binder.count()
    if node.code in binder.vocabulary.elements:
        return f.Measure(node.code, binder.folds[node.code], binder.lag)
    return binder.inlined(node.code)


@bind.register(t.Unary)
def _(node: t.Unary, binder: "Binder") -> Formula:
    binder.count()
    operand = bind(node.operand, binder)
    return f.Not(as_condition(operand)) if node.operator == "not" else f.Negative(as_number(operand))


@bind.register(t.Binary)
def _(node: t.Binary, binder: "Binder") -> Formula:
    binder.count()
    if node.operator in t.COMPARISONS:
        left, right = _side(node.left, node.right, binder), _side(node.right, node.left, binder)
        return f.Comparison(node.operator, left, right)
    left, right = bind(node.left, binder), bind(node.right, binder)
    if node.operator in t.LOGIC:
        return f.Logic(node.operator, as_condition(left), as_condition(right))
    return f.Arithmetic(node.operator, as_number(left), as_number(right))


def _side(node: t.Node, other: t.Node, binder: "Binder") -> Formula:
    """A side of a comparison; a text against options is the option's number."""
    if isinstance(node, t.Text):
        return _text(node, domain_of(other, binder.vocabulary))
    return as_number(bind(node, binder))
