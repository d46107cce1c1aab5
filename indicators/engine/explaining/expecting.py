"""What a forecast says: 按上年其余月份的走势预测，年底为 93.1%，低于目标 95%。"""

from collections.abc import Collection
from decimal import Decimal

from indicators.engine.explaining.sentences import with_unit
from indicators.engine.interpreting.projecting import Method
from indicators.models import Standard, VerdictStatus

Comparator = Standard.Comparator
COURSE = "上年其余月份的走势"
METHODS = {
    Method.LAST_YEAR: (COURSE,),
    Method.SCALED: (COURSE, "今年以来的同比增减"),
    Method.PACE: ("今年以来的平均进度",),
    Method.KEPT: ("保持现状",),
}
OF_VILLAGES = "各村（社区）的走势"
WHOLE_YEAR = "全年已受理的数据"
YES_OR_NO = frozenset({Comparator.HOLDS, Comparator.ANY_OF})
IN_A_RANGE = frozenset({Comparator.BETWEEN, Comparator.ABOUT})
COMPARED = frozenset(
    {Comparator.AT_LEAST, Comparator.ABOVE, Comparator.EQUAL, Comparator.AT_MOST, Comparator.BELOW}
)


def by_what(methods: Collection[Method]) -> str:
    """Say by which methods the remaining months were found, what they have in common once."""
    said = dict.fromkeys(words for method in METHODS if method in methods for words in METHODS[method])
    *first, last = said or [WHOLE_YEAR]
    return f"{'、'.join(first)}和{last}" if first else last


def expectation(
    standard: Standard, status: str, value: Decimal | None, threshold: Decimal | None, how: str
) -> str:
    """Say what the year is expected to end with: its figure, and on which side of the target it lies."""
    is_met = status == VerdictStatus.MET
    if standard.comparator in YES_OR_NO and status != VerdictStatus.NO_DATA:
        return f"按{how}预测，年底{'达到' if is_met else '达不到'}要求。"
    if status == VerdictStatus.NO_DATA or value is None or threshold is None:
        return f"按{how}预测，到年底仍缺数据，不能判断。"
    if standard.comparator == Comparator.DONE_BY:
        return f"按{how}预测，{'能' if is_met else '不能'}在 {standard.deadline:%Y-%m-%d} 前完成。"
    unit = standard.indicator.unit if standard.indicator else ""
    side = _side(standard.comparator, is_met, value, threshold, with_unit(threshold, unit))
    return f"按{how}预测，年底为 {with_unit(value, unit)}，{side}。"


def _side(comparator: str, is_met: bool, value: Decimal, threshold: Decimal, target: str) -> str:
    if comparator in IN_A_RANGE:
        return "在目标范围之内" if is_met else "不在目标范围之内"
    if comparator not in COMPARED:
        return "达到要求" if is_met else "达不到要求"
    if value == threshold:
        return f"正好{'达到' if is_met else '等于'}目标 {target}"
    return f"{'低于' if value < threshold else '高于'}目标 {target}"
