"""Standards that can be loaded and would find nothing for good: no villages, no month, nobody to ask."""

from collections.abc import Iterator

from indicators.engine import ExpressionError, parse
from indicators.engine.language.tree import Call, Name, Node, children
from programme_files.checks.context import Context
from programme_files.document import StandardRow

COUNTS = {"count", "count_known", "share", "share_met"}  # inside them each village is asked by itself


def check(context: Context) -> None:
    townships = {row.division for row in context.document.organisations if row.kind == "township"}
    for row in context.standards():
        if row.scope == "township" and row.area not in townships:
            context.warn(row, "area", f"文件里没有代码为“{row.area}”的乡镇（街道），这项标准没有村可算。")
        if row.deadline and row.deadline.year > row.years[1]:
            context.warn(
                row, "deadline", f"期限晚于考核的最后一年（{row.years[1]} 年），到期时已经不考核了。"
            )
        if row.scope != "village":
            _check_asked(context, row)


def _check_asked(context: Context, row: StandardRow) -> None:
    """A kind or an attribute is that of one village; only a whole kind has a kind too."""
    known = {"kind"} if row.scope == "kind" else set()
    for key in ("indicator", *row.FORMULAS):
        text = context.indicators.get(row.indicator or "", "") if key == "indicator" else getattr(row, key)
        for function in sorted(set(_of_one_village(context, text, set())) - known):
            context.warn(row, key, f"{function}() 在这个范围里没有值，要写在 count() 或 share() 里面。")


def _of_one_village(context: Context, text: str, seen: set[str]) -> Iterator[str]:
    """What a formula asks of the place itself that only a village can answer."""
    try:
        yield from _asked(context, parse(text), seen) if text else ()
    except ExpressionError:  # reported already
        return


def _asked(context: Context, node: Node, seen: set[str]) -> Iterator[str]:
    if isinstance(node, Name) and node.code in context.indicators and node.code not in seen:
        yield from _of_one_village(context, context.indicators[node.code], seen | {node.code})
    if isinstance(node, Call) and node.function in COUNTS:
        return
    if isinstance(node, Call) and node.function in {"kind", "attribute"}:
        yield node.function
        return
    for child in children(node):
        yield from _asked(context, child, seen)
