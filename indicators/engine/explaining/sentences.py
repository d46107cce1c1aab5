"""The verdict as a colleague would say it: 养老保险参保率 93.2%，低于目标 95%，再有 37 人参保即达标。"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.templatetags.display import number
from indicators.engine.explaining.lever import Change
from indicators.engine.explaining.saying import option
from indicators.engine.interpreting.judging import AT_LEAST, AT_MOST, Comparator, Outcome
from indicators.engine.periods import Period
from indicators.models import Standard, VerdictStatus

PERCENT = "%"
# what people do when a count of theirs grows: 参保人数 -> 再有 37 人参保
DEEDS = ("参保", "就业", "签约", "入学", "在校", "参训", "培训", "入住", "改造", "使用")
COUNTS = ("人数", "户数", "人次")


@dataclass(frozen=True, slots=True)
class Telling:
    """What a sentence is made of."""

    standard: Standard
    subject: str
    unit: str
    outcome: Outcome
    period: Period
    change: Change | None
    missing: str
    why_not: str
    options: Sequence[str] = ()
    allowed: str = ""
    remedy: str = ""

    def amount(self, value: Decimal | None) -> str:
        """Write a figure in the indicator's unit; an option by its name."""
        return option(value, self.options) if self.options else with_unit(value, self.unit)

    @property
    def value(self) -> str:
        return self.amount(self.outcome.value)

    @property
    def target(self) -> str:
        return self.amount(self.outcome.threshold)

    @property
    def deadline(self) -> str:
        return f"{self.standard.deadline:%Y-%m-%d}"

    @property
    def is_yes_no(self) -> bool:
        """Whether something is done or not: no figure is worth saying."""
        return not self.unit and self.outcome.threshold == 1

    @property
    def gap(self) -> str:
        return difference(self.outcome.gap, self.unit)


def with_unit(value: Decimal | None, unit: str) -> str:
    """Write 93.2%, 37 人, 3 星."""
    if unit == PERCENT:
        return f"{number(value)}%"
    return f"{number(value)} {unit}".rstrip()


def difference(value: Decimal | None, unit: str) -> str:
    """Write a difference: between percentages it is counted in points."""
    return with_unit(value, "个百分点" if unit == PERCENT else unit)


def tell(telling: Telling) -> str:
    """Return the sentence."""
    return SENTENCES[telling.outcome.status](telling)


def _met(telling: Telling) -> str:
    comparator, outcome = telling.standard.comparator, telling.outcome
    if comparator == Comparator.JUDGED:
        return f"{telling.subject}：评审判定为达标。"
    if comparator == Comparator.HOLDS:
        return f"{telling.subject}：是，达标。"
    if comparator == Comparator.ANY_OF:
        return f"{telling.subject} {telling.value}，属于 {telling.allowed}，达标。"
    if comparator == Comparator.DONE_BY and telling.is_yes_no:
        return f"{telling.subject}已完成，期限 {telling.deadline}，达标。"
    until = f"期限 {telling.deadline}，" if comparator == Comparator.DONE_BY else ""
    reached = f"{_reached(telling)}，{until}达标{_stretch(telling, outcome)}"
    return f"{telling.subject} {telling.value}，{reached}。"


def _reached(telling: Telling) -> str:
    comparator, outcome = telling.standard.comparator, telling.outcome
    if comparator == Comparator.BETWEEN:
        return f"在目标 {telling.target}到 {telling.amount(outcome.upper)}之间"
    if comparator == Comparator.ABOUT:
        return f"在目标 {telling.target}的允许偏差 {difference(outcome.tolerance, telling.unit)}之内"
    if outcome.value is None or outcome.threshold is None or outcome.value == outcome.threshold:
        return f"正好达到目标 {telling.target}"
    beyond = difference((outcome.value - outcome.threshold).copy_abs(), telling.unit)
    return f"{'超出' if comparator in AT_LEAST else '低于'}目标 {telling.target} {beyond}"


