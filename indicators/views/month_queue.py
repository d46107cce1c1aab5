"""The bureau's queue: what to know of a submitted month before opening it, and which need no opening."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from accounts.models import User
from common.months import month_before
from indicators.findings import Checker, read_checker
from indicators.models import CellNote, MonthlyReport, ProgrammeElement, ValueChange
from indicators.models.due import due_date
from villages.models import Workdays


@dataclass(frozen=True)
class QueueRow:
    """A submitted month: what stands in it, and every reason to look at it before it is accepted."""

    report: MonthlyReport
    due_date: date | None
    submitted_at: datetime | None
    submitted_by: str
    filled: int
    asked: int
    changed: int  # figures that are not last month's
    findings: int  # sentences of rules, explained or not
    edited: int | None  # figures changed since the month came back; None where it never did
    owed: Mapping[str, int]  # empty figures by who owes them
    is_mine: bool = False  # the reader submitted it: somebody else accepts it

    @property
    def missing(self) -> int:
        """Figures that are empty and that nobody declared not applicable."""
        return sum(self.owed.values())

    @property
    def owed_words(self) -> str:
        return "、".join(f"{name} {count} 项" for name, count in self.owed.items())

    @property
    def is_late(self) -> bool:
        """Whether it was submitted after its due date."""
        if self.submitted_at is None or self.due_date is None:
            return False
        return localdate(self.submitted_at) > self.due_date

    @property
    def reasons(self) -> list[str]:
        """Why it wants a look of its own; none: it can be accepted together with others."""
        return list(self._reasons())

    @property
    def ticket(self) -> str:
        """The month as it is shown here: accepted together only while it is still that."""
        return f"{self.report.pk}.{self.report.version}"

    def _reasons(self) -> Iterator[str]:
        if self.findings:
            yield f"提醒 {self.findings} 处"
        if self.edited is not None:
            yield f"退回后有修改 {self.edited} 项" if self.edited else "退回后没有修改"
        if self.is_late:
            yield "逾期上报"
        if self.missing:
            yield f"缺数 {self.missing} 项"
        if self.is_mine:
            yield "您上报的"


@dataclass(frozen=True)
class _Read:
    """What was read for all rows at once."""

    checker: Checker
    exempt: Mapping[int, Collection[int]]  # declared not applicable, by report
    owners: Mapping[int, Mapping[int, str]]  # departments by village and element
    edits: Mapping[int, int]
    days: Workdays


def queue_rows(reports: Collection[MonthlyReport], user: User | None = None) -> list[QueueRow]:
    """Read what the queue prints of `reports` in a fixed number of queries."""
    villages = {report.village for report in reports}
    found = _Read(
        checker=read_checker(villages, {report.month for report in reports}),
        exempt=CellNote.objects.answered_without_figure(reports),
        owners=ProgrammeElement.objects.provider_names(villages),
        edits=ValueChange.objects.count_since(
            [step for report in reports if (step := report.last_step("return"))]
        ),
        days=Workdays(),
    )
    return [_row(report, found, user) for report in reports]


def _row(report: MonthlyReport, found: _Read, user: User | None) -> QueueRow:
    village, month, past = report.village_id, report.month, found.checker.past
    elements = [element.pk for element in found.checker.elements.get(village, ())]
    now, before = past.month(village, elements, month), past.month(village, elements, month_before(month))
    empty = {pk for pk, value in now.items() if value is None} - set(found.exempt.get(report.pk, ()))
    owners = found.owners.get(village, {})
    step = report.last_step("submit")
    programmes = [enrolment.programme for enrolment in report.village.enrolments.all()]
    return QueueRow(
        report=report,
        due_date=due_date(programmes, month, found.days),
        submitted_at=step.at if step else None,
        submitted_by=step.by.name if step else "",
        filled=len(elements) - len(empty),
        asked=len(elements),
        changed=sum(now[pk] != before[pk] for pk in elements),
        findings=len(found.checker.findings(village, month)),
        edited=found.edits.get(report.pk, 0) if report.last_step("return") else None,
        owed=Counter(owners.get(pk, report.village.township_name) for pk in elements if pk in empty),
        is_mine=any(step.name == "submit" and step.by == user for step in report.steps.all()),
    )
