"""The ledger as a plain table, however long: a line for each village and month, streamed.

For reading on and calculating; the ledger of a month as the paper form has it is `exports.ledger_sheet`. Rows
come by a server-side cursor and go to a file by a writer that holds one line: memory does not grow with them.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import IO, Any

from django.db import connection, transaction
from xlsxwriter import Workbook

from common.workbooks import BORDER, FONT
from indicators.models import MONTH_COLUMNS, DataElement
from indicators.models.catalogue import Names
from indicators.workflow import MonthStatus

FIXED = ("村代码", "乡镇（街道）", "村（社区）", "月份", "月报状态")
WIDTHS = (14, 14, 16, 10, 9)
MOST_ROWS = 1_000_000  # of a sheet; what Excel opens, less the heads
FETCHED = 2_000
SHAPES = 256  # sets of elements that villages have figures of, remembered
# A village's figures come as two texts, which cost less to take apart here than arrays do to be received.
_DECLARE = """
    DECLARE ledger NO SCROLL CURSOR FOR
    SELECT village.code, village.township_name, village.name, to_char(calendar.month, 'YYYY-MM'),
        coalesce(report.status, ''), figures.found, figures.values
    FROM villages_village AS village
    CROSS JOIN unnest(%(months)s::date[]) AS calendar(month)
    LEFT JOIN indicators_monthlyreport AS report
        ON report.village_id = village.id AND report.month = calendar.month
    LEFT JOIN LATERAL (
        SELECT string_agg(line.element_id::text, ',') AS found,
            array_to_string(array_agg({figure}), ',', '') AS values
        FROM indicators_ledgerline AS line
        WHERE line.year = %(year)s AND line.village_id = village.id AND line.element_id = ANY(%(elements)s)
    ) AS figures ON true
    WHERE village.code LIKE %(prefix)s
        AND EXISTS (SELECT FROM villages_enrolment AS enrolled WHERE enrolled.village_id = village.id)
    ORDER BY village.code, calendar.month
"""


@dataclass(frozen=True)
class LedgerWanted:
    """Which part of the ledger: villages below a division, months of one year, elements in their order."""

    division_code: str
    months: Sequence[date]
    elements: Sequence[DataElement]
    title: str


def ledger_file(wanted: LedgerWanted) -> IO[bytes]:
    """Write the workbook to a file that goes away when it is closed, and return it at its beginning."""
    content = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the response that sends it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book:
        _Sheet(book, wanted).write(_rows(wanted))
    content.seek(0)
    return content


class _Sheet:
    def __init__(self, book: Workbook, wanted: LedgerWanted) -> None:
        self.sheet = book.add_worksheet("台账")
        self.wanted = wanted
        self.labels = dict(MonthStatus.choices) | {"": "未填报"}
        self.columns = {str(one.pk): (at, one) for at, one in enumerate(wanted.elements, start=len(FIXED))}
        self.places = lru_cache(SHAPES)(self._places)
        self.head = book.add_format(FONT | BORDER | {"bold": True, "bg_color": "#E2F1EC", "text_wrap": True})
        self.title = book.add_format(FONT | {"bold": True, "font_size": 15})

    def write(self, rows: Iterator[tuple[Any, ...]]) -> None:
        """Heads that stay in view, then a line for every village and month."""
        self._heads()
        write_string, write_number = self.sheet.write_string, self.sheet.write_number
        for at, (code, township, village, month, status, found, values) in enumerate(rows, start=2):
            write_string(at, 0, code)
            write_string(at, 1, township)
            write_string(at, 2, village)
            write_string(at, 3, month)
            write_string(at, 4, self.labels[status])
            for (column, names), value in zip(self.places(found), (values or "").split(","), strict=False):
                if not value:
                    continue
                if (number := float(value)) in names:
                    write_string(at, column, names[number])
                else:
                    write_number(at, column, number)

    def _places(self, found: str | None) -> list[tuple[int, Names]]:
        """Column and names of each element a village has figures of; mostly as the village before."""
        columns = (self.columns[pk] for pk in found.split(",")) if found else ()
        return [(column, element.names) for column, element in columns]

    def _heads(self) -> None:
        for at, width in enumerate(WIDTHS):
            self.sheet.set_column(at, at, width)
        self.sheet.set_column(len(FIXED), len(FIXED) + max(len(self.wanted.elements), 1) - 1, 13)
        self.sheet.freeze_panes(2, 3)
        self.sheet.write_string(0, 0, self.wanted.title, self.title)
        for at, text in enumerate(FIXED):
            self.sheet.write_string(1, at, text, self.head)
        for at, element in self.columns.values():
            name = f"{element.name}（{element.unit}）" if element.unit else element.name
            self.sheet.write_string(1, at, name, self.head)


def _rows(wanted: LedgerWanted) -> Iterator[tuple[Any, ...]]:
    """Rows of the ledger by a server-side cursor, a piece at a time."""
    months = list(wanted.months)
    columns = [f"line.{MONTH_COLUMNS[month.month - 1]}" for month in months]
    cases = " ".join(
        f"WHEN {month.month} THEN {column}" for month, column in zip(months, columns, strict=True)
    )
    one = columns[0] if len(columns) == 1 else f"CASE extract(month FROM calendar.month) {cases} END"
    given: dict[str, Any] = {
        "months": months,
        "year": months[0].year,
        "elements": [element.pk for element in wanted.elements],
        "prefix": f"{wanted.division_code}%",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DECLARE.format(figure=one), given)
        while True:
            cursor.execute(f"FETCH {FETCHED} FROM ledger")
            piece = cursor.fetchall()
            yield from piece
            if len(piece) < FETCHED:
                break
        cursor.execute("CLOSE ledger")
