"""The rows of a sheet, one after the other: what is no row of figures is passed over, the rest is read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.models import DataElement
from indicators.month_books import mapping as roles
from indicators.month_books import units
from indicators.month_books.cells import EMPTY, NOTHING, REFUSED, VALUE, Reading, masked, readers
from indicators.month_books.headings import SEPARATOR, shown
from indicators.month_books.mapping import BookMapping, cell_name, month_from
from indicators.month_books.periods import month_in, read_month
from indicators.month_books.reading import Cell, Row
from indicators.month_books.rights import NOT_ENROLLED, Asked, Rights, month_refusals
from indicators.month_books.row_units import RowUnits
from indicators.month_books.spans import JOINED, Spans
from indicators.month_books.tables import TWO_NAMES, Tables
from indicators.month_books.titles import YEAR_COLUMN, plain
from indicators.month_books.villages import NAMELESS, Finder, Found, Place, is_total

FOREIGN = "f"  # a figure that is not the person's to fill in: refused unless the ledger has the same
_NUMBER_ROW = {"甲", "乙", "丙", "栏次", "栏号", "行次", "栏目"}
_FOOTER = re.compile(
    r"(?:填表|填报|制表|审核|复核|单位负责|负责|联系|经办)(?:人|日期|单位|电话|时间)|(?:备注|说明|注)[:;1]"
)
_YEAR = re.compile(r"20\d\d年?")
TITLE_CELLS = 2  # of a title between rows, at most
LABEL_CELLS = 4  # of a row, from the left, in which a total calls itself one
NO_RESULT = "这里是公式，文件里没有存它的结果。请用 Excel 或 WPS 打开表格，保存一次再上传。"
ERROR = "这里是 #DIV/0!、#N/A 一类的错误值，不是数字。请改正公式，或者直接填数字。"
NO_MONTH = "这一行没有写月份，请补上；整列不用的，把月份列设为不导入。"
MORE_BELOW = "下面第 {row} 行也有数据，却没有写村名，看不出是不是同一个村的。请写上村名，或者写明是合计。"
OTHER_MONTH = "第 {row} 行写着 {year}年{month}月，下面是另一个月的表。请把它放到另一个工作表里，单独导入。"
TOO_LONG = "这一行的格数比表头多，可能有数字里的逗号被当成了分隔。请存为 .xlsx 再上传。"


@dataclass
class Staged:
    """One month of one row: what is written to `ImportedRow`."""

    row: int
    label: str
    village_id: int | None
    month: date | None
    reason: str
    marks: str
    new: list[Decimal | None]
    remarks: dict[str, list[str]]
    seen_version: int | None = None
    version: int = 0
    status: str = ""
    outcomes: str = ""
    old: list[Decimal | None] = field(default_factory=list)
    is_unknown: bool = False


@dataclass
class RowReader:
    """Reads rows by a mapping, some hundreds at a time."""

    mapping: BookMapping
    elements: Mapping[str, DataElement]
    finder: Finder
    rights: Rights
    month: date
    today: date
    empty: Mapping[str, str] = field(default_factory=dict)  # cells without a result, and why
    is_text: bool = False  # of a text file a row may have more cells than the heads

    def __post_init__(self) -> None:
        figures = self.mapping.figures
        self.columns = [plan.column for plan in figures]
        self.readers = readers(figures, self.elements)
        self.codes = self.mapping.codes
        place = {code: at for at, code in enumerate(self.codes)}
        self.width = len(place)
        self.places = [place[plan.target] for plan in figures]
        self.months = [plan.month for plan in figures]
        self.identity = {role: self.mapping.column_of(role) for role in (*roles.ROLES, roles.VERSION)}
        self.spans = Spans(self.mapping)
        self.township: Cell = None
        self.tables = Tables(self.mapping)
        self.months_below: list[tuple[int, str]] = []  # titles between rows, and what to do with those below
        plans = self.mapping.columns
        years = (
            plan.column for plan in plans if YEAR_COLUMN.match(plain(plan.title.rpartition(SEPARATOR)[2]))
        )
        self.year_column = next(years, None)
        self.row_units = RowUnits(self.mapping, self.readers)
        self.limit = max((plan.column + 1 for plan in plans if plan.title), default=0) if self.is_text else 0

    def read(self, rows: Sequence[tuple[int, Row]]) -> list[Staged]:
        """The months that `rows` report; totals, blanks and repeated heads are left out."""
        kept = [(index, row, self._place(row)) for index, row in rows if self._is_row(index, row)]
        found = self.finder.find([place for _, _, place in kept])
        meant = [
            (index, row, village)
            for (index, row, _), village in zip(kept, self._of_one_name(kept, found), strict=True)
            if not self._is_passed_over(index, row, village)
        ]
        asked = self.rights.of({one.village_id for one in found if one.village_id})
        refusals: dict[date, dict[Any, str]] = {}
        return [
            staged
            for index, row, village in self._with_name(meant)
            for staged in self._months_of(
                index, row, village, asked.get(village.village_id or 0, NOT_ENROLLED), refusals
            )
        ]

    def _of_one_name(self, kept: Sequence[tuple[int, Row, Place]], found: list[Found]) -> list[Found]:
        """Where a row names two villages, neither is believed."""
        for column in self.tables.rivals:
            cells = [row[column] if column < len(row) else None for _, row, _ in kept]
            others = self.finder.find([(None, cell, None) for cell in cells])
            same_title = self.tables.is_like_name(column)
            found = [
                Found(reason=TWO_NAMES)
                if cell is not None
                and one.village_id != other.village_id
                and (other.village_id or same_title)
                else one
                for cell, one, other in zip(cells, found, others, strict=True)
            ]
        return found

    def _with_name(self, meant: list[tuple[int, Row, Found]]) -> list[tuple[int, Row, Found]]:
        """A village with a row below that names none may be the first part of several: it is not believed."""
        for at, (index, row, village) in enumerate(meant):
            below = meant[at + 1] if at + 1 < len(meant) else None
            if below and village.village_id and below[0] == index + 1 and self._is_part(*below[1:]):
                meant[at] = (index, row, Found(reason=MORE_BELOW.format(row=index + 2)))
        return meant

    def _is_part(self, row: Row, village: Found) -> bool:
        """Whether a row holds figures of nobody."""
        return village.reason is NAMELESS and any(
            reader.read(row[column]).mark == VALUE
            for reader, column in zip(self.readers, self.columns, strict=True)
            if column < len(row)
        )

    def _is_row(self, index: int, row: Row) -> bool:
        """Carry merged cells down; a row counts where a column of figures holds something."""
        self._carry(index, row)
        if index < self.mapping.body:
            return False
        filled = [row[column] for column in self.columns if column < len(row) and row[column] is not None]
        if not filled:
            self._note_month(index, row)
            return bool(self.empty or self.spans.joined) and any(
                (name := cell_name(index, column)) in self.empty or name in self.spans.joined
                for column in self.columns
            )
        return not all(isinstance(cell, str) and units.is_unit(plain(cell)) for cell in filled)

    def _note_month(self, index: int, row: Row) -> None:
        """A title between the rows may say that those below are of another month."""
        texts = [shown(cell) for cell in row if cell is not None]
        is_title = 1 <= len(texts) <= TITLE_CELLS and not _FOOTER.match(plain(texts[0]))
        said = month_in(texts[0]) if is_title and self.identity[roles.MONTH] is None else None
        if said:
            reason = OTHER_MONTH.format(row=index + 1, year=said.year, month=said.month)
            self.months_below.append((index, "" if said == self.month else reason))

    def _carry(self, index: int, row: Row) -> None:
        self.spans.carry(index, row)
        township = self._cell(row, roles.TOWNSHIP)
        if township is not None:
            self.township = township

    def _place(self, row: Row) -> tuple[Cell, Cell, Cell]:
        return self._cell(row, roles.CODE), self._cell(row, roles.NAME), self.township

    def _cell(self, row: Row, role: str) -> Cell:
        column = self.identity[role]
        return row[column] if column is not None and column < len(row) else None

    def _is_passed_over(self, index: int, row: Row, village: Found) -> bool:
        """A total, a repeated head, the numbers of columns: no village, and none is meant."""
        if village.village_id:
            return False
        name = self._cell(row, roles.NAME)
        words = plain(shown(name))
        if self.tables.is_head(index, row, words):
            return True
        beside = max(LABEL_CELLS, self.tables.named + 1)
        labels = [shown(cell) for cell in row[:beside] if isinstance(cell, str)]
        return (
            is_total([*labels, shown(name)])
            or words in _NUMBER_ROW
            or any(_FOOTER.match(plain(label)) for label in labels)
            or any(plain(label) in _NUMBER_ROW for label in labels)
            or self.finder.is_township(words)
        )

    def _months_of(
        self, index: int, row: Row, village: Found, asked: Asked, refusals: dict[date, dict[Any, str]]
    ) -> Iterator[Staged]:
        cells = [row[column] if column < len(row) else None for column in self.columns]
        readings = [
            reader.known.get(cell) or reader.read(cell)
            for reader, cell in zip(self.readers, cells, strict=True)
        ]
        if self.row_units.column is not None:
            readings = self.row_units.held(row, readings)
        if self.empty or self.spans.joined:
            readings = [self._with_result(index, at, reading) for at, reading in enumerate(readings)]
        default, wrong_month = self._month(row)
        for month in dict.fromkeys(self.months):
            chosen = [at for at, named in enumerate(self.months) if named == month]
            when = month_from(month) if month else default
            reason = village.reason or self._wrong(index, row) or (wrong_month if not month else "")
            if when and not reason:
                if when not in refusals or asked.programmes not in refusals[when]:
                    refusals.setdefault(when, {}).update(month_refusals([asked], when, self.today))
                reason = refusals[when][asked.programmes]
            staged = self._staged(index, row, village, when, reason, chosen, readings)
            if staged.marks.strip(NOTHING):
                self._hold_rights(staged, asked)
                yield staged

    def _wrong(self, index: int, row: Row) -> str:
        """Why a row cannot be believed whatever it says."""
        if self.limit and len(row) > self.limit:
            return TOO_LONG
        other_month = next((reason for at, reason in reversed(self.months_below) if at < index), "")
        return other_month or (self.tables.other(index) if self.tables.begun else "")

    def _month(self, row: Row) -> tuple[date | None, str]:
        year = self._year(row)
        if self.identity[roles.MONTH] is None:
            wrong = f"这一行写的是 {year} 年，不是 {self.month.year} 年，请核对月份。"
            return self.month, wrong if year != self.month.year else ""
        cell = self._cell(row, roles.MONTH)
        if cell is None:
            return None, NO_MONTH
        month = read_month(cell, year)
        return month, "" if month else f"“{shown(cell)[:20]}”不是月份，请写成 2025年10月 的样子。"

    def _year(self, row: Row) -> int:
        """The year that a row names in a column of its own, else that of the workbook."""
        column = self.year_column
        text = plain(shown(row[column])) if column is not None and column < len(row) else ""
        return int(text[:4]) if _YEAR.fullmatch(text) else self.month.year

    def _staged(
        self,
        index: int,
        row: Row,
        village: Found,
        month: date | None,
        reason: str,
        chosen: list[int],
        readings: list[Reading],
    ) -> Staged:
        marks: list[str] = [NOTHING] * self.width
        new: list[Decimal | None] = [None] * self.width
        remarks = {}
        for at in chosen:
            reading, place = readings[at], self.places[at]
            marks[place], new[place] = reading.mark, reading.value
            if reading.reason:
                remarks[str(place)] = [reading.text, reading.reason]
        label = masked(self._cell(row, roles.NAME) or self._cell(row, roles.CODE) or "")
        staged = Staged(index + 1, label, village.village_id, month, reason, "".join(marks), new, remarks)
        staged.seen_version = _version(self._cell(row, roles.VERSION))
        staged.is_unknown = village.is_unknown
        return staged

    def _hold_rights(self, staged: Staged, asked: Asked) -> None:
        """Mark what is not the person's to fill in, with whose it is."""
        if staged.reason or asked.own.issuperset(self.codes):
            return
        marks = list(staged.marks)
        for place, code in enumerate(self.codes):
            if marks[place] != NOTHING and code not in asked.own:
                text = staged.remarks.get(str(place), [""])[0]
                staged.remarks[str(place)] = [text, asked.refusal(self.elements[code])]
                marks[place] = {VALUE: FOREIGN, EMPTY: NOTHING, REFUSED: REFUSED}[marks[place]]
        staged.marks = "".join(marks)

    def _with_result(self, index: int, at: int, reading: Reading) -> Reading:
        name = cell_name(index, self.columns[at])
        if name in self.spans.joined:
            return Reading(REFUSED, text=reading.text, reason=JOINED)
        reason = self.empty.get(name)
        return Reading(REFUSED, reason=reason) if reason and reading.mark == NOTHING else reading


def _version(cell: Cell) -> int | None:
    """The version of a month as our own workbook carries it."""
    digits = shown(cell)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
