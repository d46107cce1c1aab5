"""Formatted .xlsx out: title, heads, rows, sources below. Text stays text, whatever it begins with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import is_aware, localtime
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
BORDER = {"border": 1, "border_color": "#B8C4BF"}
DEMONSTRATION = "演示数据"
# Grounds and inks of marked cells: the same five verdicts as on the pages, read by their sign without colour.
TONES: dict[str, dict[str, Any]] = {
    "met": {"bg_color": "#E1F3E6", "font_color": "#1A7436"},
    "near": {"bg_color": "#FCEFD8", "font_color": "#8F5300"},
    "unmet": {"bg_color": "#FCE6E4", "font_color": "#B3261E"},
    "no_data": {"font_color": "#56635F"},
    "not_applicable": {"bg_color": "#EDF1EF", "font_color": "#56635F"},
    "muted": {"font_color": "#56635F"},
}

Value = str | int | Decimal | date | None


@dataclass(frozen=True)
class Cell:
    """A value with a tone, or with decimals of its own."""

    value: Value
    tone: str = ""
    places: int | None = None


@dataclass(frozen=True)
class Column:
    """A column: its title, the width in characters, decimals of its numbers, the title it stands under."""

    title: str
    width: float = 12
    places: int | None = None
    group: str = ""
    centred: bool = False


@dataclass(frozen=True)
class Band:
    """A row of its own across the sheet: the heading of what follows."""

    title: str


Row = Sequence[Value | Cell] | Band


@dataclass(frozen=True)
class Sheet:
    """One sheet: title above, heads that stay in view, rows, and the lines below (source, date)."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    is_demonstration: bool = False
    frozen_columns: int = 1
    landscape: bool = True


def workbook_response(filename: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """Return the workbook as a download called `filename` (with .xlsx)."""
    response = HttpResponse(workbook_bytes(sheets), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    return response


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the workbook's bytes."""
    output = BytesIO()
    with Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        formats = _Formats(book)
        for sheet in sheets:
            _Writer(book.add_worksheet(_sheet_name(sheet.name)), sheet, formats).write()
    return output.getvalue()


@dataclass
class _Formats:
    """The workbook's formats, each made once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def get(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(FONT | properties)
        return self.made[key]

    def head(self) -> Format:
        return self.get(bold=True, bg_color="#E2F1EC", align="center", text_wrap=True, **BORDER)

    def band(self) -> Format:
        return self.get(bold=True, bg_color="#F0F4F2", **BORDER)

    def cell(self, column: Column, cell: Cell) -> Format:
        properties: dict[str, Any] = {**BORDER, **TONES.get(cell.tone, {})}
        if column.centred:
            properties["align"] = "center"
        return self.get(**properties, **_number_format(column, cell))


class _Writer:
    def __init__(self, sheet: Worksheet, content: Sheet, formats: _Formats) -> None:
        self.sheet, self.content, self.formats = sheet, content, formats
        self.grouped = any(column.group for column in content.columns)
        self.last = len(content.columns) - 1

    def write(self) -> None:
        first = self._titles()
        self._heads(first)
        body = first + (2 if self.grouped else 1)
        for index, row in enumerate(self.content.rows, start=body):
            self._row(index, row)
        self._notes(body + len(self.content.rows))
        self.sheet.freeze_panes(body, self.content.frozen_columns)
        self._print_setup(body)

    def _titles(self) -> int:
        self._across(0, self.content.title, self.formats.get(bold=True, font_size=15, align="center"))
        self.sheet.set_row(0, 30)
        if not self.content.is_demonstration:
            return 1
        marked = self.formats.get(bold=True, font_color="#8F5300", align="center")
        self._across(1, f"【{DEMONSTRATION}】表中数字为演示用，不是统计结果。", marked)
        return 2

    def _heads(self, first: int) -> None:
        for index, column in enumerate(self.content.columns):
            self.sheet.set_column(index, index, column.width)
            if not (self.grouped and column.group):
                self._down(first, index, column.title)
            else:
                self.sheet.write_string(first + 1, index, column.title, self.formats.head())
        if self.grouped:
            self._group_heads(first)
        self.sheet.set_row(first + (1 if self.grouped else 0), 34)

    def _group_heads(self, first: int) -> None:
        start = 0
        for group, columns in groupby(self.content.columns, key=lambda column: column.group):
            end = start + len(list(columns)) - 1
            if group:
                self._merge(first, start, first, end, group, self.formats.head())
            start = end + 1

    def _down(self, first: int, index: int, title: str) -> None:
        self._merge(first, index, first + (1 if self.grouped else 0), index, title, self.formats.head())

    def _row(self, index: int, row: Row) -> None:
        if isinstance(row, Band):
            self._merge(index, 0, index, self.last, row.title, self.formats.band())
            return
        for place, (column, value) in enumerate(zip(self.content.columns, row, strict=True)):
            cell = value if isinstance(value, Cell) else Cell(value)
            self._cell(index, place, cell.value, self.formats.cell(column, cell))

    def _cell(self, row: int, column: int, value: Value, style: Format) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, int | Decimal):
            self.sheet.write_number(row, column, value, style)  # a workbook itself keeps doubles
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, _naive(value), style)
        else:
            self.sheet.write_string(row, column, value, style)

    def _notes(self, first: int) -> None:
        for index, note in enumerate(self.content.notes, start=first):
            self._across(index, note, self.formats.get(font_size=9, font_color="#53615C", text_wrap=True))

    def _across(self, row: int, text: str, style: Format) -> None:
        self._merge(row, 0, row, self.last, text, style)

    def _merge(self, top: int, left: int, bottom: int, right: int, text: str, style: Format) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, style)
        else:
            self.sheet.merge_range(top, left, bottom, right, "", style)
            self.sheet.write_string(top, left, text, style)

    def _print_setup(self, body: int) -> None:
        if self.content.landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0, body - 1)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer("&C第 &P 页，共 &N 页")


def _number_format(column: Column, cell: Cell) -> dict[str, str]:
    if isinstance(cell.value, datetime):
        return {"num_format": "yyyy-mm-dd hh:mm"}
    if isinstance(cell.value, date):
        return {"num_format": "yyyy-mm-dd"}
    if not isinstance(cell.value, int | Decimal):
        return {"num_format": "@"} if cell.value else {}
    places = cell.places if cell.places is not None else column.places
    if places is None:
        return {"num_format": "#,##0.####" if isinstance(cell.value, Decimal) and cell.value % 1 else "#,##0"}
    return {"num_format": "#,##0" + ("." + "0" * places if places else "")}


def _naive(value: date) -> date:
    if isinstance(value, datetime) and is_aware(value):
        return localtime(value).replace(tzinfo=None)
    return value


def _sheet_name(name: str) -> str:
    """Drop what a sheet's name may not hold, and what is too long."""
    return "".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "Sheet"


def safe_filename(*parts: str) -> str:
    """Join the parts of a file's name with -, without signs that file systems refuse."""
    return "-".join(_cleaned(part) for part in parts if part)


def _cleaned(part: str) -> str:
    return "".join(_clean_signs(part)).strip()


def _clean_signs(part: str) -> Iterator[str]:
    for sign in part:
        if sign.isprintable() and sign not in '<>:"/\\|?*':
            yield sign
