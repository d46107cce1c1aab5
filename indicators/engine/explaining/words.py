"""A formula in Chinese words: names instead of codes, and the same with the numbers put in."""

from decimal import Decimal

from common.templatetags.display import number
from indicators.engine import formula as f
from indicators.engine.explaining import words_asked
from indicators.engine.explaining.saying import (
    BINDING,
    COMPARISON,
    LISTED,
    MISSING,
    NOT,
    TIGHTEST,
    Said,
    Speaker,
    beside,
    figure,
    inside,
    option,
    said,
    say,
    years_back,
)
from indicators.engine.formula import Fold, Measure
from indicators.engine.interpreting.asked import Facts, Value
from indicators.engine.interpreting.interpreter import evaluate
from indicators.engine.language.functions import LEVELS
from indicators.engine.reading.catalogue import Catalogue

YES, NO = "是", "否"
OPTION_FOLDS = frozenset({Fold.LAST, Fold.LAST_EVER, Fold.LOWEST})  # of an option they are an option
MINUS = "\u2212"
SIGNS = {
    "+": "+",
    "-": MINUS,
    "*": "×",
    "/": "÷",
    ">=": "≥",
    "<=": "≤",
    "!=": "≠",
    ">": ">",
    "<": "<",
    "=": "=",
}
FOLD_NAMES = {
    Fold.SUM: "{}的本年合计",
    Fold.LAST: "{}的本年最近值",
    Fold.TOTAL: "{}的创建以来累计",
    Fold.LAST_EVER: "{}的最近已知值",
    Fold.AVERAGE: "{}的月平均",
    Fold.LOWEST: "{}的最低月份值",
    Fold.MONTH_COUNT: "{}的有数月份数",
}

__all__ = ["MISSING", "Speaker", "by_name", "by_value", "figure", "say", "words_asked", "years_back"]


def by_name(catalogue: Catalogue) -> Speaker:
    """Say what a formula reads."""
    return Speaker(
        catalogue=catalogue,
        measure=lambda measure: measure_name(measure, catalogue),
        reference=lambda reference: reference_name(reference, catalogue),
        kind="村（社区）类别",
        year=lambda lag: years_back(lag, "上年") + "年份",
    )


def by_value(catalogue: Catalogue, facts: Facts) -> Speaker:
    """Say what a formula reads at one place."""
    kind = catalogue.kinds.get(facts.kind or "")
    return Speaker(
        catalogue=catalogue,
        measure=lambda measure: figure_of(measure, facts.measure(measure), catalogue),
        reference=lambda reference: figure(facts.reference(reference)),
        kind=f"“{kind.name if kind else facts.kind or MISSING}”",
        year=lambda lag: str(facts.year - lag),
        value=lambda formula: known(evaluate(formula, facts)),
    )


def known(value: Value) -> str:
    """Write what was found: a figure, yes or no, a text, or that it is missing."""
    if isinstance(value, bool):
        return YES if value else NO
    return f"“{value}”" if isinstance(value, str) else figure(value)


def figure_of(measure: Measure, value: Decimal | None, catalogue: Catalogue) -> str:
    """Write a measure's figure; an option by its name."""
    options = catalogue.elements[measure.element].options if measure.fold in OPTION_FOLDS else ()
    return option(value, options) if options else figure(value)


def measure_name(measure: Measure, catalogue: Catalogue) -> str:
    """Name a measure: 上年同期的养老保险参保人数."""
    name = catalogue.elements[measure.element].name
    if not measure.own:
        name = FOLD_NAMES[measure.fold].format(name)
    return years_back(measure.lag) + name


def reference_name(reference: f.Reference, catalogue: Catalogue) -> str:
    """Name a reference: 全市农村居民人均可支配收入增速."""
    name = f"{LEVELS[reference.level]}“{catalogue.series[reference.series].name}”"
    return years_back(reference.lag, "上年") + name


@said.register
def _(formula: f.Number, speaker: Speaker) -> Said:
    return number(formula.value), TIGHTEST


@said.register
def _(formula: f.Text, speaker: Speaker) -> Said:
    return f"“{formula.value}”", TIGHTEST


@said.register
def _(formula: f.Measure, speaker: Speaker) -> Said:
    return speaker.measure(formula), TIGHTEST


@said.register
def _(formula: f.Reference, speaker: Speaker) -> Said:
    return speaker.reference(formula), TIGHTEST


@said.register
def _(formula: f.Kind, speaker: Speaker) -> Said:
    return speaker.kind, TIGHTEST


@said.register
def _(formula: f.Year, speaker: Speaker) -> Said:
    return speaker.year(formula.lag), TIGHTEST


@said.register
def _(formula: f.Arithmetic, speaker: Speaker) -> Said:
    if average := words_asked.average(formula, speaker):
        return average
    binding = BINDING[formula.operator]
    left, right = inside(formula.left, speaker, binding), inside(formula.right, speaker, binding + 1)
    return f"{left} {SIGNS[formula.operator]} {right}", binding


@said.register
def _(formula: f.Negative, speaker: Speaker) -> Said:
    return MINUS + inside(formula.operand, speaker, TIGHTEST), BINDING["*"]


@said.register
def _(formula: f.Comparison, speaker: Speaker) -> Said:
    left = beside(formula.left, formula.right, speaker)
    right = beside(formula.right, formula.left, speaker)
    return f"{left} {SIGNS[formula.operator]} {right}", COMPARISON


@said.register
def _(formula: f.Logic, speaker: Speaker) -> Said:
    binding = BINDING[formula.operator]
    left, right = inside(formula.left, speaker, binding), inside(formula.right, speaker, binding + 1)
    return f"{left} {'且' if formula.operator == 'and' else '或'} {right}", binding


@said.register
def _(formula: f.Not, speaker: Speaker) -> Said:
    return f"不是 {inside(formula.operand, speaker, TIGHTEST)}", NOT


@said.register
def _(formula: f.Choice, speaker: Speaker) -> Said:
    condition = say(formula.condition, speaker)
    yes, no = (inside(part, speaker, LISTED) for part in (formula.yes, formula.no))
    return f"若 {condition} 则 {yes}，否则 {no}", 0


@said.register
def _(formula: f.Extreme, speaker: Speaker) -> Said:
    listed = "、".join(inside(operand, speaker, LISTED) for operand in formula.operands)
    return f"（{listed}）中{'最小' if formula.function == 'min' else '最大'}的", TIGHTEST


@said.register
def _(formula: f.Rounded, speaker: Speaker) -> Said:
    return f"（{say(formula.operand, speaker)}）四舍五入到 {formula.places} 位小数", 0


@said.register
def _(formula: f.Absolute, speaker: Speaker) -> Said:
    return f"|{say(formula.operand, speaker)}|", TIGHTEST


@said.register
def _(formula: f.AsNumber, speaker: Speaker) -> Said:
    return said(formula.operand, speaker)


@said.register
def _(formula: f.AsCondition, speaker: Speaker) -> Said:
    return said(formula.operand, speaker)
