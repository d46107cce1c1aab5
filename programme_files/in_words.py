"""A programme document in words: sections of named entries, each with its keys as a person calls them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from indicators.models import DataElement, Standard
from programme_files.document import TOWNSHIP, MeasureRow, ProgrammeDocument, StandardRow

LABELS = {
    "aggregation": "逐月怎样合计",
    "area": "地区代码",
    "city_review_until": "复审复验截止",
    "clause": "条款",
    "code": "代码",
    "comparator": "比较",
    "deadline": "完成期限",
    "departments": "责任单位",
    "division": "行政区划代码",
    "expression": "公式",
    "group": "分组",
    "help": "填报说明",
    "indicator": "指标",
    "kind": "类别",
    "kinds": "适用类别",
    "max": "最大值",
    "measure": "所属措施",
    "message": "提示",
    "min": "最小值",
    "month_due_day": "月报期限（日）",
    "municipal_review_until": "评估验收截止",
    "name": "名称",
    "near": "“接近”的范围",
    "near_percent": "“接近”的范围（%）",
    "places": "小数位数",
    "provider": "填报单位",
    "quota": "年度计划（个）",
    "rule": "创建原则",
    "scope": "考核范围",
    "section": "章节",
    "self_check": "自查和申请",
    "source": "来源",
    "stretch": "力争值",
    "target_year": "计划年份",
    "threshold": "目标值",
    "title": "授予称号",
    "tolerance": "允许偏差",
    "township": "乡镇（街道）",
    "type": "数据类型",
    "unit": "计量单位",
    "upper": "上限",
    "value": "数值",
    "villages": "适用村",
    "year": "年份",
    "years": "年份",
}
CHOICES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("OrganisationRow", "kind"): dict(Organisation.Kind.choices),
    ("ElementRow", "type"): dict(DataElement.ValueType.choices),
    ("ElementRow", "aggregation"): dict(DataElement.Aggregation.choices),
    ("ElementRow", "provider"): {TOWNSHIP: "乡镇（街道）"},
    ("StandardRow", "comparator"): dict(Standard.Comparator.choices),
    ("StandardRow", "scope"): dict(Standard.Scope.choices),
}
MAY_BE_LEFT_OUT = ("target_year",)  # a file that does not say it leaves it as it is


@dataclass(frozen=True)
class Entry:
    """One row of the file: how it is known, and its keys in words (None: not said)."""

    key: Any
    title: str
    fields: Mapping[str, str | None]


@dataclass(frozen=True)
class Section:
    title: str
    entries: tuple[Entry, ...]
    in_order: bool = False  # the order of the rows is part of what the file says


def sections_of(document: ProgrammeDocument) -> list[Section]:
    """Everything a document says, section by section, in the order of the file."""
    names = _Names(document)
    standards = [*document.standards, *(row for measure in document.measures for row in measure.targets)]
    return [
        Section("方案", (_head(document),)),
        Section("村的类别", tuple(_entries(document.village_kinds, names))),
        Section("单位", tuple(_entries(document.organisations, names))),
        Section("村（社区）", tuple(_entries(document.villages, names))),
        Section("每月填报的数据", tuple(_entries(document.elements, names)), in_order=True),
        Section("校验规则", tuple(_entries(document.rules, names))),
        Section("参照序列", tuple(_entries(document.reference_series, names, leave=("values",)))),
        Section("参照值", tuple(_values(document))),
        Section("指标", tuple(_entries(document.indicators, names))),
        Section("标准与目标", tuple(names.standard(row) for row in standards), in_order=True),
        Section("工作措施", tuple(_entries(document.measures, names, leave=("targets",)))),
    ]


class _Names:
    """What the codes of a document stand for."""

    def __init__(self, document: ProgrammeDocument) -> None:
        self.known = {
            ("ElementRow", "kinds"): {row.code: row.name for row in document.village_kinds},
            ("StandardRow", "kinds"): {row.code: row.name for row in document.village_kinds},
            ("VillageRow", "kind"): {row.code: row.name for row in document.village_kinds},
            ("StandardRow", "villages"): {row.code: row.name for row in document.villages},
            ("StandardRow", "indicator"): {row.code: row.name for row in document.indicators},
        }
        self.measures = {row.code: measure for measure in document.measures for row in measure.targets}

    def fields(self, row: Any, leave: Iterable[str] = ()) -> dict[str, str | None]:
        """The keys of a row by their labels."""
        kind = type(row).__name__
        return {
            LABELS.get(key, key): self._text(kind, key, value)
            for key, value in vars(row).items()
            if key not in leave and key != getattr(row, "KEY", "")
        }

    def standard(self, row: StandardRow) -> Entry:
        """A standard or a target; where a target names no departments, those of its measure answer for it."""
        measure: MeasureRow | None = self.measures.get(row.code)
        fields = self.fields(row)
        if row.departments is None and measure:
            fields[LABELS["departments"]] = "、".join(measure.departments)
        fields[LABELS["measure"]] = f"{measure.number}. {measure.name}" if measure else ""
        return Entry(row.code, f"{row.code} {row.name}", fields)

    def _text(self, kind: str, key: str, value: Any) -> str | None:
        if value is None and key in MAY_BE_LEFT_OUT:
            return None
        if key == "years":
            return "—".join(str(year) for year in dict.fromkeys(value))
        named = CHOICES.get((kind, key)) or self.known.get((kind, key), {})
        if isinstance(value, tuple):
            return "、".join(named.get(part, part) for part in value)
        return in_words(named.get(value, value))


def in_words(value: Any) -> str:
    """A plain value as text; nothing for what is not there."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _head(document: ProgrammeDocument) -> Entry:
    head = document.programme
    fields: dict[str, str | None] = {
        LABELS[key]: in_words(getattr(head, key))
        for key in ("name", "title", "division", "source", "rule", "near_percent")
    }
    fields[LABELS["years"]] = "—".join(map(str, head.years))
    fields[LABELS["quota"]] = "，".join(f"{year} 年 {number}" for year, number in sorted(head.quota.items()))
    fields[LABELS["month_due_day"]] = str(head.calendar.month_due_day)
    fields[LABELS["self_check"]] = " 至 ".join(head.calendar.self_check)
    fields[LABELS["municipal_review_until"]] = head.calendar.municipal_review_until
    fields[LABELS["city_review_until"]] = head.calendar.city_review_until
    return Entry(head.code, head.name, fields)


def _entries(rows: Iterable[Any], names: _Names, leave: Iterable[str] = ()) -> Iterator[Entry]:
    for row in rows:
        key = getattr(row, row.KEY)
        key = (getattr(row, "division", ""), key)  # two organisations of one name are told apart by place
        name = getattr(row, "name", "")
        title = name if name == key[1] else f"{key[1]} {name}".strip()
        yield Entry(key, title, names.fields(row, leave))


def _values(document: ProgrammeDocument) -> Iterator[Entry]:
    for series in document.reference_series:
        for row in series.values:
            title = f"{series.name} {row.area or '全国'} {row.year} 年"
            said = {LABELS["value"]: in_words(row.value), LABELS["source"]: row.source}
            yield Entry((series.code, row.area, row.year), title, said)
