"""How a formula is said: the table of how each node is, who says the leaves, and what binds how tightly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch

from common.templatetags.display import number
from indicators.engine import formula as f
from indicators.engine.formula import Formula, Measure
from indicators.engine.reading.catalogue import Catalogue

MISSING = "缺"
BINDING = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
LOOSE, LISTED, NOT, COMPARISON, TIGHTEST = 0, 1, 3, 4, 9  # LISTED: one of several, so nothing loose


@dataclass(frozen=True, slots=True)
class Speaker:
    """How leaves are said: by name, or by value, where `value` says what was found."""

    catalogue: Catalogue
    measure: Callable[[Measure], str]
    reference: Callable[[f.Reference], str]
    kind: str
    year: Callable[[int], str]
    value: Callable[[Formula], str] | None = None

    def text(self, text: str, beside: Formula) -> str:
        """A text as people know it: a kind by its name."""
        kind = self.catalogue.kinds.get(text) if isinstance(beside, f.Kind) else None
        return f"“{kind.name if kind else text}”"


def figure(value: Decimal | None) -> str:
    """Write a figure, or that it is missing."""
    return MISSING if value is None else number(value)


def years_back(lag: int, once: str = "上年同期") -> str:
    """Say how many years back, or nothing."""
    return {0: "", 1: f"{once}的"}.get(lag, f"{lag} 年前的")


def option(value: Decimal | None, options: Sequence[str]) -> str:
    """Write an option by its name, or its number where there is none of that number."""
    if value is None:
        return MISSING
    is_one = value == value.to_integral_value() and 1 <= value <= len(options)
    return f"“{options[int(value) - 1]}”" if is_one else number(value)


def say(formula: Formula, speaker: Speaker) -> str:
    """Write a formula out."""
    return SAID[type(formula)](formula, speaker)[0]


Said = tuple[str, int]  # the words, and how tightly they hold together


def inside(formula: Formula, speaker: Speaker, needed: int) -> str:
    words, binding = SAID[type(formula)](formula, speaker)
    return words if binding >= needed else f"（{words}）"


def beside(formula: Formula, other: Formula, speaker: Speaker) -> str:
    """A side of a comparison."""
    if isinstance(formula, f.Text):
        return speaker.text(formula.value, other)
    if isinstance(formula, f.Number) and isinstance(other, f.Year):  # 2,026 is no year
        return f"{formula.value:f}" if speaker.value else f"{formula.value:f} 年"
    return inside(formula, speaker, COMPARISON + 1)


@singledispatch
def said(formula: Formula, speaker: Speaker) -> Said:
    raise NotImplementedError(type(formula))


SAID = said.registry  # quicker than to let it look for the type's ancestors each time
