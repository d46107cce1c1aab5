"""What is typed and computed: elements, rules, reference series, indicators."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from programme_files.document.form import ALWAYS, NOTHING, Formula

TOWNSHIP = "township"  # provider of an element that no department provides


@dataclass(frozen=True, kw_only=True)
class ElementRow:
    WORDS: ClassVar = "数据项"
    KEY: ClassVar = "code"
    COLUMN_KEYS: ClassVar = {
        "value_type": "type",
        "minimum": "min",
        "maximum": "max",
        "is_cumulative": "cumulative",
    }

    code: str
    name: str
    unit: str = ""
    type: str
    options: tuple[str, ...] = ()
    aggregation: str
    cumulative: bool = False
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
            "options": list(self.options),
            "aggregation": self.aggregation,
            "is_cumulative": self.cumulative,
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
    kind: str = "relation"
    severity: str = "hard"
    expression: Formula = NOTHING
    elements: tuple[str, ...] = ()
    against: str = ""
    limit: Decimal | None = None
    message: str = ""

    def columns(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "severity": self.severity,
            "expression": self.expression,
            "elements": list(self.elements),
            "against": self.against,
            "limit": self.limit,
            "message": self.message,
        }


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
