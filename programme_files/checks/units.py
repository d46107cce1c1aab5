"""What has a unit that does not fit: a target in 元 beside a figure in 万元, the growth of a yes or no."""

from indicators.engine import ExpressionError, parse
from indicators.engine.language.texts import code_of
from indicators.engine.language.tree import Binary, Call, Name, Node, Number, Unary, walk
from indicators.engine.language.units import SAME_UNIT
from programme_files.checks.context import Context
from programme_files.document import IndicatorRow, StandardRow

WITHOUT_UNIT = {"any_of", "holds", "judged"}
NO_AMOUNTS = {"boolean": "是或否", "choice": "选项"}
TIMES = 100  # what is multiplied by so much and more is converted, as is what is divided


def check(context: Context) -> None:
    series = {row.code: row.unit for row in context.document.reference_series}
    declared = {row.code: row.unit for row in context.document.indicators}
    units = context.elements | declared | series
    for row in context.standards():
        unit = declared.get(row.indicator or "", "")
        if unit and row.comparator not in WITHOUT_UNIT:
            _check_targets(context, row, unit, units)
    for indicator in context.document.indicators:
        _check_own(context, indicator, units)
        _check_growth(context, indicator)
    for element in context.document.elements:
        if element.unit == "%" and element.aggregation == "sum":
            context.warn(element, "aggregation", "百分比逐月相加没有意义，一般用 last 或 average。")


def _check_own(context: Context, row: IndicatorRow, units: dict[str, str]) -> None:
    """What an indicator says of itself, beside what its figures are."""
    tree = _parsed(row.expression)
    other = _unit(tree, units) if tree else ""
    if other and row.unit and other != row.unit:
        sentence = f"公式算出来的单位是“{other}”，这里写的是“{row.unit}”，请核对。"
        context.warn(row, "unit", sentence)


def _check_targets(context: Context, row: StandardRow, unit: str, units: dict[str, str]) -> None:
    for key in row.TARGETS:
        tree = _parsed(getattr(row, key))
        other = _unit(tree, units) if tree else ""
        if other and other != unit:
            context.warn(row, key, f"单位是“{other}”，指标的单位是“{unit}”，请核对。")


def _unit(node: Node, units: dict[str, str]) -> str:
    """The unit of a figure, as far as it is plain; empty where it is not."""
    if isinstance(node, Name):
        return units.get(node.code, "")
    if isinstance(node, Unary):
        return _unit(node.operand, units)
    if isinstance(node, Binary):
        return _of_operation(node, units)
    if isinstance(node, Call) and (node.function in SAME_UNIT or node.function == "ref"):
        parts = node.arguments[SAME_UNIT.get(node.function, 0) :]
        return next((unit for part in parts if (unit := _unit(part, units))), "")
    return ""


def _of_operation(node: Binary, units: dict[str, str]) -> str:
    """Sums keep the unit, and so does a multiple of one; `x * 1` is written to take it away."""
    sides = (node.left, node.right)
    numbers = [side.value for side in sides if isinstance(side, Number)]
    is_multiple = node.operator == "*" and len(numbers) == 1 and numbers[0] != 1 and numbers[0] < TIMES
    if node.operator in {"+", "-"} or is_multiple:
        return next((unit for side in sides if (unit := _unit(side, units))), "")
    return ""


def _check_growth(context: Context, row: IndicatorRow) -> None:
    tree = _parsed(row.expression)
    for node in walk(tree) if tree else ():
        code = _growing(node)
        if what := NO_AMOUNTS.get(context.types.get(code, "")):
            context.warn(row, "expression", f"“{code}”是{what}，不是数量，算不出增幅。")


def _growing(node: Node) -> str:
    """The code of which growth is asked; empty if none is."""
    if not (isinstance(node, Call) and node.function == "growth" and node.arguments):
        return ""
    return code_of(node.arguments[0])


def _parsed(formula: str) -> Node | None:
    try:
        return parse(formula) if formula else None
    except ExpressionError:  # reported already
        return None
