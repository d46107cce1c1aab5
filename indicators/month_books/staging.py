"""Rows into the staging table by COPY, and out again: what was read waits there for a decision."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.db import connection

from indicators.models import ImportedRow, WorkbookImport
from indicators.month_books.rows import Staged

_COLUMNS = (
    "workbook_id", "row", "label", "village_id", "month", "seen_version", "version", "status", "reason",
    "marks", "outcomes", "new", "old", "remarks",
)  # fmt: skip
_COPY = f"COPY indicators_importedrow ({', '.join(_COLUMNS)}) FROM STDIN"
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})
PIECE = 1_000


def stage(workbook: WorkbookImport, rows: Sequence[Staged]) -> None:
    """Write `rows` behind those that are there."""
    lines = "".join(_line(workbook.pk, row) for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY, io.StringIO(lines))


def unstage(workbook: WorkbookImport) -> None:
    """Drop what was read of a workbook."""
    ImportedRow.objects.filter(workbook=workbook).delete()


def staged_pieces(workbook: WorkbookImport) -> Iterator[list[ImportedRow]]:
    """What was read, in the order of the sheet, some hundreds at a time."""
    last = 0
    while True:
        rows = list(ImportedRow.objects.filter(workbook=workbook, pk__gt=last).order_by("pk")[:PIECE])
        if not rows:
            return
        last = rows[-1].pk
        yield rows


def _line(workbook: int, row: Staged) -> str:
    fields = (
        str(workbook),
        str(row.row),
        row.label[:80].translate(_ESCAPES),
        NULL if row.village_id is None else str(row.village_id),
        NULL if row.month is None else row.month.isoformat(),
        NULL if row.seen_version is None else str(row.seen_version),
        str(row.version),
        row.status,
        row.reason[:300].translate(_ESCAPES),
        row.marks,
        row.outcomes,
        _array(row.new),
        _array(row.old),
        json.dumps(row.remarks, ensure_ascii=False).translate(_ESCAPES) if row.remarks else NULL,
    )
    return "\t".join(fields) + "\n"


def _array(values: Iterable[Decimal | None]) -> str:
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
