"""Scorecards: sections that add up the points of standards, and grades by cut-offs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class GradeRow:
    WORDS: ClassVar = "等次"
    COLUMN_KEYS: ClassVar = {"from_points": "from"}

    name: str
    begins: Decimal | None = field(default=None, metadata={"key": "from"})

    def columns(self) -> dict[str, Any]:
        return {"from_points": self.begins}


@dataclass(frozen=True, kw_only=True)
class SectionRow:
    """A scorecard, or a part of one. Without `not_applicable` a part does as what holds it."""

    WORDS: ClassVar = "计分部分"
    KEY: ClassVar = "code"
    COLUMN_KEYS: ClassVar = {"is_bonus": "bonus"}

    code: str
    name: str
    points: Decimal | None = None
    weight: Decimal = Decimal(1)
    bonus: bool = False
    grades: tuple[GradeRow, ...] = ()
    not_applicable: str | None = None
    items: tuple[str, ...] = ()
    sections: tuple["SectionRow", ...] = ()

    def columns(self) -> dict[str, Any]:
        return {"name": self.name, "points": self.points, "weight": self.weight, "is_bonus": self.bonus}

    def walk(self) -> Iterator["SectionRow"]:
        """Yield this part, then everything inside it."""
        yield self
        for part in self.sections:
            yield from part.walk()
