"""Villages that a standard is asked of and whose figures nobody asks for: they would never have data."""

from collections.abc import Iterator

from indicators.engine import ExpressionError, parse
from indicators.engine.language.tree import Call, Name, Node, children
from programme_files.checks.context import Context
from programme_files.document import ElementRow, StandardRow

# Their arguments are no figures of the village itself.
ELSEWHERE = {"ref", "attribute", "area_sum", "area_average", "area_count"}
CHOOSES = {"kind", "attribute"}  # a formula that asks for these may want different figures of each village


def check(context: Context) -> None:
    elements = {row.code: row for row in context.document.elements if row.kinds}
    names = {row.code: row.name for row in context.document.village_kinds}
    for row in context.standards():
        for element in _too_narrow(context, row, elements) if row.scope == "village" else ():
            kinds = [names[code] for code in _kinds_of(context, row) if code not in element.kinds]
            sentence = (
                f"{'、'.join(kinds)}不填报“{element.name}”（{element.code}），这项标准在那里会一直缺数据。"
            )
            context.warn(row, "indicator", sentence)


def _too_narrow(context: Context, row: StandardRow, elements: dict[str, ElementRow]) -> Iterator[ElementRow]:
    """The elements that the standard needs and that not all of its kinds are asked for."""
    trees = list(_trees(context, row.indicator or "", set()))
    if any(_chooses(tree) for tree in [*trees, *_parsed(row.applies_if)]):
        return
    wanted = {code for tree in trees for code in _named(tree)}
    for code in sorted(wanted & elements.keys()):
        if set(_kinds_of(context, row)) - set(elements[code].kinds):
            yield elements[code]


def _kinds_of(context: Context, row: StandardRow) -> list[str]:
    """The kinds of villages that the standard is asked of, those of which there are villages."""
    villages = [each for each in context.document.villages if not row.villages or each.code in row.villages]
    wanted = {village.kind for village in villages} & set(row.kinds or context.kinds)
    return [kind.code for kind in context.document.village_kinds if kind.code in wanted]


def _trees(context: Context, code: str, seen: set[str]) -> Iterator[Node]:
    """The formula of an indicator, and those of the indicators that it names."""
    seen.add(code)
    for tree in _parsed(context.indicators.get(code, "")):
        yield tree
        for name in _named(tree):
            if name in context.indicators and name not in context.elements and name not in seen:
                yield from _trees(context, name, seen)


def _parsed(formula: str) -> list[Node]:
    try:
        return [parse(formula)] if formula else []
    except ExpressionError:  # reported already
        return []


def _named(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.code
    elif not (isinstance(node, Call) and node.function in ELSEWHERE):
        for child in children(node):
            yield from _named(child)


def _chooses(node: Node) -> bool:
    if isinstance(node, Call) and node.function in CHOOSES:
        return True
    return any(_chooses(child) for child in children(node))
