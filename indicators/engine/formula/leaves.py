"""Leaves of a formula: what is written out, and what is read about a place and its time."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Node:
    """Anything in a formula. What stands directly below is looked for once (walking.parts)."""

    __slots__ = ("_parts",)
    _parts: "tuple[Node, ...]"


class Fold(StrEnum):
    """How a figure is made from an element's months."""

    SUM = "sum"
    LAST = "last"
    AVERAGE = "average"
    LOWEST = "lowest"
    MONTH_COUNT = "month_count"
    TOTAL = "total"  # all months since the programme began
    LAST_EVER = "last_ever"  # the last known value, also of earlier years
    MONTH = "month"  # the month's own figure, in validation rules


# Folds over the months of one year: a year earlier they take the very same months.
YEARLY = frozenset({Fold.SUM, Fold.LAST, Fold.AVERAGE, Fold.LOWEST})


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Option(Node):
    """An option of an element: the number that the ledger keeps, and what people call it."""

    value: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """What nobody can know."""


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """An element's figure, `lag` years back; `own` says that the fold is the element's own aggregation."""

    element: str
    fold: Fold
    lag: int = 0
    own: bool = True

    @property
    def key(self) -> str:
        """The measure as the language writes it: what a what-if names it by."""
        if self.own and not self.lag:
            return self.element  # asked for thousands of times, and mostly it is this
        named = {Fold.LAST_EVER: "last"}.get(self.fold, str(self.fold))
        text = self.element if self.own else f"{named}({self.element})"
        return "previous(" * self.lag + text + ")" * self.lag


@dataclass(frozen=True, slots=True)
class Reference(Node):
    series: str
    level: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Kind(Node):
    """The code of the place's kind; unknown where a place has several."""


@dataclass(frozen=True, slots=True)
class Year(Node):
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """What the programme knows of a village: a text or a number; unknown for anything wider."""

    code: str
    is_text: bool


@dataclass(frozen=True, slots=True)
class Area(Node):
    """What all villages of the place's own area have of an element by now, by the element's own fold."""

    element: str
    fold: Fold
    level: str
    what: str  # sum or count
    lag: int = 0

    @property
    def own(self) -> Measure:
        """What the place itself adds to it."""
        return Measure(self.element, self.fold, self.lag)


@dataclass(frozen=True, slots=True)
class Found(Node):
    """In the formula of a score: the verdict's own value, threshold or is_met."""

    what: str


@dataclass(frozen=True, slots=True)
class Covered(Node):
    """Whether a standard's kinds and list of villages include this village; empty lists include all."""

    kinds: frozenset[int]
    villages: frozenset[int]


@dataclass(frozen=True, slots=True)
class InForce(Node):
    """Whether the year that is judged lies in a standard's years."""

    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Exempted(Node):
    """Whether the village is exempted from a standard in the year that is judged."""

    standard_id: int


@dataclass(frozen=True, slots=True)
class Judged(Node):
    """What a reviewer said of a standard in the year that is judged."""

    standard_id: int
