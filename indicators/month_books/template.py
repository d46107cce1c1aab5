"""The month as a workbook to fill in offline: filled as far as it is, locked where it is not the person's.

The first row is hidden and carries the codes by which the workbook is known when it comes back, the first two
columns the villages' codes and the versions of their months.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from accounts.models import User
from common.workbooks import BORDER, FONT
from indicators.models import DataElement
from indicators.month_books import mapping as roles
from indicators.month_books.mapping import column_letter
from indicators.month_books.preview import shown_figure
from indicators.month_books.template_marks import FIRST_ROW, head_of, mark
from indicators.month_books.template_rows import VillageRow, elements_of, village_rows
from indicators.month_books.template_words import (
    Relation,
    bound_tests,
    drop_down,
    hint,
    instructions,
    note_on,
    relations,
)
from indicators.validation import bounds
from villages.models import Village

SHEET, ABOUT = "月报", "填表说明"
FIXED = (roles.VERSION, "", roles.NAME, "")  # columns B to E: version, township, village, state
WIDTH = 13
HINT_LENGTH = 255  # that Excel shows


def month_book(user: User, villages: Sequence[Village], month: date, *, place: str, today: date) -> bytes:
    """The workbook of one month of `villages`, whose title names `place`."""
    rows = village_rows(user, villages, month, today)
    elements = elements_of(user, rows)
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(output, options) as book:
        writer = _Writer(book, rows, elements, month)
        writer.write(f"{place}{month.year}年{month.month}月月报填报表")
        _about(book, elements, rows, month)
    return output.getvalue()


class _Writer:
    def __init__(
        self, book: Workbook, rows: Sequence[VillageRow], elements: Sequence[DataElement], month: date
    ) -> None:
        self.book, self.rows, self.elements, self.month = book, rows, elements, month
        self.sheet: Worksheet = book.add_worksheet(SHEET)
        self.first = 1 + len(FIXED)
        self.places = {element.code: self.first + at for at, element in enumerate(elements)}
        self.made: dict[tuple[Any, ...], Any] = {}

    def write(self, title: str) -> None:
        self._codes()
        self._heads(title)
        for at, row in enumerate(self.rows, start=FIRST_ROW):
            self._row(at, row)
        for element in self.elements:
            self._validate(element)
        self._frame()

    def _codes(self) -> None:
        self.sheet.write_row(0, 0, [mark(self.month), *FIXED, *(element.code for element in self.elements)])
        self.sheet.set_row(0, None, None, {"hidden": True})

    def _heads(self, title: str) -> None:
        last = self.first + max(len(self.elements), 1) - 1
        self._across(1, 2, last, title, self._format(bold=True, font_size=15, align="left"))
        head = self._format(bold=True, bg_color="#E2F1EC", align="center", text_wrap=True, **BORDER)
        for at, text in enumerate(("村代码", "版本", "乡镇（街道）", "村（社区）", "月报状态")):
            self.sheet.write_string(2, at, "", head)
            self.sheet.write_string(FIRST_ROW - 1, at, text, head)
        at = self.first
        for group, members in groupby(self.elements, key=lambda element: element.group):
            width = len(list(members))
            self._across(2, at, at + width - 1, group, head)
            at += width
        for element in self.elements:
            self._head(element, head)
        self.sheet.set_row(FIRST_ROW - 1, 48)

    def _head(self, element: DataElement, style: Any) -> None:
        place = self.places[element.code]
        self.sheet.write_string(FIRST_ROW - 1, place, head_of(element), style)
        if note := note_on(element, self.rows):
            self.sheet.write_comment(FIRST_ROW - 1, place, note, {"x_scale": 1.6, "y_scale": 1.1})

    def _row(self, at: int, row: VillageRow) -> None:
        plain, small = self._format(**BORDER), self._format(**BORDER, font_color="#56635F")
        self.sheet.write_string(at, 0, row.village.code, small)
        self.sheet.write_number(at, 1, row.version, small)
        self.sheet.write_string(at, 2, row.village.township_name, small)
        self.sheet.write_string(at, 3, row.village.name, plain)
        self.sheet.write_string(at, 4, row.state, small)
        for element in self.elements:
            self._figure(at, row, element)

    def _figure(self, at: int, row: VillageRow, element: DataElement) -> None:
        place, value = self.places[element.code], row.figures.get(element.code)
        style = self._style(row, element)
        if value is None:
            self.sheet.write_blank(at, place, None, style)
        elif element.value_type in (DataElement.ValueType.BOOLEAN, DataElement.ValueType.CHOICE):
            self.sheet.write_string(at, place, shown_figure(value, element), style)
        else:
            self.sheet.write_number(at, place, value, style)

    def _style(self, row: VillageRow, element: DataElement) -> Any:
        number = "#,##0" + ("." + "0" * element.places if element.places else "")
        if row.is_open(element.code):
            return self._format(**BORDER, locked=False, num_format=number, bg_color="#FFFFFF")
        ground = "#F0F4F2" if row.is_asked(element.code) else "#D9DEDC"
        return self._format(**BORDER, num_format=number, bg_color=ground, font_color="#56635F")

    def _validate(self, element: DataElement) -> None:
        if not any(row.is_open(element.code) for row in self.rows):
            return
        place, last = self.places[element.code], FIRST_ROW + len(self.rows) - 1
        rules = relations(self.rows, element, self.elements)
        self.sheet.data_validation(FIRST_ROW, place, last, place, self._validation(element, rules))

    def _validation(self, element: DataElement, rules: Sequence[Relation]) -> dict[str, Any]:
        if chosen := drop_down(element):
            return {
                "validate": "list",
                "source": chosen,
                "error_title": "请从列表里选",
                "error_message": f"{element.name}只能选：{'、'.join(chosen)}。"[:HINT_LENGTH],
            }
        low, high = bounds(element)
        cell = f"{column_letter(self.places[element.code])}{FIRST_ROW + 1}"
        tests = [f"ISNUMBER({cell})", *bound_tests(cell, low, high)]
        if not element.places:
            tests.append(f"{cell}=INT({cell})")
        for sign, other in rules:
            beside = f"{column_letter(self.places[other.code])}{FIRST_ROW + 1}"
            tests.append(f'OR({beside}="",{cell}{sign}{beside})')
        return {
            "validate": "custom",
            "value": f"=AND({','.join(tests)})",
            "input_title": element.name[:32],
            "input_message": hint(element, rules)[:HINT_LENGTH],
            "error_title": "请核对这个数",
            "error_message": hint(element, rules)[:HINT_LENGTH],
        }

    def _frame(self) -> None:
        self.sheet.set_column(0, 1, 14, None, {"hidden": True})
        self.sheet.set_column(2, 2, 12)
        self.sheet.set_column(3, 3, 16)
        self.sheet.set_column(4, 4, 9)
        self.sheet.set_column(self.first, self.first + max(len(self.elements), 1) - 1, WIDTH)
        self.sheet.freeze_panes(FIRST_ROW, self.first)
        self.sheet.protect(
            "", {"format_columns": True, "format_rows": True, "sort": False, "select_locked_cells": True}
        )
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def _across(self, row: int, left: int, right: int, text: str, style: Any) -> None:
        if left == right:
            self.sheet.write_string(row, left, text, style)
        else:
            self.sheet.merge_range(row, left, row, right, text, style)

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(FONT | properties)
        return self.made[key]


def _about(book: Workbook, elements: Sequence[DataElement], rows: Sequence[VillageRow], month: date) -> None:
    """The sheet that says how to fill the other in."""
    sheet = book.add_worksheet(ABOUT)
    wrapped = book.add_format(FONT | {"text_wrap": True, "valign": "top"})
    head = book.add_format(FONT | {"bold": True, "bg_color": "#E2F1EC"} | BORDER)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 3, 40)
    for at, line in enumerate(instructions(month)):
        sheet.merge_range(at, 0, at, 3, line, wrapped)
    first = len(instructions(month)) + 1
    sheet.write_row(first, 0, ["数据项", "计量单位", "怎么填", "填报说明"], head)
    for at, element in enumerate(elements, start=first + 1):
        chosen = drop_down(element)
        how = (
            f"从列表里选：{'、'.join(chosen)}"
            if chosen
            else hint(element, relations(rows, element, elements))
        )
        sheet.write_string(at, 0, element.name, wrapped)
        sheet.write_string(at, 1, element.unit, wrapped)
        sheet.write_string(at, 2, how, wrapped)
        sheet.write_string(at, 3, note_on(element, rows), wrapped)
    sheet.protect("")
