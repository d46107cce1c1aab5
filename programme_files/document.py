"""What a programme file says, as typed rows. Pure data: no YAML, no database.

A field without a default is a key the file must give. `columns()` gives the fields of the model that a row
becomes, `KEY` names the key that tells rows of one list apart, `WORDS` what a row is called in a sentence.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NewType

Formula = NewType("Formula", str)  # the expression language, docs/expressions.md; may be a bare number

FORMAT = 1
TOWNSHIP = "township"  # provider of an element that no department provides
ALWAYS = {"always": True}  # written out even where it is the default


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    month_due_day: int
    self_check: tuple[str, str]
    municipal_review_until: str
    city_review_until: str


@dataclass(frozen=True, kw_only=True)
class ProgrammeRow:
    WORDS: ClassVar = "方案"
    COLUMN_KEYS: ClassVar = {
        "division_code": "division",
        "first_year": "years",
        "last_year": "years",
        "month_due_day": "calendar.month_due_day",
        "self_check_opens": "calendar.self_check",
        "self_check_closes": "calendar.self_check",
        "municipal_review_closes": "calendar.municipal_review_until",
        "city_review_closes": "calendar.city_review_until",
    }

    code: str
    name: str
    title: str
    division: str
    source: str
    rule: str = ""
    years: tuple[int, int]
    quota: dict[int, int]
    near_percent: Decimal = field(default=Decimal(5), metadata=ALWAYS)
    calendar: CalendarRow

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "division_code": self.division,
            "source": self.source,
            "rule": self.rule,
            "first_year": self.years[0],
            "last_year": self.years[1],
            "quota": {str(year): number for year, number in self.quota.items()},
            "near_percent": self.near_percent,
            "month_due_day": self.calendar.month_due_day,
            "self_check_opens": self.calendar.self_check[0],
            "self_check_closes": self.calendar.self_check[1],
            "municipal_review_closes": self.calendar.municipal_review_until,
            "city_review_closes": self.calendar.city_review_until,
        }


@dataclass(frozen=True, kw_only=True)
class KindRow:
    WORDS: ClassVar = "类别"
    KEY: ClassVar = "code"

    code: str
    name: str

    def columns(self) -> dict[str, Any]:
        return {"name": self.name}


@dataclass(frozen=True, kw_only=True)
class OrganisationRow:
    WORDS: ClassVar = "单位"
    KEY: ClassVar = "name"
    COLUMN_KEYS: ClassVar = {"division_code": "division"}

    name: str
    kind: str
    division: str

    def columns(self) -> dict[str, Any]:
        return {"kind": self.kind}


@dataclass(frozen=True, kw_only=True)
class VillageRow:
    WORDS: ClassVar = "村"
    KEY: ClassVar = "code"
    COLUMN_KEYS: ClassVar = {"township_name": "township"}

    code: str
    name: str
    kind: str
    township: str
    target_year: int | None = None

    def columns(self) -> dict[str, Any]:
        return {"name": self.name, "township_name": self.township}


@dataclass(frozen=True, kw_only=True)
class ElementRow:
    WORDS: ClassVar = "数据项"
    KEY: ClassVar = "code"
    COLUMN_KEYS: ClassVar = {"value_type": "type", "minimum": "min", "maximum": "max"}

    code: str
    name: str
    unit: str = ""
    type: str
    aggregation: str
    group: str
    provider: str = TOWNSHIP
    kinds: tuple[str, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    places: int = 0
    help: str = ""

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "value_type": self.type,
            "aggregation": self.aggregation,
            "group": self.group,
            "minimum": self.min,
            "maximum": self.max,
            "places": self.places,
            "help": self.help,
        }


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    WORDS: ClassVar = "校验规则"
    KEY: ClassVar = "code"

    code: str
    expression: Formula
    message: str

    def columns(self) -> dict[str, Any]:
        return {"expression": self.expression, "message": self.message}


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    WORDS: ClassVar = "参照值"
    COLUMN_KEYS: ClassVar = {"area_code": "area"}

    area: str = field(default="", metadata=ALWAYS)
    year: int
    value: Decimal
    source: str

    def columns(self) -> dict[str, Any]:
        return {"value": self.value, "source": self.source, "is_demonstration": False}


@dataclass(frozen=True, kw_only=True)
class SeriesRow:
    WORDS: ClassVar = "参照序列"
    KEY: ClassVar = "code"

    code: str
    name: str
    unit: str
    values: tuple[ValueRow, ...] = ()

    def columns(self) -> dict[str, Any]:
        return {"name": self.name, "unit": self.unit}


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    WORDS: ClassVar = "指标"
    KEY: ClassVar = "code"

    code: str
    name: str
    unit: str = ""
    expression: Formula

    def columns(self) -> dict[str, Any]:
        return {"name": self.name, "unit": self.unit, "expression": self.expression}


@dataclass(frozen=True, kw_only=True)
class StandardRow:
    """A standard, or a target inside a measure; there `departments` left out means those of the measure."""

    WORDS: ClassVar = "标准"
    KEY: ClassVar = "code"
    FORMULAS: ClassVar = ("threshold", "upper", "tolerance", "stretch")
    COLUMN_KEYS: ClassVar = {"near_margin": "near", "area_code": "area", "first_year": "years"}

    code: str
    name: str
    clause: str
    indicator: str | None = None
    comparator: str
    threshold: Formula = Formula("")
    upper: Formula = Formula("")
    tolerance: Formula = Formula("")
    stretch: Formula = Formula("")
    deadline: date | None = None
    near: Decimal | None = None
    places: int = 2
    scope: str
    kinds: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    area: str = ""
    years: tuple[int, int]
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


@dataclass(frozen=True, kw_only=True)
class ProgrammeDocument:
    """A whole file."""

    format: int
    programme: ProgrammeRow
    village_kinds: tuple[KindRow, ...]
    organisations: tuple[OrganisationRow, ...]
    villages: tuple[VillageRow, ...]
    elements: tuple[ElementRow, ...]
    rules: tuple[RuleRow, ...] = ()
    reference_series: tuple[SeriesRow, ...] = ()
    indicators: tuple[IndicatorRow, ...]
    standards: tuple[StandardRow, ...]
    measures: tuple[MeasureRow, ...] = ()
