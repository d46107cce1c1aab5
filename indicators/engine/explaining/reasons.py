"""Why a standard is not asked of a place, why nothing can be said, and what would help, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from indicators.engine import formula as f
from indicators.engine.decimals import divide, multiply, rounded
from indicators.engine.explaining import words
from indicators.engine.explaining.uses import nodes_above, standards_used
from indicators.engine.formula import Covered, Formula
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.interpreter import HUNDRED, number, truth
from indicators.engine.interpreting.judging import Comparator, Outcome
from indicators.engine.interpreting.situation import Situation
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Standard, VerdictStatus

BROKEN = frozenset({VerdictStatus.NEAR, VerdictStatus.UNMET})
UPWARDS = frozenset({Comparator.AT_LEAST, Comparator.ABOVE})


def why_not(standard: Standard, rule: Rule, situation: Situation, catalogue: Catalogue) -> str:
    """Say why a standard is not asked of a place."""
    if not situation.covered(Covered(rule.kinds, rule.villages)) and rule.scope == Standard.Scope.VILLAGE:
        kinds = [kind.name for kind in standard.kinds.all()]
        return f"本项只适用于{'、'.join([*kinds, *(village.name for village in standard.villages.all())])}"
    exemption = situation.exemption(standard.pk)
    if exemption:
        return f"经批准豁免：{exemption.reason}（依据 {exemption.approval}，{exemption.by}批准）"
    return f"适用条件“{condition_words(rule, catalogue)}”不成立"


def condition_words(rule: Rule, catalogue: Catalogue) -> str:
    """Say under which condition a standard is asked."""
    return words.say(rule.applies_if, words.by_name(catalogue)) if rule.applies_if else ""


def missing(rule: Rule, situation: Situation, catalogue: Catalogue) -> str:
    """Say what there is not, so that nothing can be said."""
    if rule.applies_if is not None and truth(rule.applies_if, situation) is None:
        found = "，".join(_missing([rule.applies_if], situation, catalogue))
        return f"不知道适用条件“{condition_words(rule, catalogue)}”是否成立{'：' + found if found else ''}"
    compared = (rule.value, rule.threshold, rule.upper, rule.tolerance)
    formulas = [formula for formula in compared if formula is not None]
    return "，".join(_missing(formulas, situation, catalogue)) or _incomputable(formulas, situation)


def _incomputable(formulas: Sequence[Formula], situation: Situation) -> str:
    """Why what is known gives no figure: a division by nothing, or a case the plan says nothing of."""
    for node in nodes_above(formulas):
        if isinstance(node, f.Arithmetic) and node.operator == "/" and number(node.right, situation) == 0:
            return "除数为 0，算不出来"
    return "方案的公式没有写这种情况的值，算不出来"


def _missing(formulas: Sequence[Formula], situation: Situation, catalogue: Catalogue) -> Iterator[str]:
    found = nodes_above(formulas)
    absent = [name for node in found if (name := _absent_figure(node, situation, catalogue))]
    if absent:
        yield "缺少" + "、".join(absent)
    for node in found:
        if sentence := _absent_elsewhere(node, situation, catalogue):
            yield sentence
    uses = standards_used(formulas, situation)
    unknown = [use.code for use in uses if use.status == VerdictStatus.NO_DATA]
    left_out = [use.code for use in uses if use.status == VerdictStatus.NOT_APPLICABLE]
    if unknown:
        yield f"{'、'.join(unknown)} 缺数据"
    elif left_out:
        yield f"{'、'.join(left_out)} 在这里不适用"


def _absent_figure(node: f.Node, situation: Situation, catalogue: Catalogue) -> str:
    if isinstance(node, f.Measure) and situation.measure(node) is None:
        return words.measure_name(node, catalogue)
    if isinstance(node, f.Attribute) and situation.attribute(node) is None:
        return catalogue.attributes[node.code].name
    return ""


def _absent_elsewhere(node: f.Node, situation: Situation, catalogue: Catalogue) -> str:
    if isinstance(node, f.Reference) and situation.reference(node) is None:
        name = words.reference_name(replace(node, lag=0), catalogue)
        return f"还没有 {situation.quote(node).year} 年的{name}"
    if isinstance(node, f.Area) and situation.area(node) is None:
        return f"没有{words.say(node, words.by_name(catalogue))}"
    if isinstance(node, f.Count | f.Share) and not situation.poll(node.known):
        return "没有一个村（社区）有所需的数据"
    return ""


def remedy(rule: Rule, outcome: Outcome, situation: Situation) -> str:
    """Say what would help where villages or standards are counted; nothing where figures are."""
    if outcome.status not in BROKEN or rule.value is None:
        return ""
    if isinstance(rule.value, f.Share | f.Count) and rule.comparator in UPWARDS:
        return _villages_needed(rule, rule.value, outcome, situation)
    condition = rule.value.operand if isinstance(rule.value, f.AsNumber) else rule.value
    return _standards_needed(condition, situation) if isinstance(condition, f.Meets) else ""


def _villages_needed(rule: Rule, asked: f.Share | f.Count, outcome: Outcome, situation: Situation) -> str:
    """How many villages more would do: 再有 2 个村（社区）达标即达到."""
    holds, threshold = situation.poll(asked.holds), outcome.threshold
    among = situation.poll(asked.among if isinstance(asked, f.Share) else f.Poll("all"))
    if holds is None or among is None or threshold is None:
        return ""
    deed = "达标" if isinstance(asked.holds.condition, f.Met) else "符合"
    for more in range(1, int(among - holds) + 1):
        reached: Decimal | None = holds + more
        if isinstance(asked, f.Share):
            reached = divide(multiply(HUNDRED, holds + more), among)
        if reached is not None and _suffices(rule, rounded(reached, rule.places), threshold):
            return f"再有 {more} 个村（社区）{deed}即达到"
    return ""


def _suffices(rule: Rule, value: Decimal, threshold: Decimal) -> bool:
    return value > threshold if rule.comparator == Comparator.ABOVE else value >= threshold


def _standards_needed(asked: f.Meets, situation: Situation) -> str:
    """Which standards of a group are missing: 已达标 1 项，还差 1 项（S02、S03 未达标，S05 缺数据）."""
    uses = standards_used([asked], situation)
    by_status = {status: [use.code for use in uses if use.status == status] for status in VerdictStatus}
    applicable = len(uses) - len(by_status[VerdictStatus.NOT_APPLICABLE])
    met = len(by_status[VerdictStatus.MET])
    listed = "，".join(
        f"{'、'.join(codes)} {status.label}"
        for status, codes in by_status.items()
        if codes and status != VerdictStatus.MET
    )
    return f"已达标 {met} 项，还差 {(asked.least or applicable) - met} 项（{listed}）"
