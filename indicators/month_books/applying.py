"""The write: headers first, then the ledger, then the history, a statement each, one transaction."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts import audit
from accounts.models import User
from indicators.models import MONTH_COLUMNS, DataElement, ImportedRow, ValueChange, WorkbookImport
from indicators.workflow import EDITABLE

# From so many months on, rows are matched by hashing: what was just written is not in the planner's
# statistics, and its guesses took up to ten times as long as everything else.
MANY = 500
STATEMENT_MS = 200_000  # below the time limit of a task
_WRITTEN = "workbook_id = %(workbook)s AND outcomes ~ '[nc]'"
_HEADERS = f"""
    INSERT INTO indicators_monthlyreport (village_id, month, status, version, is_demonstration)
    SELECT DISTINCT village_id, month, 'draft', 0, false FROM indicators_importedrow
    WHERE {_WRITTEN} AND status = ''
    ON CONFLICT (village_id, month) DO NOTHING
"""
# A header that is not as it was previewed is not advanced, and then nothing is written.
_ADVANCE = f"""
    UPDATE indicators_monthlyreport AS report SET version = report.version + 1
    FROM indicators_importedrow AS line
    WHERE {_WRITTEN} AND report.village_id = line.village_id AND report.month = line.month
        AND report.version = line.version AND report.status = coalesce(nullif(line.status, ''), 'draft')
        AND report.status = ANY(%(editable)s)
"""
# Rows are put beside their headers first: planned in one, each of a million figures would look for its own.
_LINES = f"""
    WITH line AS MATERIALIZED (
        SELECT report.id AS report_id, row.version, row.new, row.old, row.outcomes
        FROM indicators_importedrow AS row
        JOIN indicators_monthlyreport AS report
            ON report.village_id = row.village_id AND report.month = row.month
        WHERE {_WRITTEN.replace("outcomes", "row.outcomes")}
    )
"""
_FIGURES = """
    CROSS JOIN LATERAL
        unnest(%(elements)s::bigint[], line.new, line.old, string_to_array(line.outcomes, NULL))
        AS figure(element_id, new, old, outcome)
    WHERE figure.outcome IN ('n', 'c')
"""
_LEDGER = f"""
    INSERT INTO indicators_ledgerline AS ledger (year, village_id, element_id, {{column}})
    SELECT %(year)s, line.village_id, figure.element_id, figure.new
    FROM indicators_importedrow AS line {_FIGURES} AND {_WRITTEN} AND line.month = %(month)s
    ON CONFLICT (year, village_id, element_id) DO UPDATE SET {{column}} = EXCLUDED.{{column}}
    WHERE ledger.{{column}} IS DISTINCT FROM EXCLUDED.{{column}}
"""
_HISTORY = f"""
    {_LINES}
    INSERT INTO indicators_valuechange (report_id, element_id, version, old, new, by_id, at, way)
    SELECT line.report_id, figure.element_id, line.version + 1, figure.old, figure.new,
        %(by)s, %(at)s, %(way)s
    FROM line {_FIGURES}
"""
# A figure that is there ends "not applicable", as where one is typed.
_APPLICABLE = f"""
    {_LINES}
    UPDATE indicators_cellnote AS note SET is_not_applicable = false
    FROM line
    WHERE note.report_id = line.report_id AND note.is_not_applicable AND EXISTS (
        SELECT FROM unnest(%(elements)s::bigint[], string_to_array(line.outcomes, NULL))
            AS figure(element_id, outcome)
        WHERE figure.element_id = note.element_id AND figure.outcome IN ('n', 'c')
    )
"""


class MovedOn(Exception):
    """The ledger is not as it was previewed: roll back, and look again."""


def write(workbook: WorkbookImport, actor: User, now: datetime) -> int:
    """Write what was previewed and return how many figures; MovedOn where a header changed meanwhile."""
    elements = element_ids(workbook)
    given: dict[str, Any] = {"workbook": workbook.pk, "elements": elements, "editable": list(EDITABLE)}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [STATEMENT_MS])
        expected = ImportedRow.objects.filter(workbook=workbook, outcomes__regex="[nc]").count()
        if expected > MANY:
            cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(_HEADERS, given)
        cursor.execute(_ADVANCE, given)
        if cursor.rowcount != expected:
            raise MovedOn
        for month in _months(workbook):
            _write_month(cursor, month, given)
        way = ValueChange.Way.IMPORTED
        cursor.execute(_HISTORY, given | {"by": actor.pk, "at": now, "way": way})
        written = cursor.rowcount
        cursor.execute(_APPLICABLE, given)
    _leave_trail(workbook, written, expected, actor, now)
    return written


def element_ids(workbook: WorkbookImport) -> list[int]:
    """The ids of the mapping's elements in their order."""
    codes = list(dict.fromkeys(plan["target"] for plan in workbook.mapping["columns"] if _is_element(plan)))
    ids = dict(DataElement.objects.filter(code__in=codes).values_list("code", "pk"))
    return [ids[code] for code in codes]


def _is_element(plan: dict[str, Any]) -> bool:
    return bool(plan["target"]) and not plan["target"].startswith("@")


def _months(workbook: WorkbookImport) -> list[date]:
    rows = ImportedRow.objects.filter(workbook=workbook, outcomes__regex="[nc]")
    months = rows.order_by("month").values_list("month", flat=True).distinct()
    return [month for month in months if month]


def _write_month(cursor: Any, month: date, given: dict[str, Any]) -> None:
    sql = _LEDGER.format(column=MONTH_COLUMNS[month.month - 1])
    cursor.execute(sql, given | {"year": month.year, "month": month})


def _leave_trail(workbook: WorkbookImport, written: int, months: int, actor: User, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="月报：导入表格",
        subject=workbook,
        now=now,
        division_code=workbook.division_code,
        file=workbook.original_name,
        figures=written,
        months=months,
        elements=[plan["target"] for plan in workbook.mapping["columns"] if _is_element(plan)],
    )
