"""What is kept of a workbook's beginning while it is mapped: heads and a few rows, nothing of persons."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.month_books.headings import shown
from indicators.month_books.reading import Cell, Row, SheetOutline
from indicators.month_books.template_marks import is_mark
from indicators.month_books.titles import is_personal

HEAD_LOOKED_AT = 30


def keep(
    sheets: Iterable[SheetOutline], uncached: Mapping[str, list[str]], errors: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """The outlines as JSON; columns that a head calls personal are emptied first."""
    return [
        _kept(sheet) | {"uncached": uncached.get(sheet.name, []), "errors": errors.get(sheet.name, [])}
        for sheet in sheets
    ]


def kept_sheets(kept: Iterable[Mapping[str, Any]]) -> list[SheetOutline]:
    """What `keep` wrote."""
    return [
        SheetOutline(
            one["name"],
            one["height"],
            one["width"],
            one["is_hidden"],
            [[_cell(cell) for cell in row] for row in one["head"]],
            one["merges"],
        )
        for one in kept
    ]


def usable(sheets: Iterable[SheetOutline]) -> list[SheetOutline]:
    """The sheets that a person may choose from: visible, with something on them."""
    return [sheet for sheet in sheets if not sheet.is_hidden and any(map(any, sheet.head))]


def unread(kept: Iterable[Mapping[str, Any]], sheet: str) -> list[str]:
    """The names of other sheets that hold figures: one sheet is read at a time."""
    others = (one for one in usable(kept_sheets(kept)) if one.name != sheet)
    return [one.name for one in others if any(isinstance(cell, Decimal) for row in one.head for cell in row)]


def _kept(sheet: SheetOutline) -> dict[str, Any]:
    personal = _personal_columns(sheet.head)
    head = [
        [_json(cell) if personal.get(column, at) >= at else None for column, cell in enumerate(row)]
        for at, row in enumerate(sheet.head)
    ]
    return {
        "name": sheet.name,
        "height": sheet.height,
        "width": sheet.width,
        "is_hidden": sheet.is_hidden,
        "head": head,
        "merges": sheet.merges,
    }


def _personal_columns(head: list[Row]) -> dict[int, int]:
    """Columns of persons' data, with the row of the head that says so; what lies below is dropped."""
    if head and head[0] and is_mark(shown(head[0][0])):
        return {}
    found: dict[int, int] = {}
    for at, row in enumerate(head[:HEAD_LOOKED_AT]):
        for column, cell in enumerate(row):
            if (
                isinstance(cell, str)
                and column not in found
                and is_personal(cell)
                and len(cell) <= HEAD_LOOKED_AT
            ):
                found[column] = at
    return found


def _json(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return {"n": f"{cell:f}"}
    return {"d": cell.isoformat()} if isinstance(cell, date) else cell


def _cell(kept: Any) -> Cell:
    if not isinstance(kept, dict):
        return kept
    return Decimal(kept["n"]) if "n" in kept else date.fromisoformat(kept["d"])
