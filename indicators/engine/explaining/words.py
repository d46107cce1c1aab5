"""A formula in Chinese words: names instead of codes, and the same with the numbers put in."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch

from common.templatetags.display import number
from indicators.engine import formula as f
from indicators.engine.catalogue import Catalogue
from indicators.engine.formula import Fold, Formula, Measure
from indicators.engine.functions import LEVELS

MISSING = "缺"
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
BINDING = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
NOT, COMPARISON, TIGHTEST = 3, 4, 9
FOLD_NAMES = {
    Fold.SUM: "{}的本年合计",
    Fold.LAST: "{}的本年最近值",
    Fold.TOTAL: "{}的创建以来累计",
    Fold.LAST_EVER: "{}的最近已知值",
    Fold.AVERAGE: "{}的月平均",
    Fold.LOWEST: "{}的最低月份值",
    Fold.MONTH_COUNT: "{}的有数月份数",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """How leaves are said: by name, or by value."""

    measure: Callable[[Measure], str]
    reference: Callable[[f.Reference], str]
    kind: str
    year: Callable[[int], str]


def by_name(catalogue: Catalogue) -> Speaker:
    """Say what a formula reads."""
    return Speaker(
        measure=lambda measure: measure_name(measure, catalogue),
        reference=lambda reference: reference_name(reference, catalogue),
        kind="村（社区）类别",
        year=lambda lag: years_back(lag, "上年") + "年份",
    )


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


def years_back(lag: int, once: str = "上年同期") -> str:
    """Say how many years back, or nothing."""
    return {0: "", 1: f"{once}的"}.get(lag, f"{lag} 年前的")


def figure(value: Decimal | None) -> str:
    """Write a figure, or that it is missing."""
    return MISSING if value is None else number(value)


def say(formula: Formula, speaker: Speaker) -> str:
    """Write a formula out."""
    return _say(formula, speaker)[0]


Said = tuple[str, int]  # the words, and how tightly they hold together


def _inside(formula: Formula, speaker: Speaker, needed: int) -> str:
    words, binding = _say(formula, speaker)
    return words if binding >= needed else f"（{words}）"


@singledispatch
def _say(formula: Formula, speaker: Speaker) -> Said:
    raise NotImplementedError(type(formula))


@_say.register
def _(formula: f.Number, speaker: Speaker) -> Said:
    return number(formula.value), TIGHTEST


@_say.register
def _(formula: f.Text, speaker: Speaker) -> Said:
    return f"“{formula.value}”", TIGHTEST


@_say.register
def _(formula: f.Measure, speaker: Speaker) -> Said:
    return speaker.measure(formula), TIGHTEST


@_say.register
def _(formula: f.Reference, speaker: Speaker) -> Said:
    return speaker.reference(formula), TIGHTEST


@_say.register
def _(formula: f.Kind, speaker: Speaker) -> Said:
    return speaker.kind, TIGHTEST


@_say.register
def _(formula: f.Year, speaker: Speaker) -> Said:
    return speaker.year(formula.lag), TIGHTEST


@_say.register
def _(formula: f.Arithmetic, speaker: Speaker) -> Said:
    binding = BINDING[formula.operator]
    left, right = _inside(formula.left, speaker, binding), _inside(formula.right, speaker, binding + 1)
    return f"{left} {SIGNS[formula.operator]} {right}", binding


@_say.register
def _(formula: f.Negative, speaker: Speaker) -> Said:
    return MINUS + _inside(formula.operand, speaker, TIGHTEST), BINDING["*"]


@_say.register
def _(formula: f.Comparison, speaker: Speaker) -> Said:
    left, right = (
        _inside(formula.left, speaker, COMPARISON + 1),
        _inside(formula.right, speaker, COMPARISON + 1),
    )
    return f"{left} {SIGNS[formula.operator]} {right}", COMPARISON


@_say.register
def _(formula: f.Logic, speaker: Speaker) -> Said:
    binding = BINDING[formula.operator]
    left, right = _inside(formula.left, speaker, binding), _inside(formula.right, speaker, binding + 1)
    return f"{left} {'且' if formula.operator == 'and' else '或'} {right}", binding


@_say.register
def _(formula: f.Not, speaker: Speaker) -> Said:
    return f"不是 {_inside(formula.operand, speaker, TIGHTEST)}", NOT


@_say.register
def _(formula: f.Choice, speaker: Speaker) -> Said:
    condition, yes, no = (say(part, speaker) for part in (formula.condition, formula.yes, formula.no))
    return f"若 {condition} 则 {yes}，否则 {no}", 0


@_say.register
def _(formula: f.Extreme, speaker: Speaker) -> Said:
    listed = "、".join(say(operand, speaker) for operand in formula.operands)
    return f"（{listed}）中{'最小' if formula.function == 'min' else '最大'}的", TIGHTEST


@_say.register
def _(formula: f.Rounded, speaker: Speaker) -> Said:
    return f"（{say(formula.operand, speaker)}）四舍五入到 {formula.places} 位小数", 0


@_say.register
def _(formula: f.Absolute, speaker: Speaker) -> Said:
    return f"|{say(formula.operand, speaker)}|", TIGHTEST


@_say.register
def _(formula: f.AsNumber, speaker: Speaker) -> Said:
    return _say(formula.operand, speaker)


@_say.register
def _(formula: f.AsCondition, speaker: Speaker) -> Said:
    return _say(formula.operand, speaker)
