"""The programme itself, its kinds, attributes, organisations and villages."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from programme_files.document.form import ALWAYS, Plain


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    month_due_day: int
    month_due_moves: bool = False
    month_lock_days: int | None = None
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
        "month_lock_days": "calendar.month_lock_days",
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
            "month_due_moves": self.calendar.month_due_moves,
            "month_lock_days": self.calendar.month_lock_days,
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
class AttributeRow:
    WORDS: ClassVar = "村情属性"
    KEY: ClassVar = "code"
    COLUMN_KEYS: ClassVar = {"value_type": "type"}

    code: str
    name: str
    type: str
    choices: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        return {"name": self.name, "value_type": self.type, "choices": list(self.choices)}


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
    attributes: dict[str, Plain] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        return {"name": self.name, "township_name": self.township}
