"""From a call that was written to the formula that is computed: a row for every function."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from indicators.engine import formula as f
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Fold, Formula
from indicators.engine.formula.binding_nodes import as_condition, as_number, bind, constant
from indicators.engine.language import tree as t
from indicators.engine.language.circles import standards_named
from indicators.engine.language.texts import code_of, domain_of

if TYPE_CHECKING:
    from indicators.engine.formula.binding import Binder

__all__ = ["CALLS", "bind"]

HUNDRED = f.Number(Decimal(100))
ELEMENT_FOLDS = {
    "total": Fold.TOTAL,
    "last": Fold.LAST_EVER,
    "average": Fold.AVERAGE,
    "lowest": Fold.LOWEST,
    "month_count": Fold.MONTH_COUNT,
}


def _number(node: t.Node, binder: "Binder") -> Formula:
    return as_number(bind(node, binder))


def _condition(node: t.Node, binder: "Binder") -> Formula:
    return as_condition(bind(node, binder))


def _whole(node: t.Node) -> int:
    assert isinstance(node, t.Number)  # noqa: S101 -- checked before binding
    return int(node.value)


def _element(node: t.Call, binder: "Binder") -> Formula:
    code, fold = code_of(node.arguments[0]), ELEMENT_FOLDS[node.function]
    return f.Measure(code, fold, binder.lag, own=binder.folds[code] is fold)


def _growth(node: t.Call, binder: "Binder") -> Formula:
    now, before = _number(node.arguments[0], binder), _number(node.arguments[0], binder.earlier())
    increase = f.Arithmetic("-", now, before)
    return f.Arithmetic("*", f.Arithmetic("/", increase, before), HUNDRED)


def _reference(node: t.Call, binder: "Binder") -> Formula:
    series, level = (code_of(name) for name in node.arguments)
    return f.Reference(series, level, binder.lag)


def _area(node: t.Call, binder: "Binder") -> Formula:
    element, level = (code_of(name) for name in node.arguments)
    fold = binder.folds[element]
    total, count = (f.Area(element, fold, level, what, binder.lag) for what in ("sum", "count"))
    return {"area_sum": total, "area_count": count}.get(node.function, f.Arithmetic("/", total, count))


def _attribute(node: t.Call, binder: "Binder") -> Formula:
    code = code_of(node.arguments[0])
    return f.Attribute(code, is_text=binder.vocabulary.attributes[code] is not None)


def _choice(node: t.Call, binder: "Binder") -> Formula:
    condition, yes, no = node.arguments
    return f.Choice(_condition(condition, binder), _number(yes, binder), _number(no, binder))


def _extreme(node: t.Call, binder: "Binder") -> Formula:
    return f.Extreme(node.function, tuple(_number(part, binder) for part in node.arguments))


def _rounded(node: t.Call, binder: "Binder") -> Formula:
    value, places = node.arguments
    return f.Rounded(_number(value, binder), _whole(places))


def _any_of(node: t.Call, binder: "Binder") -> Formula:
    subject, *values = node.arguments
    domain = domain_of(subject, binder.vocabulary)
    return f.OneOf(_number(subject, binder), tuple(constant(value, domain) for value in values))


def _case(node: t.Call, binder: "Binder") -> Formula:
    subject, *rest = node.arguments
    domain = domain_of(subject, binder.vocabulary)
    paired = len(rest) // 2 * 2
    values, results = rest[:paired:2], rest[1:paired:2]
    return f.Switch(
        _number(subject, binder),
        tuple(constant(value, domain) for value in values),
        tuple(_number(result, binder) for result in results),
        _number(rest[-1], binder) if paired < len(rest) else f.Missing(),
    )


def _band(node: t.Call, binder: "Binder") -> Formula:
    subject, *rest, otherwise = (_number(argument, binder) for argument in node.arguments)
    return f.Band(subject, tuple(rest[::2]), tuple(rest[1::2]), otherwise)


def _at_least(node: t.Call, binder: "Binder") -> Formula:
    least, *conditions = node.arguments
    return f.AtLeast(_whole(least), tuple(_condition(each, binder) for each in conditions))


def _standings(node: t.Call, binder: "Binder") -> tuple[f.Standing, ...]:
    if binder.standing is None:
        raise ExpressionError(f"这里不能用 {node.function}()。", node.position)
    return tuple(binder.standing(code_of(each)) for each in standards_named(node))


def _met(node: t.Call, binder: "Binder") -> Formula:
    [standing] = _standings(node, binder)
    return f.Met(standing)


def _applies(node: t.Call, binder: "Binder") -> Formula:
    [standing] = _standings(node, binder)
    return f.Applies(standing)


def _meets(node: t.Call, binder: "Binder") -> Formula:
    return f.Meets(_whole(node.arguments[0]), _standings(node, binder))


def _count(node: t.Call, binder: "Binder") -> Formula:
    condition = _condition(node.arguments[0], binder)
    known = f.Poll("known", condition)
    return known if node.function == "count_known" else f.Count(f.Poll("holds", condition), known)


def _share(node: t.Call, binder: "Binder") -> Formula:
    condition, *rest = (_condition(argument, binder) for argument in node.arguments)
    if not rest:
        return f.Share(f.Poll("holds", condition), f.Poll("known", condition), f.Poll("all"))
    [among] = rest
    known = f.Choice(among, as_number(condition), f.Missing())
    asked = f.Logic("and", among, condition)
    return f.Share(f.Poll("holds", asked), f.Poll("known", known), f.Poll("holds", among))


def _share_met(node: t.Call, binder: "Binder") -> Formula:
    [standing] = _standings(node, binder)
    met = f.Met(standing)
    return f.Share(f.Poll("holds", met), f.Poll("known", met), f.Poll("holds", f.Applies(standing)))


CALLS: dict[str, Callable[[t.Call, "Binder"], Formula]] = {
    **dict.fromkeys(ELEMENT_FOLDS, _element),
    "if": _choice,
    "min": _extreme,
    "max": _extreme,
    "round": _rounded,
    "abs": lambda node, binder: f.Absolute(_number(node.arguments[0], binder)),
    "previous": lambda node, binder: bind(node.arguments[0], binder.earlier()),
    "growth": _growth,
    "ref": _reference,
    "kind": lambda node, binder: f.Kind(),
    "year": lambda node, binder: f.Year(binder.lag),
    "attribute": _attribute,
    "any_of": _any_of,
    "case": _case,
    "band": _band,
    "at_least": _at_least,
    "met": _met,
    "applies": _applies,
    "meets": _meets,
    "meets_all": lambda node, binder: f.Meets(None, _standings(node, binder)),
    "count_villages": lambda node, binder: f.Poll("all"),
    "count": _count,
    "count_known": _count,
    "share": _share,
    "share_met": _share_met,
    **dict.fromkeys(("area_sum", "area_average", "area_count"), _area),
    **{what: lambda node, binder: f.Found(node.function) for what in ("value", "threshold", "is_met")},
}


@bind.register(t.Call)
def _(node: t.Call, binder: "Binder") -> Formula:
    binder.count()
    return CALLS[node.function](node, binder)
