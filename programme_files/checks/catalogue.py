"""What is counted and computed: elements, rules, reference series, indicators."""

import re

from common.divisions import contains
from indicators.engine import ExpressionError, parse
from indicators.engine.tree import COMPARISONS, LOGIC, Binary, Name, Unary
from indicators.models import DataElement, Indicator, ReferenceSeries, ReferenceValue, ValidationRule
from programme_files.checks.context import Context
from programme_files.checks.people import FIRST_YEAR, LAST_YEAR
from programme_files.document import TOWNSHIP, ElementRow, IndicatorRow, RuleRow, SeriesRow, ValueRow

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
WORDS_OF_THE_LANGUAGE = "代码应以字母开头，由字母、数字和下划线组成，且不是公式里的关键字。"


def check(context: Context) -> None:
    for element in context.document.elements:
        _check_element(context, element)
    for rule in context.document.rules:
        _check_rule(context, rule)
    for series in context.document.reference_series:
        _check_series(context, series)
    for indicator in context.document.indicators:
        _check_indicator(context, indicator)


def _check_name(context: Context, row: ElementRow | SeriesRow | IndicatorRow) -> None:
    """A code that formulas name must be a name of the language."""
    try:
        tree = parse(row.code)
    except ExpressionError:
        tree = None
    if not (isinstance(tree, Name) and tree.code == row.code):
        context.report(row, "code", WORDS_OF_THE_LANGUAGE)


def _check_element(context: Context, row: ElementRow) -> None:
    _check_name(context, row)
    context.check_columns(context.path(row), row, DataElement, code=row.code)
    if not 0 <= row.places <= 4:
        context.report(row, "places", "小数位数应在 0 到 4 之间。")
    if row.min is not None and row.max is not None and row.min > row.max:
        context.report(row, "min", "最小值大于最大值。")
    context.check_known(row, "kinds", row.kinds, context.kinds, "类别")
    if row.provider != TOWNSHIP and row.provider not in context.organisations:
        context.report(row, "provider", f"文件里没有单位“{row.provider}”；由乡镇填报的写 {TOWNSHIP}。")


def _check_rule(context: Context, row: RuleRow) -> None:
    context.check_columns(context.path(row), row, ValidationRule, code=row.code)
    context.check_formula(row, "expression", month_only=True)
    if not _is_condition(row.expression):
        context.report(row, "expression", "应是一个关系，例如 a <= b。")
    for name in PLACEHOLDER.findall(row.message):
        if name not in context.elements:
            context.report(row, "message", f"花括号里的“{name}”不是数据项的代码。")
    if set("{}") & set(PLACEHOLDER.sub("", row.message)):
        context.report(row, "message", "花括号没有成对。")


def _is_condition(expression: str) -> bool:
    try:
        tree = parse(expression)
    except ExpressionError:
        return True  # reported already
    if isinstance(tree, Unary):
        return tree.operator == "not"
    return isinstance(tree, Binary) and tree.operator in COMPARISONS | LOGIC


def _check_series(context: Context, row: SeriesRow) -> None:
    _check_name(context, row)
    path = context.path(row)
    context.check_columns(path, row, ReferenceSeries, code=row.code)
    seen: set[tuple[str, int]] = set()
    for index, value in enumerate(row.values):
        _check_value(context, (*path, "values", index), value)
        if (value.area, value.year) in seen:
            context.report(row, "values", f"地区 {value.area or '全国'} {value.year} 年写了两次。")
        seen.add((value.area, value.year))


def _check_value(context: Context, path: tuple[str | int, ...], row: ValueRow) -> None:
    context.check_columns(path, row, ReferenceValue, area_code=row.area, year=row.year)
    home = context.document.programme.division
    if not (contains(home, row.area) or contains(row.area, home)):
        context.reading.report((*path, "area"), f"{row.area} 既不在方案的地区 {home} 之内，也不是它的上级。")
    if not FIRST_YEAR <= row.year <= LAST_YEAR:
        context.reading.report((*path, "year"), f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")


def _check_indicator(context: Context, row: IndicatorRow) -> None:
    _check_name(context, row)
    context.check_columns(context.path(row), row, Indicator, code=row.code)
    if row.code in context.elements:
        context.report(row, "code", "与一个数据项的代码相同，公式里分不清。")
    context.check_formula(row, "expression")
