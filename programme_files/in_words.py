"""A programme document in words: sections of named entries, each with its keys as a person calls them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from programme_files.document import MeasureRow, ProgrammeDocument, SectionRow, StandardRow
from programme_files.words import CHOICES, LABELS

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
    return [
        Section("方案", (_head(document),)),
        Section("村的类别", tuple(_entries(document.village_kinds, names))),
        Section("村情属性", tuple(_entries(document.attributes, names)), in_order=True),
        Section("单位", tuple(_entries(document.organisations, names))),
        Section("村（社区）", tuple(_entries(document.villages, names))),
        Section("每月填报的数据", tuple(_entries(document.elements, names)), in_order=True),
        Section("校验规则", tuple(_entries(document.rules, names))),
        Section("参照序列", tuple(_entries(document.reference_series, names, leave=("values",)))),
        Section("参照值", tuple(_values(document))),
        Section("指标", tuple(_entries(document.indicators, names))),
        Section("标准与目标", tuple(names.standard(row) for row in document.all_standards()), in_order=True),
        Section("工作措施", tuple(_entries(document.measures, names, leave=("targets",)))),
        Section("计分", tuple(_sections(document.scorecards, names, "")), in_order=True),
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
            ("RuleRow", "elements"): {row.code: row.name for row in document.elements},
            ("SectionRow", "items"): {row.code: f"{row.code} {row.name}" for row in document.all_standards()},
        }
        self.attributes = {row.code: row.name for row in document.attributes}
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
        if isinstance(value, dict):
            return "，".join(
                f"{self.attributes.get(code, code)}：{in_words(part)}" for code, part in value.items()
            )
        return in_words(named.get(value, value))


def in_words(value: Any) -> str:
    """A plain value as text; nothing for what is not there or not so."""
    if isinstance(value, bool):
        return "是" if value else ""
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
    fields[LABELS["month_due_moves"]] = in_words(head.calendar.month_due_moves)
    fields[LABELS["month_lock_days"]] = in_words(head.calendar.month_lock_days)
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


def _sections(rows: Iterable[SectionRow], names: _Names, above: str) -> Iterator[Entry]:
    """The parts of the scorecards, each after what it is a part of."""
    for row in rows:
        fields = names.fields(row, leave=("sections", "grades"))
        fields[LABELS["grades"]] = "，".join(
            f"{grade.name}（{in_words(grade.begins)} 分起）" if grade.begins is not None else grade.name
            for grade in row.grades
        )
        fields[LABELS["part_of"]] = above
        yield Entry(row.code, f"{row.code} {row.name}", fields)
        yield from _sections(row.sections, names, row.name)


def _values(document: ProgrammeDocument) -> Iterator[Entry]:
    for series in document.reference_series:
        for row in series.values:
            title = f"{series.name} {row.area or '全国'} {row.year} 年"
            said = {LABELS["value"]: in_words(row.value), LABELS["source"]: row.source}
            yield Entry((series.code, row.area, row.year), title, said)
