"""Standards, measures and the targets inside them."""

from decimal import Decimal

from common.divisions import Level, contains
from indicators.engine import ExpressionError, parse
from indicators.engine.language.argument_checks import constant
from indicators.engine.language.tree import Call, walk
from indicators.models import Standard
from programme_files.checks.context import Context
from programme_files.checks.people import year_problems
from programme_files.document import MeasureRow, StandardRow
from projects.models import Measure

# comparator -> keys it needs; every other formula key must stay away
NEEDED = {
    **{sign: {"indicator", "threshold"} for sign in (">=", ">", "=", "<=", "<")},
    "between": {"indicator", "threshold", "upper"},
    "about": {"indicator", "threshold", "tolerance"},
    "done_by": {"indicator", "threshold", "deadline"},
    "any_of": {"indicator", "threshold"},
    "holds": {"indicator"},
    "judged": set(),
}
ONLY_FOR = {"upper": {"between"}, "tolerance": {"about"}, "deadline": {"done_by"}}
NOT_FOR = {
    "judged": ("indicator", "threshold", "stretch", "near", "score"),
    "any_of": ("stretch", "near"),
    "between": ("stretch",),
    "about": ("stretch",),
    "holds": ("threshold", "stretch", "near"),
}
JUDGED = "由评审判定的标准不能写"


def check(context: Context) -> None:
    for row in context.standards():
        _check_standard(context, row)
    for row in context.document.standards:
        if row.departments is None:
            context.report(row, "", "缺少 departments：创建标准要写明责任单位（可以是空列表 []）。")
    for measure in context.document.measures:
        _check_measure(context, measure)


def _check_standard(context: Context, row: StandardRow) -> None:
    context.check_columns(context.path(row), row, Standard, code=row.code)
    context.check_known(row, "kinds", row.kinds, context.kinds, "类别")
    context.check_known(row, "villages", row.villages, context.villages, "村")
    context.check_known(row, "departments", row.departments or (), context.organisations, "单位")
    if row.indicator is not None:
        _check_indicator(context, row)
    for key in row.FORMULAS:
        if getattr(row, key):
            _check_formula(context, row, key)
    if not 0 <= row.places <= 6:
        context.report(row, "places", "小数位数应在 0 到 6 之间。")
    if row.near is not None and row.near < 0:
        context.report(row, "near", "不能是负数。")
    _check_years(context, row)
    _check_comparator(context, row)
    _check_bounds(context, row)
    _check_scope(context, row)
    _check_points(context, row)
    _check_score(context, row)


def _check_indicator(context: Context, row: StandardRow) -> None:
    """The indicator must be known, and be something that can be asked in the standard's scope."""
    if row.indicator in context.elements and row.indicator not in context.indicators:
        sentence = f"是数据项，请在 indicators 里给它写一个指标（expression: {row.indicator}）。"
        context.report(row, "indicator", f"“{row.indicator}”{sentence}")
        return
    context.check_known(row, "indicator", [row.indicator or ""], context.indicators, "指标")
    if row.indicator in context.indicators:
        context.check_formula(row, "indicator", scope=row.scope)


def _check_formula(context: Context, row: StandardRow, key: str) -> None:
    if row.comparator == "any_of" and key == "threshold":
        measured = context.indicators.get(row.indicator or "", "")
        context.check_formula(row, key, scope=row.scope, chosen_from=measured)
    else:
        context.check_formula(row, key, scope=row.scope, in_score=key == "score")


def _check_points(context: Context, row: StandardRow) -> None:
    for key in ("points", "score", "veto") if row.scope != "village" else ():
        if getattr(row, key) not in (None, ""):
            context.report(row, key, "只有 scope 为 village 的标准才能计分和一票否决。")
    for key in ("score", "least_points") if row.points is None else ():
        if getattr(row, key):
            context.report(row, key, f"写了 {key}，还要写 points（满分）。")
    if row.points is None:
        return
    if row.points < 0:
        context.report(row, "points", "满分不能是负数；只扣分的项目，满分写 0，least_points 写负数。")
    if row.least_points > row.points:
        context.report(row, "least_points", "最低分高于满分。")


