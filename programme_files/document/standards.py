"""Standards, and the measures with their targets."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from programme_files.document.form import ALWAYS, NOTHING, Formula, Veto


@dataclass(frozen=True, kw_only=True)
class StandardRow:
    """A standard, or a target inside a measure; there `departments` left out means those of the measure."""

    WORDS: ClassVar = "标准"
    KEY: ClassVar = "code"
    TARGETS: ClassVar = ("threshold", "upper", "tolerance", "stretch")
    FORMULAS: ClassVar = (*TARGETS, "applies_if", "score")
    COLUMN_KEYS: ClassVar = {
        "near_margin": "near",
        "area_code": "area",
        "first_year": "years",
        "veto_grade": "veto",
    }

    code: str
    name: str
    clause: str
    indicator: str | None = None
    comparator: str
    threshold: Formula = NOTHING
    upper: Formula = NOTHING
    tolerance: Formula = NOTHING
    stretch: Formula = NOTHING
    deadline: date | None = None
    near: Decimal | None = None
    places: int = 2
    scope: str
    kinds: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    area: str = ""
    years: tuple[int, int]
    applies_if: Formula = NOTHING
    points: Decimal | None = None
    score: Formula = NOTHING
    least_points: Decimal = Decimal(0)
    veto: Veto | None = None
    departments: tuple[str, ...] | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "clause": self.clause,
            "comparator": self.comparator,
            **{name: getattr(self, name) for name in self.FORMULAS},
            "deadline": self.deadline,
            "near_margin": self.near,
            "places": self.places,
            "scope": self.scope,
            "area_code": self.area,
            "first_year": self.years[0],
            "last_year": self.years[1],
            "points": self.points,
            "least_points": self.least_points,
            "veto": ("caps" if self.veto.caps else "fails") if self.veto else "",
            "veto_grade": self.veto.caps if self.veto else "",
        }


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    WORDS: ClassVar = "措施"
    KEY: ClassVar = "number"

    number: int
    section: str
    name: str
    departments: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    targets: tuple[StandardRow, ...] = ()

    def columns(self) -> dict[str, Any]:
        return {"section": self.section, "name": self.name}
