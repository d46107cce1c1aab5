"""What formulas ask besides figures, in words: choices, conditions counted, standards, villages, areas."""

from collections.abc import Sequence
from dataclasses import replace

from indicators.engine import formula as f
from indicators.engine.explaining.saying import (
    BINDING,
    COMPARISON,
    LISTED,
    LOOSE,
    MISSING,
    TIGHTEST,
    Said,
    Speaker,
    beside,
    inside,
    said,
    say,
    years_back,
)
from indicators.engine.formula import Formula
from indicators.engine.language.functions import LEVELS

VILLAGES = "村（社区）"
INNER_QUOTES = str.maketrans("“”", "\u2018\u2019")


@said.register
def _(formula: f.Option, speaker: Speaker) -> Said:
    return f"“{formula.name}”", TIGHTEST


@said.register
def _(formula: f.Missing, speaker: Speaker) -> Said:
    return MISSING, TIGHTEST


@said.register
def _(formula: f.Found, speaker: Speaker) -> Said:
    names = {"value": "实际值", "threshold": "目标值", "is_met": "达标"}
    return _known(formula, speaker) or (names[formula.what], TIGHTEST)


@said.register
def _(formula: f.Attribute, speaker: Speaker) -> Said:
    name = speaker.catalogue.attributes[formula.code].name
    return _known(formula, speaker) or (name, TIGHTEST)


@said.register
def _(formula: f.Area, speaker: Speaker) -> Said:
    return _known(formula, speaker) or (area_name(formula, speaker), TIGHTEST)


def average(formula: f.Arithmetic, speaker: Speaker) -> Said | None:
    """An area's sum through its number of villages is its average; None for any other division."""
    total, count = formula.left, formula.right
    if not (isinstance(total, f.Area) and isinstance(count, f.Area) and formula.operator == "/"):
        return None
    if (total.what, count) != ("sum", replace(total, what="count")):
        return None
    return _known(formula, speaker) or (area_name(total, speaker).removesuffix("合计") + "平均", TIGHTEST)


def area_name(area: f.Area, speaker: Speaker) -> str:
    """Name an area's sum: 全县（市、区）各村（社区）集体经济收入的合计."""
    what = "的合计" if area.what == "sum" else f"有数的{VILLAGES}数"
    name = speaker.catalogue.elements[area.element].name
    return f"{years_back(area.lag)}{LEVELS[area.level]}各{VILLAGES}{name}{what}"


def _known(formula: Formula, speaker: Speaker) -> Said | None:
    """What was found, where values are said."""
    return (speaker.value(formula), TIGHTEST) if speaker.value else None


@said.register
def _(formula: f.Switch, speaker: Speaker) -> Said:
    pairs = zip(formula.values, formula.results, strict=True)
    cases = [
        f"{beside(value, formula.subject, speaker)}时为 {inside(result, speaker, LISTED)}"
        for value, result in pairs
    ]
    if not isinstance(formula.otherwise, f.Missing):
        cases.append(f"其他为 {inside(formula.otherwise, speaker, LISTED)}")
    return f"按{_subject(formula.subject, speaker)}：{'，'.join(cases)}", LOOSE


@said.register
def _(formula: f.Band, speaker: Speaker) -> Said:
    pairs = zip(formula.bounds, formula.results, strict=True)
    cases = [f"达到 {say(bound, speaker)} 为 {inside(result, speaker, LISTED)}" for bound, result in pairs]
    listed = "，".join([*cases, f"其余为 {inside(formula.otherwise, speaker, LISTED)}"])
    return f"按{_subject(formula.subject, speaker)}：{listed}", LOOSE


def _subject(formula: Formula, speaker: Speaker) -> str:
    """What is looked at; a figure is set off."""
    return f" {say(formula, speaker)} " if speaker.value else say(formula, speaker)


@said.register
def _(formula: f.OneOf, speaker: Speaker) -> Said:
    listed = "、".join(beside(value, formula.subject, speaker) for value in formula.values)
    return f"{inside(formula.subject, speaker, COMPARISON + 1)} 是 {listed} 之一", COMPARISON


@said.register
def _(formula: f.AtLeast, speaker: Speaker) -> Said:
    listed = "；".join(say(each, speaker) for each in formula.conditions)
    return f"（{listed}）中至少 {formula.least} 项成立", TIGHTEST


@said.register(f.Position)
@said.register(f.Kept)
def _(formula: f.Position | f.Kept, speaker: Speaker) -> Said:
    return said(formula.operand, speaker)


@said.register
def _(formula: f.Met, speaker: Speaker) -> Said:
    return _known(formula, speaker) or (f"{_named(formula.standing)}达标", TIGHTEST)


@said.register
def _(formula: f.Applies, speaker: Speaker) -> Said:
    return _known(formula, speaker) or (f"{_named(formula.standing)}适用", TIGHTEST)


@said.register
def _(formula: f.Meets, speaker: Speaker) -> Said:
    needed = "全部达标" if formula.least is None else f"至少 {formula.least} 项达标"
    words = f"{_codes(formula.standings)} 中适用的{needed}"
    return _known(formula, speaker) or (words, TIGHTEST)


def _named(standing: f.Standing) -> str:
    return f"“{standing.code} {standing.name}”" if standing.name != standing.code else f"“{standing.code}”"


def _codes(standings: Sequence[f.Standing]) -> str:
    return "、".join(standing.code for standing in standings)


@said.register
def _(formula: f.Poll, speaker: Speaker) -> Said:
    if formula.condition is None:
        words = f"{VILLAGES}数"
    elif formula.what == "known":
        words = f"知道是否“{_asked(formula.condition, speaker)}”的{VILLAGES}数"
    else:
        words = f"“{_asked(formula.condition, speaker)}”的{VILLAGES}数"
    return _known(formula, speaker) or (words, TIGHTEST)


@said.register
def _(formula: f.Count, speaker: Speaker) -> Said:
    return _known(formula, speaker) or said(formula.holds, speaker)


@said.register
def _(formula: f.Share, speaker: Speaker) -> Said:
    if speaker.value:
        return f"{speaker.value(formula.holds)} ÷ {speaker.value(formula.among)} × 100", BINDING["*"]
    return f"{share_of(formula, speaker)}的百分比", TIGHTEST


def share_of(share: f.Share, speaker: Speaker) -> str:
    """Say which villages of which: “S01 达标”的村（社区）占“S01 适用”的村（社区）."""
    among = share.among.condition
    whole = "全部" if among is None else f"“{_asked(among, speaker)}”的"
    return f"“{asked_in_words(share.holds.condition, among, speaker)}”的{VILLAGES}占{whole}{VILLAGES}"


def asked_in_words(asked: Formula | None, among: Formula | None, speaker: Speaker) -> str:
    """Say what is asked of every village, without what all that are asked have in common."""
    if isinstance(asked, f.Logic) and asked.left == among:
        asked = asked.right
    return _asked(asked, speaker)


def _asked(condition: Formula | None, speaker: Speaker) -> str:
    """A condition inside quotation marks; the marks inside it are of the other kind."""
    return "" if condition is None else say(condition, speaker).translate(INNER_QUOTES)
