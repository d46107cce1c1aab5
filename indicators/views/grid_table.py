"""The grid as HTML and as data for its script: rows are formatted whole, fields would cost too much.

A cell is a bare <td>: its class says why it is shut, its place says village, month and element.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from indicators.models import CellNote, DataElement
from indicators.validation import bounds
from indicators.views.figure_texts import Writer, writer_of
from indicators.views.grid_desk import Grid, Sheet

OPEN, SHUT, ABSENT = "<td>{}</td>", '<td class="is-shut">{}</td>', '<td class="is-none">–</td>'
VOID = '<td class="is-void{}" title="{}">不适用</td>'
NOTED = '<td class="{}" title="{}">{}</td>'
ROW = '<tr><th scope="row"><a href="{}">{}</a><a class="grid-year" href="{}" title="看全年">全年</a>'
COUNT = '<span class="grid-count{}" data-count>{}/{}</span></th>'
ELEMENT_ROW = '<tr><th scope="row">{}<span class="unit">{}</span></th>'
GROUP_ROW = '<tr class="group-row"><th scope="rowgroup" colspan="{}">{}</th></tr>'


@dataclass(frozen=True)
class Head:
    """The heads of the columns: groups of elements with their width, then each element; or months."""

    groups: list[tuple[str, int]]
    elements: list[DataElement]
    sheets: list[Sheet]


def head_of(grid: Grid) -> Head:
    if not grid.is_township:
        return Head([], [], list(grid.sheets))
    groups = groupby(grid.elements, key=lambda element: element.group)
    return Head([(name, len(list(members))) for name, members in groups], list(grid.elements), [])


def body_of(grid: Grid) -> SafeString:
    """Every row of the table."""
    rows = _village_rows(grid) if grid.is_township else _element_rows(grid)
    return format_html_join("", "{}", ((row,) for row in rows))


def _village_rows(grid: Grid) -> Iterable[SafeString]:
    writers = [(element, element.pk, writer_of(element)) for element in grid.elements]
    formats: dict[tuple[int, frozenset[int]], str] = {}
    for sheet in grid.sheets:
        if sheet.notes:
            yield _noted_row(sheet, grid.elements)
            continue
        kind = (id(sheet.asked), sheet.own)
        if kind not in formats:
            cells = (_bare(sheet, element) for element in grid.elements)
            formats[kind] = ROW + COUNT + "".join(cells) + "</tr>"
        yield format_html(formats[kind], *_row_head(sheet), *_texts(sheet, writers))


def _noted_row(sheet: Sheet, elements: Iterable[DataElement]) -> SafeString:
    cells = (cell_of(sheet, element, writer_of(element)) for element in elements)
    return format_html(
        ROW + COUNT + "{}</tr>", *_row_head(sheet), format_html_join("", "{}", ((cell,) for cell in cells))
    )


def _row_head(sheet: Sheet) -> tuple[Any, ...]:
    year = reverse("indicators:village_grid", args=[sheet.village.code, sheet.month.year])
    tone = "" if sheet.report.is_editable else " is-signed"
    return sheet.url, sheet.village.name, year, tone, sheet.filled, len(sheet.asked)


def _bare(sheet: Sheet, element: DataElement) -> str:
    if element.pk not in sheet.asked:
        return ABSENT
    return OPEN if element.pk in sheet.own else SHUT


def _texts(sheet: Sheet, writers: Iterable[tuple[DataElement, int, Writer]]) -> list[str]:
    figures, asked = sheet.figures, sheet.asked
    return [write(figures[pk]) if pk in figures else "" for _, pk, write in writers if pk in asked]


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
    figure = sheet.figures.get(element.pk)
    text, note = "" if figure is None else write(figure), sheet.notes.get(element.pk)
    if note is None:
        return format_html(_bare(sheet, element), text)
    shut = "" if element.pk in sheet.own else " is-shut"
    if note.is_not_applicable and figure is None:
        return format_html(VOID, shut, note.remark)
    return format_html(NOTED, ("is-marked" if note.mark else "has-remark") + shut, _said(note), text)


def _said(note: CellNote) -> str:
    marked = f"退回意见：{note.mark}" if note.mark else ""
    return " ".join(filter(None, [marked, f"说明：{note.remark}" if note.remark else ""]))


def script_data(grid: Grid, user: User) -> dict[str, Any]:
    """What the script needs to know beside the text of the cells."""
    return {
        "layout": "township" if grid.is_township else "village",
        "user": user.pk,
        "sheets": [_sheet_data(sheet) for sheet in grid.sheets],
        "elements": [_element_data(grid, element) for element in grid.elements],
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


def _element_data(grid: Grid, element: DataElement) -> dict[str, Any]:
    return {
        "id": element.pk,
        "name": element.name,
        "unit": element.unit,
        "options": choices_of(element),
        "owner": grid.owner_of(element),
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
    """The figures of the month before: by village and element; of a year only what its January needs."""
    writers = [(element.pk, writer_of(element)) for element in grid.elements]
    if grid.is_township:
        return [[_text(sheet.before, pk, write) for pk, write in writers] for sheet in grid.sheets]
    return [[_text(grid.sheets[0].before, pk, write)] for pk, write in writers]


def _text(figures: Mapping[int, Any], pk: int, write: Writer) -> str:
    return write(figures[pk]) if pk in figures else ""
