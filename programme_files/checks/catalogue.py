"""What is counted and computed: elements, reference series, indicators."""

from common.divisions import contains
from indicators.models import DataElement, Indicator, ReferenceSeries, ReferenceValue
from programme_files.checks.context import Context, is_name
from programme_files.checks.people import FIRST_YEAR, LAST_YEAR
from programme_files.document import TOWNSHIP, ElementRow, IndicatorRow, SeriesRow, ValueRow

COUNTED = {DataElement.ValueType.INTEGER, DataElement.ValueType.DECIMAL}
WORDS_OF_THE_LANGUAGE = "代码应以字母开头，由字母、数字和下划线组成，且不是公式里的关键字。"


def check(context: Context) -> None:
    for element in context.document.elements:
        _check_element(context, element)
    for series in context.document.reference_series:
        _check_series(context, series)
    for indicator in context.document.indicators:
        _check_indicator(context, indicator)


def _check_name(context: Context, row: ElementRow | SeriesRow | IndicatorRow) -> None:
    """A code that formulas name must be a name of the language."""
    if not is_name(row.code):
        context.report(row, "code", WORDS_OF_THE_LANGUAGE)


def _check_element(context: Context, row: ElementRow) -> None:
    _check_name(context, row)
    context.check_columns(context.path(row), row, DataElement, code=row.code)
    _check_type(context, row)
    if not 0 <= row.places <= 4:
        context.report(row, "places", "小数位数应在 0 到 4 之间。")
    if row.min is not None and row.max is not None and row.min > row.max:
        context.report(row, "min", "最小值大于最大值。")
    context.check_known(row, "kinds", row.kinds, context.kinds, "类别")
    if row.provider != TOWNSHIP and row.provider not in context.organisations:
        context.report(row, "provider", f"文件里没有单位“{row.provider}”；由乡镇填报的写 {TOWNSHIP}。")


def _check_type(context: Context, row: ElementRow) -> None:
    is_choice = row.type == DataElement.ValueType.CHOICE
    if is_choice and len(row.options) < 2:
        context.report(row, "options" if row.options else "", "type 为 choice 时要写 options，至少两个选项。")
    if row.options and not is_choice:
        context.report(row, "options", "只有 type 为 choice 时才写 options。")
    if len(set(row.options)) < len(row.options) or "" in row.options:
        context.report(row, "options", "选项不能为空，也不能重复。")
    for key in ("min", "max"):
        if is_choice and getattr(row, key) is not None:
            context.report(row, key, f"type 为 choice 时不能写 {key}。")
    if is_choice and row.aggregation != DataElement.Aggregation.LAST:
        context.report(row, "aggregation", "选项不能相加，aggregation 应为 last。")
    if row.cumulative and (row.aggregation != DataElement.Aggregation.LAST or row.type not in COUNTED):
        context.report(row, "cumulative", "年内累计数应是整数或小数，aggregation 应为 last。")


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
