"""Targets whose figure is an element alone: what makes no sum over villages, what is no more or less."""

from indicators.engine import ExpressionError, parse
from indicators.engine.language.tree import Name
from programme_files.checks.context import Context
from programme_files.document import ElementRow, StandardRow

INSTEAD = "请改写成 share(…)、count(…)，看有多少个村做到。"
OF_CHOICE = "“{}”是选项，各村的选项相加没有意义。" + INSTEAD
OF_LEVEL = "“{}”是等级，这个范围里会把各村的等级相加。" + INSTEAD
OF_YES_NO = "“{}”是/否，这个范围里会把各村的“是”相加，有一个村是“是”就算成立。" + INSTEAD
OF_AVERAGE = "“{}”是平均数，这个范围里会把各村的数相加。请再除以村数，例如 {} / count_known({} >= 0)。"
NO_ORDER = "“{}”是选项，有先后没有大小，请用 any_of 写明哪些选项算达标。"
AS_YES_NO = {"holds", "done_by"}
ORDERS = {">=", ">", "<=", "<", "between", "about"}


def check(context: Context) -> None:
    elements = {row.code: row for row in context.document.elements}
    for row in context.standards():
        element = elements.get(_alone(context, row.indicator or "", frozenset()))
        if element and row.scope != "village":
            _check_sum(context, row, element)
        elif element and element.type == "choice" and row.comparator in ORDERS:
            context.warn(row, "comparator", NO_ORDER.format(element.code))


def _alone(context: Context, code: str, seen: frozenset[str]) -> str:
    """The element that an indicator is, if it is nothing else; empty where it is a formula."""
    if code not in context.indicators or code in seen:
        return code
    try:
        tree = parse(context.indicators[code])
    except ExpressionError:  # reported already
        return ""
    return _alone(context, tree.code, seen | {code}) if isinstance(tree, Name) else ""


def _check_sum(context: Context, row: StandardRow, element: ElementRow) -> None:
    code = element.code
    if element.type == "choice":
        context.report(row, "indicator", OF_CHOICE.format(code))
    elif element.type == "boolean" and row.comparator in AS_YES_NO:
        context.report(row, "indicator", OF_YES_NO.format(code))
    elif element.type == "level":
        context.warn(row, "indicator", OF_LEVEL.format(code))
    elif element.aggregation == "average":
        context.warn(row, "indicator", OF_AVERAGE.format(code, code, code))
