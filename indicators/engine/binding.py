"""From the tree that was written to the formula that is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import singledispatch

from indicators.engine import formula as f
from indicators.engine import tree as t
from indicators.engine.checking import problems
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Fold, Formula
from indicators.engine.parser import parse
from indicators.engine.vocabulary import Vocabulary

LARGEST = 1000  # nodes of a formula with everything inlined
HUNDRED = f.Number(Decimal(100))
ELEMENT_FOLDS = {
    "total": Fold.TOTAL,
    "last": Fold.LAST_EVER,
    "average": Fold.AVERAGE,
    "lowest": Fold.LOWEST,
    "month_count": Fold.MONTH_COUNT,
}


@dataclass(frozen=True)
class Binder:
    """Resolves names; `folds` gives each element's own aggregation, `lag` how many years back we are."""

    vocabulary: Vocabulary
    folds: Mapping[str, Fold]
    lag: int = 0
    size: list[int] = field(default_factory=lambda: [0])

    def bind(self, text: str) -> Formula:
        """Return the formula of `text` as a number, or raise ExpressionError with its first problem."""
        return as_number(self._checked(text))

    def condition(self, text: str) -> Formula:
        """Return the formula of `text` as it is: a condition stays one."""
        return self._checked(text)

    def _checked(self, text: str) -> Formula:
        tree = parse(text)
        for problem in problems(tree, self.vocabulary):
            raise problem
        return bind(tree, self)

    def inlined(self, code: str) -> Formula:
        """Return another indicator's formula, seen from the same year."""
        try:
            return self._checked(self.vocabulary.indicators[code])
        except ExpressionError as error:
            raise ExpressionError(f"指标“{code}”的公式有误：{error.message}", error.position) from error

    def earlier(self) -> "Binder":
        """The same names, one year earlier."""
        return replace(self, lag=self.lag + 1)

    def count(self) -> None:
        self.size[0] += 1
        if self.size[0] > LARGEST:
            raise ExpressionError("公式连同引用的指标太长，请分成几个指标。")


def as_number(formula: Formula) -> Formula:
    """Make a condition a number."""
    return f.AsNumber(formula) if isinstance(formula, f.Condition) else formula


def as_condition(formula: Formula) -> Formula:
    """Make a number a condition."""
    return formula if isinstance(formula, f.Condition) else f.AsCondition(formula)


@singledispatch
def bind(node: t.Node, binder: Binder) -> Formula:
    """Return the formula of a checked tree."""
    raise NotImplementedError(type(node))


@bind.register
def _(node: t.Number, binder: Binder) -> Formula:
    binder.count()
    return f.Number(node.value)


@bind.register
def _(node: t.Text, binder: Binder) -> Formula:
    return f.Text(node.value)


@bind.register
def _(node: t.Name, binder: Binder) -> Formula:
    binder.count()
    if node.code in binder.vocabulary.elements:
        return f.Measure(node.code, binder.folds[node.code], binder.lag)
    return binder.inlined(node.code)


@bind.register
def _(node: t.Unary, binder: Binder) -> Formula:
    binder.count()
    operand = bind(node.operand, binder)
    return f.Not(as_condition(operand)) if node.operator == "not" else f.Negative(as_number(operand))


@bind.register
def _(node: t.Binary, binder: Binder) -> Formula:
    binder.count()
    left, right = bind(node.left, binder), bind(node.right, binder)
    if node.operator in t.LOGIC:
        return f.Logic(node.operator, as_condition(left), as_condition(right))
    node_type = f.Comparison if node.operator in t.COMPARISONS else f.Arithmetic
    return node_type(node.operator, as_number(left), as_number(right))


@bind.register
def _(node: t.Call, binder: Binder) -> Formula:
    binder.count()
    if node.function in ELEMENT_FOLDS:
        return _element(node, binder)
    return CALLS[node.function](node, binder)


def _element(node: t.Call, binder: Binder) -> Formula:
    name = node.arguments[0]
    assert isinstance(name, t.Name)  # noqa: S101 -- checked before binding
    fold = ELEMENT_FOLDS[node.function]
    own = binder.folds[name.code] is fold
    return f.Measure(name.code, fold, binder.lag, own)


def _growth(node: t.Call, binder: Binder) -> Formula:
    now = as_number(bind(node.arguments[0], binder))
    before = as_number(bind(node.arguments[0], binder.earlier()))
    increase = f.Arithmetic("-", now, before)
    return f.Arithmetic("*", f.Arithmetic("/", increase, before), HUNDRED)


def _reference(node: t.Call, binder: Binder) -> Formula:
    series, level = (name.code for name in node.arguments if isinstance(name, t.Name))
    return f.Reference(series, level, binder.lag)


def _choice(node: t.Call, binder: Binder) -> Formula:
    condition, yes, no = (bind(argument, binder) for argument in node.arguments)
    return f.Choice(as_condition(condition), as_number(yes), as_number(no))


def _extreme(node: t.Call, binder: Binder) -> Formula:
    return f.Extreme(node.function, tuple(as_number(bind(part, binder)) for part in node.arguments))


def _rounded(node: t.Call, binder: Binder) -> Formula:
    value, places = node.arguments
    assert isinstance(places, t.Number)  # noqa: S101 -- checked before binding
    return f.Rounded(as_number(bind(value, binder)), int(places.value))


CALLS = {
    "if": _choice,
    "min": _extreme,
    "max": _extreme,
    "round": _rounded,
    "abs": lambda node, binder: f.Absolute(as_number(bind(node.arguments[0], binder))),
    "previous": lambda node, binder: bind(node.arguments[0], binder.earlier()),
    "growth": _growth,
    "ref": _reference,
    "kind": lambda node, binder: f.Kind(),
    "year": lambda node, binder: f.Year(binder.lag),
}
