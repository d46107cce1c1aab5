"""The bureau's queue: what to know of a submitted month before opening it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.timezone import localdate

from common.months import month_before
from indicators.models import LedgerLine, MonthlyReport, ProgrammeElement
from indicators.models.due import due_date
from villages.models import Workdays

Found = Mapping[tuple[int, int, int], list[Decimal | None]]  # twelve months by village, element and year


@dataclass(frozen=True)
class QueueRow:
    """A submitted month: how complete it is, how much differs from the month before, whether it came late."""

    report: MonthlyReport
    due_date: date | None
    submitted_at: datetime | None
    submitted_by: str
    filled: int
    asked: int
    changed: int

    @property
    def missing(self) -> int:
        return self.asked - self.filled

    @property
    def is_late(self) -> bool:
        """Whether it was submitted after its due date."""
        if self.submitted_at is None or self.due_date is None:
            return False
        return localdate(self.submitted_at) > self.due_date


def queue_rows(reports: Collection[MonthlyReport]) -> list[QueueRow]:
    """Read what the queue prints of `reports` in a fixed number of queries."""
    villages = {report.village for report in reports}
    years = {month.year for report in reports for month in (report.month, month_before(report.month))}
    wanted = ProgrammeElement.objects.elements_per_village(villages)
    lines = LedgerLine.objects.filter(village__in=villages, year__in=years)
    found = {(line.village_id, line.element_id, line.year): line.months for line in lines}
    days = Workdays()
    return [_row(report, wanted.get(report.village_id, set()), found, days) for report in reports]


def _row(report: MonthlyReport, elements: Collection[int], found: Found, days: Workdays) -> QueueRow:
    now = _figures(report.village_id, elements, report.month, found)
    before = _figures(report.village_id, elements, month_before(report.month), found)
    step = report.last_step("submit")
    programmes = [enrolment.programme for enrolment in report.village.enrolments.all()]
    return QueueRow(
        report=report,
        due_date=due_date(programmes, report.month, days),
        submitted_at=step.at if step else None,
        submitted_by=step.by.name if step else "",
        filled=sum(value is not None for value in now.values()),
        asked=len(elements),
        changed=sum(now[pk] != before[pk] for pk in elements),
    )


def _figures(village: int, elements: Collection[int], month: date, found: Found) -> dict[int, Decimal | None]:
    years = {pk: found.get((village, pk, month.year)) for pk in elements}
    return {pk: months[month.month - 1] if months else None for pk, months in years.items()}
