"""The grid as HTML and as data for its script: rows are formatted whole, fields would cost too much.

A cell is a bare <td>: its class says why it is shut, its place says village, month and element.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from indicators.models import CellNote, DataElement
from indicators.models.catalogue import AskedElement
from indicators.validation import bounds
from indicators.views.figure_texts import Writer, writer_of
from indicators.views.grid_desk import Grid, Sheet
from indicators.workflow import MonthStatus
from villages.models import Village

OPEN, SHUT, ABSENT = "<td>%s</td>", '<td class="is-shut">%s</td>', '<td class="is-none">–</td>'
VOID = '<td class="is-void{}" title="{}">不适用</td>'
NOTED = '<td class="{}" title="{}">{}</td>'
ROW = '<tr><th scope="row"><a href="{}">{}</a><a class="grid-year" href="{}" title="看全年">全年</a>'
COUNT = '{}<span class="grid-count" data-count>{}/{}</span></th>'
SUBMIT, STATE = '<a class="grid-state" href="{}">上报</a>', '<span class="grid-state">{}</span>'
ELEMENT_ROW = '<tr><th scope="row">{}<span class="unit">{}</span></th>'
GROUP_ROW = '<tr class="group-row"><th scope="rowgroup" colspan="{}"><span>{}</span></th></tr>'
FIGURES = re.compile(r"[-0-9.,是否\t]*")  # what has nothing to escape


@dataclass(frozen=True)
class Head:
    """The heads of the columns: groups of elements with their width, then each element; or months."""

    groups: list[tuple[str, int]]
    elements: list[DataElement]
    sheets: list[Sheet]


def head_of(grid: Grid) -> Head:
    if not grid.is_month:
        return Head([], [], list(grid.sheets))
    groups = groupby(grid.elements, key=lambda element: element.group)
    return Head([(name, len(list(members))) for name, members in groups], list(grid.elements), [])


def body_of(grid: Grid) -> SafeString:
    """Every row of the table."""
    rows = _village_rows(grid) if grid.is_month else _element_rows(grid)
    return format_html_join("", "{}", ((row,) for row in rows))


def _village_rows(grid: Grid) -> Iterable[SafeString]:
    writers = {element.pk: writer_of(element) for element in grid.elements}
    addresses = _Addresses(grid.sheets[0].month)
    patterns: dict[tuple[int, frozenset[int]], str] = {}
    for sheet, township in zip(grid.sheets, grid.township_heads, strict=True):
        if township:
            yield format_html(GROUP_ROW, grid.width, township)
        texts = [write(sheet.figures.get(pk, "")) for pk, write in writers.items() if pk in sheet.asked]
        kind = (id(sheet.asked), sheet.own)
        if kind not in patterns:
            patterns[kind] = "".join(_bare(sheet, element) for element in grid.elements)
        if sheet.notes or not FIGURES.fullmatch("\t".join(texts)):
            cells = [(cell_of(sheet, element, writers[element.pk]),) for element in grid.elements]
            body = "{}</tr>", format_html_join("", "{}", cells)
            yield format_html(ROW + COUNT + body[0], *_row_head(grid, sheet, addresses), body[1])
        else:
            yield format_html(
                ROW + COUNT + patterns[kind] % tuple(texts) + "</tr>", *_row_head(grid, sheet, addresses)
            )


class _Addresses:
    """The addresses of a row: asked of the router once, for it takes longer than the row."""

    NOBODY = "0" * 12

    def __init__(self, month: date) -> None:
        place = {"code": self.NOBODY, "year": month.year}
        self._month = reverse("indicators:month", kwargs=place | {"month": month.month})
        self._year = reverse("indicators:village_grid", kwargs=place)

    def of(self, village: Village) -> tuple[str, str]:
        return self._month.replace(self.NOBODY, village.code), self._year.replace(self.NOBODY, village.code)


def _row_head(grid: Grid, sheet: Sheet, addresses: _Addresses) -> tuple[Any, ...]:
    month, year = addresses.of(sheet.village)
    columns = sheet.asked.keys() & grid.keys
    filled = len(sheet.figures.keys() & columns)
    return month, sheet.village.name, year, _state(grid, sheet, month), filled, len(columns)


def _state(grid: Grid, sheet: Sheet, url: str) -> SafeString | str:
    """Where the month stands, or the way to the page that hands it in."""
    if sheet.report.is_editable and grid.may_submit and not sheet.is_ahead:
        return format_html(SUBMIT, url)
    is_plain = sheet.report.status == MonthStatus.DRAFT
    return "" if is_plain else format_html(STATE, sheet.report.get_status_display())


def _bare(sheet: Sheet, element: DataElement) -> str:
    if element.pk not in sheet.asked:
        return ABSENT
    return OPEN if element.pk in sheet.own else SHUT


def _element_rows(grid: Grid) -> Iterable[SafeString]:
    for name, members in groupby(grid.elements, key=lambda element: element.group):
        yield format_html(GROUP_ROW, grid.width, name)
        for element in members:
            write = writer_of(element)
            cells = format_html_join("", "{}", ((cell_of(sheet, element, write),) for sheet in grid.sheets))
            yield format_html(ELEMENT_ROW + "{}</tr>", element.name, element.unit, cells)


def cell_of(sheet: Sheet, element: DataElement, write: Writer) -> SafeString:
    """One cell with what hangs on it: a remark, the mark of a return, "not applicable"."""
    if element.pk not in sheet.asked:
        return format_html(ABSENT)
    figure = sheet.figures.get(element.pk, "")
    text, note = write(figure), sheet.notes.get(element.pk)
    if note is None:
        return format_html(_bare(sheet, element).replace("%s", "{}"), text)
    shut = "" if element.pk in sheet.own else " is-shut"
    if note.is_not_applicable and not figure:
        return format_html(VOID, shut, note.remark)
    return format_html(NOTED, ("is-marked" if note.mark else "has-remark") + shut, _said(note), text)


def _said(note: CellNote) -> str:
    marked = f"退回意见：{note.mark}" if note.mark else ""
    return " ".join(filter(None, [marked, f"说明：{note.remark}" if note.remark else ""]))


def script_data(grid: Grid, user: User) -> dict[str, Any]:
    """What the script needs to know beside the text of the cells."""
    return {
        "layout": "month" if grid.is_month else "village",
        "user": user.pk,
        "sheets": [_sheet_data(sheet) for sheet in grid.sheets],
        "elements": [_element_data(item) for item in grid.columns],
        "before": _before(grid),
        "urls": {
            "save": reverse("indicators:cells"),
            "session": reverse("indicators:grid_session"),
            "login": reverse("accounts:login"),
        },
    }


def _sheet_data(sheet: Sheet) -> dict[str, Any]:
    return {
        "village": sheet.village.code,
        "name": sheet.village.name,
        "month": f"{sheet.month:%Y-%m}",
        "version": sheet.report.version,
        "shut": sheet.shut,
        "isAhead": sheet.is_ahead,
    }


def _element_data(item: AskedElement) -> dict[str, Any]:
    element = item.element
    return {
        "id": element.pk,
        "name": element.name,
        "unit": element.unit,
        "options": choices_of(element),
        "owner": item.provider_names,
    }


def choices_of(element: DataElement) -> list[str]:
    """What may be typed, where it is one of a few words or numbers."""
    if element.value_type == DataElement.ValueType.BOOLEAN:
        return ["是", "否"]
    if element.value_type == DataElement.ValueType.CHOICE:
        return [str(option) for option in element.options]
    if element.value_type == DataElement.ValueType.LEVEL:
        low, high = bounds(element)
        return [str(level) for level in range(int(low or 1), int(high or 5) + 1)]
    return []


def _before(grid: Grid) -> list[list[str]]:
    """The plain figures of the month before: by village and element; of a year only what January needs."""
    keys = [element.pk for element in grid.elements]
    if grid.is_month:
        return [[sheet.before.get(pk, "") for pk in keys] for sheet in grid.sheets]
    return [[grid.sheets[0].before.get(pk, "")] for pk in keys]
