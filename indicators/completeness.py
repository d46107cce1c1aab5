"""How much of what is asked was filled, and how much of it in time (填报率、及时率): counted cell by cell.

A cell is filled when it has a figure, or a reason why there is none. It came in time when its first figure
was typed by the day the month was due. Months that are not due yet are counted too, but not rated.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import connection

from indicators.models import MONTH_COLUMNS, CellNote, ProgrammeElement
from indicators.models.due import due_date
from villages.models import Village, Workdays

HUNDRED, TENTH = Decimal(100), Decimal("0.1")

# When each figure that stands in the ledger was first typed, counted by village, month and day.
_FIRST_TYPED = f"""
    SELECT r.village_id, r.month, first.day, count(*)
    FROM indicators_monthlyreport r
    JOIN (
        SELECT c.report_id, c.element_id, min((c.at AT TIME ZONE %(zone)s)::date) AS day
        FROM indicators_valuechange c
        JOIN indicators_monthlyreport r ON r.id = c.report_id
        WHERE c.new IS NOT NULL AND r.village_id = ANY(%(villages)s)
            AND r.month BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 1)
        GROUP BY 1, 2
    ) first ON first.report_id = r.id
    JOIN indicators_ledgerline l
        ON l.year = %(year)s AND l.village_id = r.village_id AND l.element_id = first.element_id
    WHERE (ARRAY[{", ".join(f"l.{column}" for column in MONTH_COLUMNS)}])
        [extract(month FROM r.month)::int] IS NOT NULL
    GROUP BY 1, 2, 3
"""  # noqa: S608 -- names of our own columns


@dataclass
class Rate:
    """Cells: asked for, filled, and filled in time; `is_due` once the month should be complete."""

    asked: int = 0
    filled: int = 0
    in_time: int = 0
    is_due: bool = False

    def __iadd__(self, other: "Rate") -> "Rate":
        self.asked += other.asked
        self.filled += other.filled
        self.in_time += other.in_time
        self.is_due = self.is_due or other.is_due
        return self

    @property
    def completeness(self) -> Decimal | None:
        """Filled cells of those asked for, in per cent; only a whole month is 100."""
        return _share(self.filled, self.asked)

    @property
    def timeliness(self) -> Decimal | None:
        """Cells filled in time of those asked for, in per cent; nothing before the month is due."""
        return _share(self.in_time, self.asked) if self.is_due else None


@dataclass(frozen=True)
class RateRow:
    """A township or a village and its twelve months; None for a month that has not come."""

    code: str
    name: str
    months: Sequence[Rate | None]
    year: Rate = field(default_factory=Rate)


def rates(villages: Collection[Village], *, year: int, today: date) -> dict[tuple[int, int], Rate]:
    """The rates of `villages` by id and number of the month, for the months that have come: five queries."""
    asked = ProgrammeElement.objects.elements_per_village(villages)
    typed = _first_typed(villages, year)
    explained = _explained(villages, year)
    workdays = Workdays()
    found = {}
    for village in villages:
        programmes = [enrolment.programme for enrolment in village.enrolments.all()]
        for number in range(1, 13):
            month = date(year, number, 1)
            due = due_date(programmes, month, workdays)
            if month <= today and due is not None:
                days = typed.get((village.pk, number), {})
                count = len(asked.get(village.pk, ()))
                found[village.pk, number] = _rate(count, days, explained[village.pk, number], due, today)
    return found


def rate_rows(
    villages: Iterable[Village], found: Mapping[tuple[int, int], Rate], *, by_village: bool
) -> list[RateRow]:
    """Add the rates up by township, or list them by village, in the order of the codes."""
    rows: dict[str, RateRow] = {}
    for village in villages:
        code, name = (
            (village.code, village.name) if by_village else (village.township_code, village.township_name)
        )
        row = rows.setdefault(code, RateRow(code, name, [None] * 12))
        for number in range(1, 13):
            if rate := found.get((village.pk, number)):
                _add(row, number, rate)
    return [rows[code] for code in sorted(rows)]


def _add(row: RateRow, number: int, rate: Rate) -> None:
    months = row.months
    total = months[number - 1] or Rate()
    total += rate
    months[number - 1] = total  # type: ignore[index]  # a list, seen as a sequence by those who read it
    if rate.is_due:
        year = row.year
        year += rate


def _rate(asked: int, days: Mapping[date, int], explained: int, due: date, today: date) -> Rate:
    filled = min(sum(days.values()) + explained, asked)
    in_time = min(sum(count for day, count in days.items() if day <= due) + explained, filled)
    return Rate(asked, filled, in_time, today > due)


def _first_typed(villages: Collection[Village], year: int) -> dict[tuple[int, int], dict[date, int]]:
    values: dict[str, Any] = {
        "villages": [village.pk for village in villages],
        "year": year,
        "zone": "Asia/Shanghai",
    }
    found: dict[tuple[int, int], dict[date, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_TYPED, values)
        for village, month, day, count in cursor.fetchall():
            found.setdefault((village, month.month), {})[day] = count
    return found


def _explained(villages: Collection[Village], year: int) -> Counter[tuple[int, int]]:
    """Cells without a figure whose reason was given."""
    notes = CellNote.objects.filter(
        report__village__in=villages, report__month__year=year, is_not_applicable=True
    )
    pairs = notes.values_list("report__village", "report__month")
    return Counter((village, month.month) for village, month in pairs)


def _share(part: int, whole: int) -> Decimal | None:
    """A percentage with one decimal, cut off rather than rounded up to a 100 that is none."""
    return (HUNDRED * part / whole).quantize(TENTH, ROUND_DOWN) if whole else None
