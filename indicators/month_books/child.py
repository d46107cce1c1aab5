"""A program of its own: reads one table and prints its rows as JSON lines, inside limits of memory and time.

    python -I child.py outline|rows KIND [SHEET] < FILE

It stands alone (no Django, nothing of ours): what a stranger's workbook does to a parser ends with this
process. Cells are printed as they are: texts, numbers, yes/no as TRUE or FALSE, dates as {"d": "2025-10-01"},
empty as null. A number that its format shows as another is printed as a person reads it: 0.16 as 16%.
"""

import csv
import html
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 90
HEAD_ROWS = 60  # what an outline shows of a sheet
HEAD_COLUMNS = 400
LONGEST_TEXT = 200  # of one cell; a figure is never longer
CHUNK_ROWS = 500
MOST_SHEETS = 30
ENCODINGS = ("utf-8-sig", "gb18030")
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how a text in UTF-16 begins
PIECE = 1024 * 1024
OVERLAP = 256  # of one piece with the next: a tag may lie across the cut
PERCENT = frozenset({"9", "10"})  # the numbers of the formats 0% and 0.00% that every workbook knows
SHARE, LESS = "%", "缩"

Row = list[Any]
Formats = Mapping[int, Mapping[int, str]]  # by row and column: the cells that show another number


class Table:
    """One sheet: its rows from the top, which begin at column `left` of the sheet, counted from 0."""

    def __init__(self, name: str, rows: Iterable[Row], size: tuple[int, int], **more: Any) -> None:
        self.name, self.rows, (self.height, self.width) = name, rows, size
        self.left: int = more.get("left", 0)
        self.merges: list[Any] = more.get("merges") or []
        self.is_hidden: bool = more.get("is_hidden", False)
        self.formats: Formats = more.get("formats") or {}

    def numbered(self) -> Iterator[Row]:
        """Rows whose first cell is that of column A."""
        rows = ([""] * self.left + row for row in self.rows) if self.left else iter(self.rows)
        return (as_shown(row, self.formats.get(at)) for at, row in enumerate(rows)) if self.formats else rows


def workbook_tables(only: str | None) -> Iterator[Table]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    book = load_workbook(sys.stdin.buffer)
    formats = Formatted(sys.stdin.buffer)
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
                formats=formats.of(about.name),
            )


def csv_tables(only: str | None) -> Iterator[Table]:
    text = _decoded(sys.stdin.buffer.read())
    sample = text[:4096]
    delimiter = max("\t;,", key=sample.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [[_unquoted(cell) for cell in line] for line in lines]
    yield Table("CSV", rows, (len(rows), max(map(len, rows), default=0)))


def _unquoted(cell: str) -> str:
    """="0123" is how a text file keeps Excel from making a number of it."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


def _decoded(content: bytes) -> str:
    if content.startswith(WIDE):
        return content.decode("utf-16")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("encoding")


# --- numbers whose format shows another -----------------------------------------------------------
class Formatted:
    """Which cells of a workbook show a share or a part of their number: as styles and cells say."""

    def __init__(self, file: IO[bytes]) -> None:
        self.archive = zipfile.ZipFile(file)
        names = self.archive.namelist()
        self.kinds = _style_kinds(self._read("xl/styles.xml")) if "xl/styles.xml" in names else {}
        self.parts = {name: part for part, name in sheet_parts(self.archive).items()} if self.kinds else {}

    def of(self, sheet: str) -> Formats:
        """The cells of one sheet; nothing is looked for where no style asks for it."""
        part = self.parts.get(sheet, "")
        found: dict[int, dict[int, str]] = {}
        for piece in self._pieces(part) if part in self.archive.namelist() else ():
            for column, row, kind in _places(piece, self.kinds):
                found.setdefault(row, {})[column] = kind
        return found

    def _pieces(self, part: str) -> Iterator[bytes]:
        kept = b""
        with self.archive.open(part) as content:
            while piece := content.read(PIECE):
                yield kept + piece
                kept = piece[-OVERLAP:]

    def _read(self, part: str) -> str:
        return self.archive.read(part).decode("utf-8", "replace")


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets, by the parts that hold them."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    tags = re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations)
    targets = {attribute(tag, "Id"): attribute(tag, "Target") for tag in tags}
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        target = targets.get(attribute(tag, r"\w+:id"), "").removeprefix("/xl/").removeprefix("./")
        found[f"xl/{target}"] = attribute(tag, "name")
    return found


def attribute(tag: str, name: str) -> str:
    """What an attribute of a tag says, as it was before it was written into XML."""
    found = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return html.unescape(found[1] or found[2] or "") if found else ""


def _style_kinds(styles: str) -> dict[str, str]:
    """The styles, by their place in the list of cell styles, that show a share or a part of a number."""
    own = {attribute(tag, "numFmtId"): tag for tag in re.findall(r"<(?:\w+:)?numFmt\s[^>]*>", styles)}
    kinds = {number: _kind(attribute(tag, "formatCode")) for number, tag in own.items()}
    kinds |= dict.fromkeys(PERCENT - own.keys(), SHARE)
    listed = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    tags = re.findall(r"<(?:\w+:)?xf\s[^>]*>", listed[0]) if listed else []
    found = {str(at): kinds.get(attribute(tag, "numFmtId"), "") for at, tag in enumerate(tags)}
    return {style: kind for style, kind in found.items() if kind}


def _kind(code: str) -> str:
    """What a format does to a number: 0.0% shows a share, 0!.0, and 0, a part; texts in it do nothing."""
    first = code.partition(";")[0]
    if re.search(r"""[0#?](?:[!\\]\.|"\.")[0#?]""", first):
        return LESS
    bare = re.sub(r'"[^"]*"|[!\\_*].|\[[^\]]*\]', "", first)
    if "%" in bare:
        return SHARE
    return LESS if re.search(r"[0#?],+(?:\.|[^0#?,.]|$)", bare) else ""


_CELL = re.compile(rb"""<(?:\w+:)?c\s([^<>]*)>""")


def _places(piece: bytes, kinds: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Column, row and kind of the cells with one of these styles."""
    wanted = re.compile(rb"""\ss\s*=\s*["'](%s)["']""" % "|".join(kinds).encode())
    for tag in _CELL.finditer(piece):
        if style := wanted.search(b" " + tag[1]):
            place = re.search(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""", tag[1])
            if place:
                yield _column(place[1]), int(place[2]) - 1, kinds[style[1].decode()]


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1


def as_shown(row: Row, formats: Mapping[int, str] | None) -> Row:
    """The row with the numbers of these columns as texts that a person would read."""
    for column, kind in (formats or {}).items():
        if column < len(row) and type(row[column]) in (float, int):
            row[column] = f"{row[column] * 100:.15g}%" if kind == SHARE else f"{row[column]:.15g}（缩小显示）"
    return row


# --- what is printed ------------------------------------------------------------------------------
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
        cell = cell.replace("\0", "")  # which no database takes
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
    """The chosen sheet: its height and merged cells, then its rows, some hundreds a line."""
    for table in tables:
        say({"height": table.height, "width": table.width, "merges": table.merges})
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
