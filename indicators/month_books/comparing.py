"""What each figure would do to the ledger: new, changed, unchanged, or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from accounts.models import User
from indicators.lateness import Lock, Locks
from indicators.models import MONTH_COLUMNS, CellNote, LedgerLine, MonthlyReport, ValueChange
from indicators.models.due import lock_date
from indicators.month_books.cells import EMPTY, NOTHING, VALUE
from indicators.month_books.rights import NOT_ENROLLED, Rights
from indicators.month_books.rows import FOREIGN, Staged
from indicators.openness import open_elements
from indicators.workflow import EDITABLE, MonthStatus
from villages.models import Programme, Village, Workdays

NEW, CHANGED, UNCHANGED, REFUSED, KEPT = "n", "c", "u", "r", "k"
NAMES = {
    NEW: "new",
    CHANGED: "changed",
    UNCHANGED: "unchanged",
    REFUSED: "refused",
    EMPTY: "empty",
    KEPT: "kept",
}
CLOSED = "closed"  # among a row's remarks: why its month takes no figures
FROZEN = "这个月退回时没有标出这一项，不能改。"
Key = tuple[int, int]  # village and element


@dataclass(frozen=True)
class Around:
    """What the database holds about one month of some villages."""

    figures: Mapping[Key, Decimal]
    reports: Mapping[int, MonthlyReport]
    marks: Mapping[int, Mapping[int, str]]
    bases: Mapping[Key, Decimal | None]
    programmes: Mapping[int, tuple[Programme, ...]]


@dataclass
class Comparer:
    """Compares rows with the ledger on a day; `elements` are ids in the order of the rows' figures."""

    user: User
    elements: Sequence[int]
    today: date
    _lock_dates: dict[tuple[tuple[Programme, ...], date], date | None] = field(default_factory=dict)

    @cached_property
    def _rights(self) -> Rights:
        return Rights(self.user)

    @cached_property
    def _locks(self) -> Locks:
        return Locks(self.today)

    @cached_property
    def _workdays(self) -> Workdays:
        return Workdays()

    def compare(self, rows: Sequence[Staged]) -> None:
        """Set old figures, outcomes, and the state of the header of every row."""
        for row in rows:
            row.old = [None] * len(self.elements)
            row.outcomes = "".join(mark if mark in (NOTHING, EMPTY) else REFUSED for mark in row.marks)
            row.remarks.pop(CLOSED, None)
        known = sorted(
            (row for row in rows if row.village_id and row.month), key=lambda row: row.month or date.min
        )
        for month, members in groupby(known, key=lambda row: row.month):
            group = list(members)
            around = self._look(group, month or date.min)
            for row in group:
                self._compare(row, month or date.min, around)

    def _look(self, rows: Sequence[Staged], month: date) -> Around:
        villages = [row.village_id or 0 for row in rows]
        reports = _reports(villages, month)
        returned = [report for report in reports.values() if report.status == MonthStatus.RETURNED]
        marks = CellNote.objects.marks_by_report(returned) if returned else {}
        asked = self._rights.of(villages)
        programmes = {village: asked.get(village, NOT_ENROLLED).programmes for village in villages}
        figures = _figures(villages, month, self.elements)
        return Around(figures, reports, marks, _bases(rows, reports), programmes)

    def _compare(self, row: Staged, month: date, around: Around) -> None:
        village = row.village_id or 0
        report = around.reports.get(village)
        row.version, row.status = (report.version, report.status) if report else (0, "")
        row.old = [around.figures.get((village, element)) for element in self.elements]
        if row.reason:
            return  # the whole row is refused, whatever it holds
        closed = self._why_closed(row, month, report, around.programmes[village])
        if closed:
            row.remarks[CLOSED] = ["", closed]
        opened = frozenset(self.elements)
        if report and around.marks.get(report.pk):
            opened = open_elements(report, self.elements, around.marks[report.pk])
        is_free = not closed and len(opened) == len(self.elements) and not around.bases
        if is_free and row.old.count(None) == len(row.old) and FOREIGN not in row.marks:
            row.outcomes = row.marks.replace(VALUE, NEW)
            return
        row.outcomes = "".join(
            _outcome(
                mark, new, old, is_open=not closed and element in opened, base=_base(around, village, element)
            )
            for mark, element, new, old in zip(row.marks, self.elements, row.new, row.old, strict=True)
        )

    def _why_closed(
        self, row: Staged, month: date, report: MonthlyReport | None, programmes: tuple[Programme, ...]
    ) -> str:
        if report and report.status not in EDITABLE:
            return report.why_closed()
        key = (programmes, month)
        if key not in self._lock_dates:
            self._lock_dates[key] = lock_date(programmes, month, self._workdays)
        if not Lock(self.today, row.status, self._lock_dates[key]).is_past:
            return ""
        return self._locks.lock(Village(pk=row.village_id), month, row.status, programmes).refusal


def count(rows: Sequence[Staged]) -> dict[str, int]:
    """How many figures become what."""
    outcomes = "".join(row.outcomes for row in rows)
    return {name: outcomes.count(sign) for sign, name in NAMES.items()}


_UNASKED = object()  # nobody has changed the figure since the workbook was downloaded


def _outcome(mark: str, new: Decimal | None, old: Decimal | None, *, is_open: bool, base: object) -> str:
    if mark not in (VALUE, FOREIGN):
        return mark
    if new == old:
        return UNCHANGED
    if mark == FOREIGN or not is_open:
        return REFUSED
    if base is not _UNASKED and base == new:
        return KEPT
    return NEW if old is None else CHANGED


def _base(around: Around, village: int, element: int) -> object:
    return around.bases.get((village, element), _UNASKED) if around.bases else _UNASKED


def _figures(villages: Sequence[int], month: date, elements: Sequence[int]) -> dict[Key, Decimal]:
    column = MONTH_COLUMNS[month.month - 1]
    lines = LedgerLine.objects.filter(
        year=month.year, village__in=villages, element__in=elements, **{f"{column}__isnull": False}
    )
    found = lines.values_list("village_id", "element_id", column)
    return {(village, element): value for village, element, value in found.iterator(20_000)}


def _reports(villages: Sequence[int], month: date) -> dict[int, MonthlyReport]:
    """The headers; where one is closed, with the steps that say since when."""
    headers = MonthlyReport.objects.filter(village__in=villages, month=month)
    reports = {report.village_id: report for report in headers}
    closed = [report.pk for report in reports.values() if report.status not in EDITABLE]
    if closed:
        stepped = MonthlyReport.objects.filter(pk__in=closed).prefetch_related("steps")
        reports.update({report.village_id: report for report in stepped})
    return reports


def _bases(rows: Sequence[Staged], reports: Mapping[int, MonthlyReport]) -> dict[Key, Decimal | None]:
    """Figures as they were when our own workbook was downloaded, where somebody has changed them since."""
    seen = {row.village_id: row.seen_version for row in rows if row.seen_version is not None}
    moved = [r for village, r in reports.items() if village in seen and (seen[village] or 0) < r.version]
    bases: dict[Key, Decimal | None] = {}
    if moved:
        changes = (
            ValueChange.objects.filter(report__in=moved).order_by("version", "pk").select_related("report")
        )
        for change in changes:
            if change.version > (seen[change.report.village_id] or 0):
                bases.setdefault((change.report.village_id, change.element_id), change.old)
    return bases
