"""What is owed: months that were not submitted yet, and figures that a department has not provided yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse

from accounts.models import Organisation
from villages.models import Programme, Village, Workdays

# Every month of every programme of the villages below a division, up to `until`, that is still open.
# The due date itself is the programme's (Programme.month_due); here only its day and whether it moves are
# read. Of a village's several programmes the earliest day is due; it moves where all of them let it.
_OPEN_MONTHS = """
    FROM villages_enrolment e
    JOIN villages_programme p ON p.id = e.programme_id
    JOIN villages_village v ON v.id = e.village_id
    CROSS JOIN LATERAL generate_series(
        make_date(p.first_year, 1, 1)::timestamp,
        least(%(until)s::date, make_date(p.last_year, 12, 1))::timestamp,
        interval '1 month'
    ) AS calendar(month)
    LEFT JOIN indicators_monthlyreport r ON r.village_id = v.id AND r.month = calendar.month::date
"""
_STILL_OPEN = "v.code LIKE %(prefix)s AND (r.id IS NULL OR r.status IN ('draft', 'returned'))"
_GROUPED = """
    GROUP BY v.id, v.code, calendar.month, r.status
    ORDER BY calendar.month, min(p.month_due_day), v.code
"""
_MONTHS_DUE = f"""
    SELECT v.id, calendar.month::date, min(p.month_due_day), bool_and(p.month_due_moves),
        coalesce(r.status, ''), 0
    {_OPEN_MONTHS}
    WHERE {_STILL_OPEN}
    {_GROUPED}
"""
_FIGURES_DUE = f"""
    SELECT v.id, calendar.month::date, min(p.month_due_day), bool_and(p.month_due_moves),
        coalesce(r.status, ''), count(DISTINCT asked.element_id)
    {_OPEN_MONTHS}
    JOIN indicators_programmeelement asked ON asked.programme_id = p.id AND asked.provider_id = %(provider)s
    LEFT JOIN indicators_programmeelement_kinds of_kind ON of_kind.programmeelement_id = asked.id
    LEFT JOIN indicators_ledgerline line ON line.village_id = v.id AND line.element_id = asked.element_id
        AND line.year = extract(year FROM calendar.month)
    LEFT JOIN indicators_cellnote note ON note.report_id = r.id AND note.element_id = asked.element_id
        AND note.is_not_applicable
    WHERE {_STILL_OPEN} AND note.id IS NULL AND coalesce(of_kind.villagekind_id, e.kind_id) = e.kind_id
        AND (ARRAY[
        line.m01, line.m02, line.m03, line.m04, line.m05, line.m06,
        line.m07, line.m08, line.m09, line.m10, line.m11, line.m12
    ])[extract(month FROM calendar.month)::int] IS NULL
    {_GROUPED}
"""  # noqa: S608 -- the same


@dataclass(frozen=True)
class DueMonth:
    """A village's month that waits for somebody: `missing` counts a department's empty figures, else 0."""

    village: Village
    month: date
    due_date: date
    status: str
    missing: int = 0

    def get_absolute_url(self) -> str:
        place = {"code": self.village.code, "year": self.month.year, "month": self.month.month}
        return reverse("indicators:month", kwargs=place)

    def is_overdue(self, today: date) -> bool:
        return self.due_date < today


def due_date(programmes: Iterable[Programme], month: date, workdays: Workdays | None = None) -> date | None:
    """The day by which a village of `programmes` reports `month`; None if none runs in that year."""
    days = workdays or Workdays()
    return min((p.month_due(month, days) for p in programmes if month.year in p.years), default=None)


def lock_date(programmes: Iterable[Programme], month: date, workdays: Workdays | None = None) -> date | None:
    """The last day on which `month` can be reported without a late permit; None where it never locks.

    Where a village takes part in several programmes the most patient one decides.
    """
    days = workdays or Workdays()
    locks = [p.month_locks(month, days) for p in programmes if month.year in p.years]
    known = [day for day in locks if day is not None]
    return max(known) if known and len(known) == len(locks) else None


def months_due(division_code: str, *, until: date) -> list[DueMonth]:
    """The months below a division that were not submitted, longest due first."""
    return _read(_MONTHS_DUE, {"prefix": f"{division_code}%", "until": until})


def figures_due(division_code: str, provider: Organisation, *, until: date) -> list[DueMonth]:
    """The open months in which figures of `provider` are still empty, longest due first."""
    return _read(_FIGURES_DUE, {"prefix": f"{division_code}%", "until": until, "provider": provider.pk})


def _read(sql: str, values: dict[str, Any]) -> list[DueMonth]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    villages = Village.objects.in_bulk({row[0] for row in rows})
    days = Workdays()
    return [
        DueMonth(villages[village], month, _due(month.replace(day=day), moves, days), status, missing)
        for village, month, day, moves, status, missing in rows
    ]


def _due(day: date, moves: bool, workdays: Workdays) -> date:
    return workdays.on_or_after(day) if moves else day
