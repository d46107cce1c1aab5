"""A program of its own: reads one table and prints its rows as JSON lines, inside limits of memory and time.

    python -I child.py outline|rows KIND [SHEET] < FILE

It stands alone (no Django, nothing of ours): what a stranger's workbook does to a parser ends with this
process. Cells are printed as they are: texts, numbers, yes/no as TRUE or FALSE, dates as {"d": "2025-10-01"},
empty as null.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 90
HEAD_ROWS = 60  # what an outline shows of a sheet
HEAD_COLUMNS = 200
LONGEST_TEXT = 200  # of one cell; a figure is never longer
CHUNK_ROWS = 500
MOST_SHEETS = 30
ENCODINGS = ("utf-8-sig", "gb18030")

Row = list[Any]


class Table:
    """One sheet: its rows from the top, which begin at column `left` of the sheet, counted from 0."""

    def __init__(self, name: str, rows: Iterable[Row], size: tuple[int, int], **more: Any) -> None:
        self.name, self.rows, (self.height, self.width) = name, rows, size
        self.left: int = more.get("left", 0)
        self.merges: list[Any] = more.get("merges") or []
        self.is_hidden: bool = more.get("is_hidden", False)

    def numbered(self) -> Iterator[Row]:
        """Rows whose first cell is that of column A."""
        for row in self.rows:
            yield [""] * self.left + row if self.left else row


def workbook_tables(only: str | None) -> Iterator[Table]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    book = load_workbook(sys.stdin.buffer)
    for about in book.sheets_metadata[:MOST_SHEETS]:
        if about.typ == SheetTypeEnum.WorkSheet and only in (None, about.name):
            sheet = book.get_sheet_by_name(about.name)
            first, left = sheet.start or (0, 0)
            yield Table(
                about.name,
                sheet.iter_rows(),
                (first + sheet.height, left + sheet.width),
                left=left,
                merges=sheet.merged_cell_ranges,
                is_hidden=about.visible != SheetVisibleEnum.Visible,
            )


def csv_tables(only: str | None) -> Iterator[Table]:
    text = _decoded(sys.stdin.buffer.read())
    sample = text[:4096]
    delimiter = max("\t;,", key=sample.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    yield Table("CSV", rows, (len(rows), max(map(len, rows), default=0)))


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("encoding")


def cut(row: Row) -> Row:
    """Texts no longer than a cell of ours, without the empty cells at the end."""
    cells = [_plain(cell) for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _plain(cell: Any) -> Any:
    if type(cell) is float:
        return cell
    if type(cell) is str:
        return (cell if len(cell) <= LONGEST_TEXT else cell[:LONGEST_TEXT] + "…") or None
    if type(cell) is bool:
        return "TRUE" if cell else "FALSE"
    return cell


def _dated(value: Any) -> Any:
    """What JSON does not know: dates keep their day, times and lengths of time become text."""
    day = value.isoformat()[:10] if hasattr(value, "year") else None
    return {"d": day} if day else str(value)


def say(thing: Any) -> None:
    text = json.dumps(thing, ensure_ascii=False, default=_dated, check_circular=False)
    sys.stdout.write(text.encode("utf-8", "replace").decode() + "\n")


def outline(tables: Iterable[Table]) -> None:
    for table in tables:
        head = [cut(row[:HEAD_COLUMNS]) for row, _ in zip(table.numbered(), range(HEAD_ROWS), strict=False)]
        say(
            {
                "name": table.name,
                "height": table.height,
                "width": table.width,
                "is_hidden": table.is_hidden,
                "head": head,
                "merges": [merge for merge in table.merges if merge[0][0] < HEAD_ROWS],
            }
        )


def rows(tables: Iterable[Table]) -> None:
    """The chosen sheet: its height and vertical merges, then its rows, some hundreds a line."""
    for table in tables:
        down = [merge for merge in table.merges if merge[0][0] != merge[1][0]]
        say({"height": table.height, "width": table.width, "merges": down})
        piece: list[Row] = []
        for row in table.numbered():
            piece.append(cut(row))
            if len(piece) == CHUNK_ROWS:
                say(piece)
                piece = []
        say(piece)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream, always
    csv.field_size_limit(1024 * 1024)
    what, kind, *sheet = sys.argv[1:]
    tables = (csv_tables if kind == "csv" else workbook_tables)(sheet[0] if sheet else None)
    {"outline": outline, "rows": rows}[what](tables)


if __name__ == "__main__":
    main()
