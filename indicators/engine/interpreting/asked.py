"""What a formula may ask about one place at one time."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from indicators.engine import formula as f
from indicators.engine.periods import Period

Value = Decimal | bool | str | None


class Facts(Protocol):
    """One place and time: a village, or villages that are added up."""

    @property
    def kind(self) -> str | None: ...

    @property
    def year(self) -> int:
        """The year whose figures are read."""
        ...

    @property
    def judged_year(self) -> int:
        """The year that is judged: a milestone may be read in an earlier one."""
        ...

    def measure(self, measure: f.Measure) -> Decimal | None: ...

    def reference(self, reference: f.Reference) -> Decimal | None: ...

    def attribute(self, attribute: f.Attribute) -> Value: ...

    def area(self, area: f.Area) -> Decimal | None: ...

    def covered(self, covered: f.Covered) -> bool | None: ...

    def exempted(self, standard_id: int) -> bool: ...

    def judged(self, standard_id: int) -> bool | None: ...

    def judged_points(self, standard_id: int) -> Decimal | None: ...

    def poll(self, poll: f.Poll) -> Decimal | None: ...

    def found(self, what: str) -> Value:
        """Of the verdict whose score is computed: value, threshold, is_met."""
        ...

    def no_later(self, deadline: Period | None) -> "Facts":
        """The same place as of a milestone's month, once that has passed."""
        ...

    def finding(self, found: Mapping[str, Value]) -> "Facts":
        """The same place with what a verdict found."""
        ...


class NoFacts:
    """Nothing is known: what is known is written over it."""

    kind: str | None = None
    year: int = 0
    judged_year: int = 0

    def measure(self, measure: f.Measure) -> Decimal | None:
        return None

    def reference(self, reference: f.Reference) -> Decimal | None:
        return None

    def attribute(self, attribute: f.Attribute) -> Value:
        return None

    def area(self, area: f.Area) -> Decimal | None:
        return None

    def covered(self, covered: f.Covered) -> bool | None:
        return None

    def exempted(self, standard_id: int) -> bool:
        return False

    def judged(self, standard_id: int) -> bool | None:
        return None

    def judged_points(self, standard_id: int) -> Decimal | None:
        return None

    def poll(self, poll: f.Poll) -> Decimal | None:
        return None

    def found(self, what: str) -> Value:
        return None

    def no_later(self, deadline: Period | None) -> Facts:
        return self

    def finding(self, found: Mapping[str, Value]) -> Facts:
        return self