def _stretch(telling: Telling, outcome: Outcome) -> str:
    if outcome.stretch_met is None:
        return ""
    return f"，{'也达到' if outcome.stretch_met else '未达到'}力争值 {telling.amount(outcome.stretch)}"


def _short(telling: Telling) -> str:
    """Near or unmet: on which side the value lies, and what is missing."""
    if telling.standard.comparator == Comparator.JUDGED:
        return f"{telling.subject}：评审判定为不达标。"
    if telling.standard.comparator == Comparator.DONE_BY:
        return _not_done(telling)
    remedy = f"，{telling.remedy}" if telling.remedy else ""
    if telling.standard.comparator == Comparator.HOLDS:
        return f"{telling.subject}：否，未达标{remedy}。"
    if telling.standard.comparator == Comparator.ANY_OF:
        return f"{telling.subject} {telling.value}，不属于 {telling.allowed}，未达标。"
    return f"{telling.subject} {telling.value}，{_side(telling)}，{_remedy(telling)}。"


def _not_done(telling: Telling) -> str:
    deadline = telling.standard.deadline
    passed = deadline is not None and telling.period > Period.of(deadline)
    until = f"{'已过期限' if passed else '期限'} {telling.deadline}"
    if telling.is_yes_no:
        return f"{telling.subject}尚未完成，{until}。"
    missing = f"还差 {telling.gap}" if passed else _remedy(telling)  # nothing helps any more
    return f"{telling.subject} {telling.value}，{_side(telling)}，{missing}，{until}。"


def _side(telling: Telling) -> str:
    comparator, outcome = telling.standard.comparator, telling.outcome
    value, threshold = outcome.value or Decimal(0), outcome.threshold or Decimal(0)
    if comparator == Comparator.BETWEEN and value > threshold:
        return f"高于上限 {telling.amount(outcome.upper)}"
    if comparator == Comparator.ABOUT:
        return f"与目标 {telling.target}的偏差超出 {difference(outcome.tolerance, telling.unit)}"
    if value == threshold:
        return f"正好等于目标 {telling.target}"
    return f"{'低于' if value < threshold else '高于'}目标 {telling.target}"


def _remedy(telling: Telling) -> str:
    if telling.remedy:
        return telling.remedy
    if telling.change:
        return change_words(telling.change)
    if telling.outcome.gap == 0:
        return f"须{'高于' if telling.standard.comparator in AT_LEAST else '低于'}目标才达标"
    too_much = telling.standard.comparator in AT_MOST
    return f"{'超出' if too_much else '还差'} {telling.gap}"


def change_words(change: Change) -> str:
    """Say what is missing in the element's own unit: 再有 37 人参保即达标."""
    amount = with_unit(change.amount, change.element.unit)
    name, before, after = change.name, number(change.before), number(change.after)
    if change.is_more:
        return f"再有 {amount}{_deed(change.element.name)}即达标（{name}由 {before} 增至 {after}）"
    return f"再减少 {amount}即达标（{name}由 {before} 减至 {after}）"


def _deed(name: str) -> str:
    """The verb inside a count's name, so that the sentence says what the people would do."""
    for deed in DEEDS:
        if name.endswith(tuple(deed + count for count in COUNTS)):
            return deed
    return ""


def _no_data(telling: Telling) -> str:
    if telling.standard.comparator == Comparator.JUDGED:
        return f"{telling.subject}：还没有评审判定。"
    return f"{telling.subject}：{telling.missing}，暂不能判断。"


def _not_applicable(telling: Telling) -> str:
    return f"{telling.why_not}，这里不适用。"


SENTENCES: dict[str, Callable[[Telling], str]] = {
    VerdictStatus.MET: _met,
    VerdictStatus.NEAR: _short,
    VerdictStatus.UNMET: _short,
    VerdictStatus.NO_DATA: _no_data,
    VerdictStatus.NOT_APPLICABLE: _not_applicable,
}