def _check_score(context: Context, row: StandardRow) -> None:
    """A list of values is no threshold that points could be reckoned from."""
    if row.comparator == "any_of" and "threshold" in _functions_in(row.score):
        context.report(row, "score", "comparator 为 any_of 时没有一个目标值，不能用 threshold()。")


def _functions_in(formula: str | None) -> set[str]:
    """The functions that a formula calls; none where it cannot be read, which is said elsewhere."""
    try:
        return {node.function for node in walk(parse(formula or "0")) if isinstance(node, Call)}
    except ExpressionError:
        return set()


def _check_years(context: Context, row: StandardRow) -> None:
    first, last = context.document.programme.years
    if sentence := year_problems(row.years):
        context.report(row, "years", sentence)
    elif not first <= row.years[1] <= last and not year_problems((first, last)):
        context.report(row, "years", f"结束年应在方案的 {first} 到 {last} 年之内。")


def _check_comparator(context: Context, row: StandardRow) -> None:
    if row.comparator not in NEEDED:
        return  # the model's choices said so already
    for key in sorted(NEEDED[row.comparator]):
        if getattr(row, key) in (None, ""):
            context.report(row, "", f"comparator 为 {row.comparator} 时缺少 {key}。")
    for key, comparators in ONLY_FOR.items():
        if getattr(row, key) not in (None, "") and row.comparator not in comparators:
            context.report(row, key, f"comparator 为 {row.comparator} 时不能写 {key}。")
    for key in NOT_FOR.get(row.comparator, ()):
        if getattr(row, key) not in (None, ""):
            words = JUDGED if row.comparator == "judged" else f"comparator 为 {row.comparator} 时不能写"
            context.report(row, key, f"{words} {key}。")


def _check_bounds(context: Context, row: StandardRow) -> None:
    """Bounds that are written out: nothing lies between 30 and 10."""
    lower, upper, tolerance = (_written(getattr(row, key)) for key in ("threshold", "upper", "tolerance"))
    if lower is not None and upper is not None and upper < lower:
        context.report(row, "upper", f"上限 {upper} 小于目标值 {lower}，没有数在两者之间。")
    stretch = _written(row.stretch)
    if lower is not None and stretch is not None and _is_weaker(row.comparator, stretch, lower):
        context.report(row, "stretch", f"力争值 {stretch} 比目标值 {lower} 还容易达到。")
    if tolerance is not None and tolerance < 0:
        context.report(row, "tolerance", "允许偏差不能是负数。")


def _is_weaker(comparator: str, stretch: Decimal, threshold: Decimal) -> bool:
    if comparator in {">=", ">", "done_by"}:
        return stretch < threshold
    return comparator in {"<=", "<"} and stretch > threshold


def _written(formula: str) -> Decimal | None:
    """The number that a formula is, if it is only one."""
    try:
        number = constant(parse(formula)) if formula else None
    except ExpressionError:
        return None
    return number if isinstance(number, Decimal) else None


def _check_scope(context: Context, row: StandardRow) -> None:
    if row.scope == "township":
        _check_area(context, row)
    elif row.area:
        context.report(row, "area", "只有 scope 为 township 时才写 area。")
    if row.scope == "kind" and len(row.kinds) != 1:
        context.report(row, "kinds", "scope 为 kind 时应正好写一个类别。")
    if row.scope != "village" and row.villages:
        context.report(row, "villages", "只有 scope 为 village 时才能指定村。")
    if row.scope != "village" and row.comparator == "judged":
        context.report(row, "scope", "由评审判定的标准只能以村为范围。")


def _check_area(context: Context, row: StandardRow) -> None:
    inside = contains(context.document.programme.division, row.area)
    if len(row.area) != Level.TOWNSHIP or not inside:
        context.report(row, "area", "scope 为 township 时，area 应为方案地区内的 9 位乡镇代码。")


def _check_measure(context: Context, row: MeasureRow) -> None:
    context.check_columns(context.path(row), row, Measure, number=row.number)
    context.check_known(row, "departments", row.departments, context.organisations, "单位")
    if row.number < 1:
        context.report(row, "number", "序号从 1 开始。")
