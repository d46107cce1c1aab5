"""A formula as it is computed: names resolved, other indicators inlined, time pushed down to the figures.

Both readers, the SQL compiler and the Python interpreter, read this tree and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum


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
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Measure:
    """An element's figure, `lag` years back; `own` says that the fold is the element's own aggregation."""

    element: str
    fold: Fold
    lag: int = 0
    own: bool = True

    @property
    def key(self) -> str:
        """The measure as the language writes it: what a what-if names it by."""
        named = {Fold.LAST_EVER: "last"}.get(self.fold, str(self.fold))
        text = self.element if self.own else f"{named}({self.element})"
        return "previous(" * self.lag + text + ")" * self.lag


@dataclass(frozen=True, slots=True)
class Reference:
    series: str
    level: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """The code of the place's kind; unknown where a place has several."""


@dataclass(frozen=True, slots=True)
class Year:
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class Choice:
    condition: "Formula"
    yes: "Formula"
    no: "Formula"


@dataclass(frozen=True, slots=True)
class Extreme:
    """min or max."""

    function: str
    operands: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Rounded:
    operand: "Formula"
    places: int


@dataclass(frozen=True, slots=True)
class Absolute:
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class AsNumber:
    """A condition where a number is wanted: 1 or 0."""

    operand: "Formula"


@dataclass(frozen=True, slots=True)
class AsCondition:
    """A number where a condition is wanted: not zero."""

    operand: "Formula"


Leaf = Number | Text | Measure | Reference | Kind | Year
Condition = Comparison | Logic | Not | AsCondition
Formula = Leaf | Condition | Arithmetic | Negative | Choice | Extreme | Rounded | Absolute | AsNumber


def walk(formula: Formula) -> Iterator[Formula]:
    """Yield `formula` and everything below it."""
    yield formula
    for part in parts(formula):
        yield from walk(part)


def parts(formula: Formula) -> tuple[Formula, ...]:
    """Return what stands directly below `formula`."""
    if isinstance(formula, Leaf):
        return ()
    if isinstance(formula, Extreme):
        return formula.operands
    values = (getattr(formula, field.name) for field in fields(formula))
    return tuple(value for value in values if not isinstance(value, str | int))


def measures(*formulas: Formula | None) -> list[Measure]:
    """Return the measures of some formulas, each once, in the order in which they appear."""
    found = (node for formula in formulas if formula is not None for node in walk(formula))
    return list(dict.fromkeys(node for node in found if isinstance(node, Measure)))


def references(*formulas: Formula | None) -> list[Reference]:
    """Return the references of some formulas, each once."""
    found = (node for formula in formulas if formula is not None for node in walk(formula))
    return list(dict.fromkeys(node for node in found if isinstance(node, Reference)))
