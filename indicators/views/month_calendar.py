"""A year of months, village by village: where each month stands, and how much of it is filled."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.permissions import Permission, allows
from indicators.models import MONTH_COLUMNS, CellNote, LedgerLine, MonthlyReport, ProgrammeElement
from indicators.models.due import due_date
from indicators.views.month_desk import month_url
from indicators.workflow import MonthStatus
from villages.models import Village, Workdays

# status -> (the short word of a cell, its tone)
MARKS: dict[str, tuple[str, str]] = {
    MonthStatus.DRAFT: ("填报中", "calm"),
    MonthStatus.SUBMITTED: ("已上报", "active"),
    MonthStatus.ACCEPTED: ("已受理", "good"),
    MonthStatus.RETURNED: ("已退回", "attention"),
}
NOT_BEGUN, OVERDUE, COMPLETE, GAPS = (
    ("未填", "calm"),
    ("逾期", "bad"),
    ("已填", "good"),
    ("缺数", "attention"),
)


@dataclass(frozen=True)
class MonthMark:
    """One month of one village: the word, its tone, where it leads; the whole sentence for the pointer."""

    month: date
    url: str
    label: str
    tone: str
    filled: int
    asked: int
    due_date: date | None
    is_overdue: bool


@dataclass(frozen=True)
class VillageYear:
    village: Village
    marks: list[MonthMark | None]  # None: a month that has not come, or a village whose figures are not mine


@dataclass(frozen=True)
class _Clock:
    """What day it is, and which days are worked."""

    today: date
    workdays: Workdays


@dataclass(frozen=True)
class Calendar:
    months: list[date]
    rows: list[VillageYear]
    is_own: bool  # counted are the figures of the reader's own department only
    is_demonstration: bool


def calendar_of(user: User, villages: Collection[Village], *, year: int, today: date) -> Calendar:
    """Read a year of `villages` in a fixed number of queries; a department sees how its own figures stand."""
    asked = ProgrammeElement.objects.all()
    provider = user.organisation if allows(user, Permission.MONTH_EDIT_OWNED) else None
    own = asked.filter(provider=provider).elements_per_village(villages) if provider else {}
    wanted = own or asked.elements_per_village(villages)
    filled = _filled(villages, year, wanted)
    reports = MonthlyReport.objects.filter(village__in=villages, month__year=year)
    statuses = {(report.village_id, report.month.month): report.status for report in reports}
    is_demonstration = any(report.is_demonstration for report in reports)
    clock = _Clock(today, Workdays())
    rows = [_village_year(village, year, clock, statuses, wanted, filled, bool(own)) for village in villages]
    return Calendar([date(year, month, 1) for month in range(1, 13)], rows, bool(own), is_demonstration)


def _filled(
    villages: Collection[Village], year: int, wanted: Mapping[int, Collection[int]]
) -> Counter[tuple[int, int]]:
    """How many of the wanted elements are filled or not applicable, by village id and month number."""
    filled = CellNote.objects.count_answered(villages, year, wanted)
    lines = LedgerLine.objects.filter(village__in=villages, year=year)
    for village, element, *figures in lines.values_list("village", "element", *MONTH_COLUMNS):
        if element in wanted.get(village, ()):
            filled.update((village, month) for month, figure in enumerate(figures, 1) if figure is not None)
    return filled


def _village_year(
    village: Village,
    year: int,
    clock: _Clock,
    statuses: Mapping[tuple[int, int], str],
    wanted: Mapping[int, Collection[int]],
    filled: Mapping[tuple[int, int], int],
    is_own: bool,
) -> VillageYear:
    asked = len(wanted.get(village.pk, ()))
    marks: list[MonthMark | None] = [None] * 12
    for number in range(1, 13):
        month, place = date(year, number, 1), (village.pk, number)
        if month <= clock.today and (asked or not is_own):
            status, count = statuses.get(place, ""), filled.get(place, 0)
            marks[number - 1] = _mark(village, month, clock, status, count, asked, is_own)
    return VillageYear(village, marks)


def _mark(
    village: Village, month: date, clock: _Clock, status: str, filled: int, asked: int, is_own: bool
) -> MonthMark:
    """How the month stands for its township, or for the department whose own figures are counted."""
    programmes = [enrolment.programme for enrolment in village.enrolments.all()]
    due = due_date(programmes, month, clock.workdays)
    is_open = status in ("", MonthStatus.DRAFT, MonthStatus.RETURNED)
    is_late = is_open and due is not None and due < clock.today
    if is_own:
        is_late = is_late and filled < asked
        label, tone = _own_mark(filled >= asked, is_open, is_late)
    else:
        label, tone = _status_mark(status, is_late)
    return MonthMark(month, month_url(village, month), label, tone, filled, asked, due, is_late)


def _status_mark(status: str, is_late: bool) -> tuple[str, str]:
    if status == MonthStatus.RETURNED or not is_late:
        return MARKS.get(status, NOT_BEGUN)
    return OVERDUE


def _own_mark(is_complete: bool, is_open: bool, is_late: bool) -> tuple[str, str]:
    if is_complete:
        return COMPLETE
    if not is_open:
        return GAPS
    return OVERDUE if is_late else NOT_BEGUN
