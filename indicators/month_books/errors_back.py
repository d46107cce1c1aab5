"""The person's own workbook again: a column 错误原因 behind the last, the refused cells marked.

A workbook of usual size comes back whole, as it was formatted. Of a very large one, or one that openpyxl
cannot open, come back the heads and the rows with errors: opening it whole could take all memory.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter import Workbook

from common.workbooks import TONES, safe_filename
from indicators.models import WorkbookImport
from indicators.month_books import comparing
from indicators.month_books.headings import shown
from indicators.month_books.mapping import BookMapping, column_letter, from_json
from indicators.month_books.preview import Reader, note_of, rows_with
from indicators.month_books.reading import Row, read_rows

HEAD = "错误原因"
MOST_CELLS = 120_000  # of all sheets, and
MOST_UNPACKED = 30 * 1024 * 1024  # bytes of all parts, that are opened whole
MOST_ROWS = 5_000
WIDTH = 48
_FILL = PatternFill("solid", fgColor=TONES["unmet"]["bg_color"].removeprefix("#"))
_INK = TONES["unmet"]["font_color"].removeprefix("#")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")  # in the name of a sheet, whoever wrote it
Notes = dict[int, dict[int, str]]  # by row from 1 and column from 0


def errors_back(workbook: WorkbookImport) -> tuple[IO[bytes], str]:
    """The marked workbook as a file that goes away, and its name."""
    mapping, notes = from_json(workbook.mapping), _notes(workbook)
    content = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the response that sends it
    if not (_is_small(workbook) and _marked_whole(workbook, mapping, notes, content)):
        content.seek(0)
        content.truncate()
        _rows_with_errors(workbook, mapping, notes, content)
    content.seek(0)
    return content, f"{safe_filename(PurePosixPath(workbook.original_name).stem, HEAD)}.xlsx"


def _notes(workbook: WorkbookImport) -> Notes:
    notes: Notes = {}
    reader = Reader(workbook)
    for row in rows_with(workbook, comparing.REFUSED)[:MOST_ROWS].iterator(1_000):
        cells = notes.setdefault(row.row, {})
        for place, sign in enumerate(row.outcomes):
            if sign == comparing.REFUSED:
                cells[reader.column(row, place)] = note_of(row, place, sign)
    return notes


def _sentence(cells: Mapping[int, str], titles: Mapping[int, str]) -> str:
    """All that is wrong with a row; what is wrong with all of it is said once."""
    if len(set(cells.values())) == 1:
        return next(iter(cells.values()))
    return "；".join(
        f"{titles.get(column) or column_letter(column)}：{note}" for column, note in sorted(cells.items())
    )


def _titles(mapping: BookMapping) -> dict[int, str]:
    return {plan.column: plan.title for plan in mapping.columns}


def _is_small(workbook: WorkbookImport) -> bool:
    if not str(workbook.file.name).endswith(".xlsx"):
        return False
    cells = sum(sheet["height"] * sheet["width"] for sheet in workbook.outline)
    with workbook.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        return cells <= MOST_CELLS and sum(e.file_size for e in archive.infolist()) <= MOST_UNPACKED


def _marked_whole(workbook: WorkbookImport, mapping: BookMapping, notes: Notes, content: IO[bytes]) -> bool:
    """Mark the workbook as it is; False where openpyxl cannot open what the reader could."""
    try:
        with workbook.file.open("rb") as file:
            book = load_workbook(file)
            _mark(book[mapping.sheet], mapping, notes)
            book.save(content)
    except Exception:  # whatever openpyxl stumbles over, the rows with errors still come back
        return False
    return True


def _mark(sheet: Worksheet, mapping: BookMapping, notes: Notes) -> None:
    titles, column = _titles(mapping), _free_column(sheet, mapping)
    head = sheet.cell(mapping.last + 1, column, HEAD)
    head.font, head.fill = Font(bold=True, color=_INK), _FILL
    sheet.column_dimensions[column_letter(column - 1)].width = WIDTH
    for row, cells in notes.items():
        said = sheet.cell(row, column, _sentence(cells, titles))
        said.data_type = "s"  # whatever a head begins with, no formula
        said.font, said.alignment = Font(color=_INK), Alignment(wrap_text=True, vertical="top")
        for place, note in cells.items():
            cell = sheet.cell(row, place + 1)
            if not hasattr(cell, "hyperlink") or cell.__class__.__name__ == "MergedCell":
                continue
            cell.fill, cell.comment = _FILL, Comment(note, HEAD, width=260, height=80)


def _free_column(sheet: Worksheet, mapping: BookMapping) -> int:
    """Behind the last column that has a head or is read; the column of an earlier return is used again."""
    for plan in mapping.columns:
        if plan.title == HEAD:
            return plan.column + 1
    used = max(
        (plan.column for plan in mapping.columns if plan.title or plan.target), default=sheet.max_column - 1
    )
    return used + 2


def _rows_with_errors(
    workbook: WorkbookImport, mapping: BookMapping, notes: Notes, content: IO[bytes]
) -> None:
    kind = "csv" if str(workbook.file.name).endswith(".csv") else "xlsx"
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book, read_rows(workbook.file.path, kind, mapping.sheet) as stream:
        sheet = book.add_worksheet(_FORBIDDEN.sub("", mapping.sheet)[:31].strip("'") or HEAD)
        bad = book.add_format(TONES["unmet"])
        width = max((plan.column for plan in mapping.columns), default=0) + 1
        for at, (index, row) in enumerate(_kept(stream.rows, mapping, notes)):
            _write_row(sheet, at, row, notes.get(index + 1, {}), bad)
            if index == mapping.last:
                sheet.write_row(at, width, ["原行号", HEAD], bad)
            elif index + 1 in notes:
                sheet.write_number(at, width, index + 1)
                sheet.write_string(at, width + 1, _sentence(notes[index + 1], _titles(mapping)), bad)
        sheet.set_column(width + 1, width + 1, WIDTH)


def _kept(rows: Iterator[tuple[int, Row]], mapping: BookMapping, notes: Notes) -> Iterator[tuple[int, Row]]:
    return ((index, row) for index, row in rows if index <= mapping.last or index + 1 in notes)


def _write_row(sheet: Any, at: int, row: Row, bad: Mapping[int, str], style: Any) -> None:
    for column, cell in enumerate(row):
        if cell is None:
            continue
        marked = [style] if column in bad else []
        if isinstance(cell, str):
            sheet.write_string(at, column, cell, *marked)
        elif hasattr(cell, "as_tuple"):
            sheet.write_number(at, column, cell, *marked)
        else:
            sheet.write_string(at, column, shown(cell), *marked)
