"""What a formula asks of other standards, and of every village of a wider scope by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.engine.formula.leaves import Node
from indicators.engine.periods import Period

if TYPE_CHECKING:
    from indicators.engine.formula import Formula


@dataclass(frozen=True, slots=True)
class Standing(Node):
    """Another standard as it stands at this place: whether it applies and whether it is met.

    As of its own `deadline` where it has one. It is no value: Met, Applies and Meets ask for it.
    """

    code: str
    name: str
    applies: "Formula"
    condition: "Formula"
    deadline: Period | None


@dataclass(frozen=True, slots=True)
class Met(Node):
    """Whether a standard is met here; unknown where it does not apply."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class Applies(Node):
    standing: Standing


@dataclass(frozen=True, slots=True)
class Meets(Node):
    """Whether so many of those standards that apply are met; without a number: all of them."""

    least: int | None
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Poll(Node):
    """How many villages of a wider scope say yes (holds), yes or no (known), or are there at all (all).

    The condition is looked at in every village by itself.
    """

    what: str
    condition: "Formula | None" = None


@dataclass(frozen=True, slots=True)
class Count(Node):
    """The villages where a condition holds; unknown where nobody knows of any village."""

    holds: Poll
    known: Poll


@dataclass(frozen=True, slots=True)
class Share(Node):
    """The villages where a condition holds, in per cent of those asked; unknown where nobody knows of any."""

    holds: Poll
    known: Poll
    among: Poll
