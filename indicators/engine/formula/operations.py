"""Operations of a formula: what is computed from its parts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.engine.formula.leaves import Node

if TYPE_CHECKING:
    from indicators.engine.formula import Formula


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Logic(Node):
    operator: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class Choice(Node):
    condition: "Formula"
    yes: "Formula"
    no: "Formula"


@dataclass(frozen=True, slots=True)
class Switch(Node):
    """The result of the first value that the subject equals; unknown where the subject is."""

    subject: "Formula"
    values: tuple["Formula", ...]
    results: tuple["Formula", ...]
    otherwise: "Formula"


@dataclass(frozen=True, slots=True)
class Band(Node):
    """The result of the first bound that the subject reaches, from high to low."""

    subject: "Formula"
    bounds: tuple["Formula", ...]
    results: tuple["Formula", ...]
    otherwise: "Formula"


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """Whether the subject is one of some values."""

    subject: "Formula"
    values: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """Whether so many of the conditions hold, as far as that can be known."""

    least: int
    conditions: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Position(Node):
    """The place of a text in a list, counted from 1; unknown where it is not there."""

    operand: "Formula"
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept(Node):
    """A figure, unless it is larger than a verdict can keep: then it is no data."""

    operand: "Formula"


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """min or max."""

    function: str
    operands: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Rounded(Node):
    operand: "Formula"
    places: int


@dataclass(frozen=True, slots=True)
class Absolute(Node):
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class AsNumber(Node):
    """A condition where a number is wanted: 1 or 0."""

    operand: "Formula"


@dataclass(frozen=True, slots=True)
class AsCondition(Node):
    """A number where a condition is wanted: not zero."""

    operand: "Formula"
