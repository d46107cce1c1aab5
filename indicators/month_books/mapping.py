"""What a person decided about a sheet: which rows are heads, what each column is and its factor."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.month_books import titles
from indicators.month_books.headings import Heads
from indicators.month_books.units import PLAIN

# Targets that are no element: whose row it is, and which month's.
CODE, NAME, TOWNSHIP, MONTH, VERSION = "@code", "@name", "@township", "@month", "@version"
ROLES = {
    CODE: "村代码",
    NAME: "村（社区）名称",
    TOWNSHIP: "乡镇（街道）",
    MONTH: "月份",
}


@dataclass(frozen=True)
class ColumnPlan:
    """What one column is: `target` is an element's code or a role, "" leaves it out."""

    column: int
    title: str
    target: str = ""
    month: str = ""  # 2025-10 where the head names a month
    factor: str = PLAIN.value
    is_personal: bool = False
    is_sure: bool = True

    @property
    def is_element(self) -> bool:
        return bool(self.target) and not self.target.startswith("@")

    @property
    def multiplier(self) -> Decimal:
        return Decimal(self.factor)

    @property
    def letter(self) -> str:
        return column_letter(self.column)


@dataclass(frozen=True)
class BookMapping:
    """How a sheet is read; rows are counted from 0; `villages` are names that a person decided."""

    sheet: str
    first: int
    last: int
    columns: tuple[ColumnPlan, ...]
    villages: Mapping[str, str] = field(default_factory=dict)
    is_own: bool = False  # our own template, filled in: nothing to decide
    units: tuple[str, ...] = ()  # of the whole table
    caption: str = ""  # the title above the heads, without figures

    @property
    def body(self) -> int:
        return self.last + 1

    def column_of(self, role: str) -> int | None:
        return next((plan.column for plan in self.columns if plan.target == role), None)

    @property
    def figures(self) -> list[ColumnPlan]:
        return [plan for plan in self.columns if plan.is_element]

    @property
    def codes(self) -> list[str]:
        """The elements in the order in which staged rows hold them, each once."""
        return list(dict.fromkeys(plan.target for plan in self.figures))

    @property
    def personal(self) -> list[str]:
        """Titles of columns that are never read."""
        return [plan.title for plan in self.columns if plan.is_personal]

    def with_villages(self, villages: Mapping[str, str]) -> "BookMapping":
        return replace(self, villages={**self.villages, **villages})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> BookMapping:
    """The mapping as it was kept."""
    columns = tuple(ColumnPlan(**plan) for plan in kept["columns"])
    return BookMapping(**{**kept, "columns": columns, "units": tuple(kept.get("units", ()))})


def problems(mapping: BookMapping) -> list[str]:
    """Say what the mapping lacks before a sheet can be read by it."""
    found = []
    if mapping.column_of(CODE) is None and mapping.column_of(NAME) is None:
        found.append("还没有指明哪一列是村（社区）：请在“对应”里选“村（社区）名称”或“村代码”。")
    if not mapping.figures:
        found.append("还没有一列对应到数据项，没有可导入的数据。")
    found += [f"“{title}”对应了两列，请只保留一列。" for title in _twice(mapping.columns)]
    return found


def _twice(columns: Iterable[ColumnPlan]) -> list[str]:
    seen: dict[tuple[str, str], str] = {}
    found = []
    for plan in columns:
        key = (plan.target, plan.month)
        if plan.target and key in seen:
            found.append(plan.title)
        seen[key] = plan.title
    return found


def signature(heads: Heads) -> str:
    """By what a sheet is known again: the words of its heads, wherever they stand."""
    words = "|".join(
        [*(titles.plain(heading.title) for heading in heads.columns if heading.parts), *heads.units]
    )
    return hashlib.sha256(words.encode()).hexdigest()


def remembered(plans: Sequence[ColumnPlan], kept: Mapping[str, Any], caption: str) -> list[ColumnPlan]:
    """What was decided for the same heads before, by their words; columns may have moved meanwhile.

    A head that says little, as 户数, is to be looked at below another title.
    """
    is_same = kept.get("caption") == caption
    before = {titles.plain(plan["title"]): plan for plan in kept.get("columns", ())}
    found = []
    for plan in plans:
        old = before.get(titles.plain(plan.title))
        if old and not plan.is_personal:
            is_sure = is_same or not old["target"] or not titles.is_generic(plan.title)
            plan = replace(plan, target=old["target"], factor=old["factor"], is_sure=is_sure)
        found.append(plan)
    return found


def month_text(month: date) -> str:
    return f"{month:%Y-%m}"


def month_from(text: str) -> date:
    """The month that `month_text` wrote."""
    return date.fromisoformat(f"{text}-01")


def column_letter(column: int) -> str:
    """The name of a column, counted from 0, in a workbook: A, B, … AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(index: int, column: int) -> str:
    """The name of a cell whose row and column are counted from 0: A1."""
    return f"{column_letter(column)}{index + 1}"
