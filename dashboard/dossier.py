"""Everything about one village on one page (一村一档), read across the rooms, within the reader's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from assessments.models import Application
from indicators.models import MonthlyReport, Score, Standard, Verdict, VerdictStatus
from indicators.workflow import MonthStatus
from projects.models import Project
from villages.models import Enrolment, Village

TONES = {
    MonthStatus.DRAFT: "calm",
    MonthStatus.SUBMITTED: "active",
    MonthStatus.ACCEPTED: "good",
    MonthStatus.RETURNED: "attention",
}


@dataclass(frozen=True)
class Month:
    """One month of the year so far: how its report stands, and where it is."""

    month: date
    label: str
    tone: str
    url: str


@dataclass(frozen=True)
class Section:
    """The verdicts on one section of the standards; what figures decide is counted, as everywhere."""

    name: str
    verdicts: Sequence[Verdict]

    @property
    def applicable(self) -> list[Verdict]:
        return [v for v in self.verdicts if v.status != VerdictStatus.NOT_APPLICABLE]

    @property
    def measured(self) -> list[Verdict]:
        return [verdict for verdict in self.applicable if not verdict.standard.is_judged]

    @property
    def met(self) -> int:
        return sum(verdict.status == VerdictStatus.MET for verdict in self.measured)


def dossier_of(user: User, village: Village, *, at: datetime) -> dict[str, Any]:
    """What the page shows of `village`, this year's figures first; a fixed number of queries."""
    today = localdate(at)
    enrolments = list(Enrolment.objects.visible_to(user).filter(village=village).for_list())
    projects = Project.objects.visible_to(user).filter(villages=village)
    return {
        "village": village,
        "year": today.year,
        "enrolments": enrolments,
        "sections": _sections(user, village, enrolments, today.year),
        "totals": _totals(user, village, today.year),
        "months": _months(user, village, today),
        "applications": Application.objects.visible_to(user).filter(village=village).for_list(),
        "projects": projects.for_list(),
        "money": Project.objects.filter(pk__in=projects.counted().values("pk")).money(),
    }


def _sections(user: User, village: Village, enrolments: list[Enrolment], year: int) -> list[Section]:
    seen = Verdict.objects.visible_to(user).filter(village=village)
    found = [v for enrolment in enrolments for v in seen.of_year(enrolment.programme, year)]
    by_section = {choice: [v for v in found if v.standard.section == choice] for choice in Standard.Section}
    return [Section(choice.label, verdicts) for choice, verdicts in by_section.items() if verdicts]


def _totals(user: User, village: Village, year: int) -> QuerySet[Score]:
    """What whole scorecards gave the village; nothing where its programmes have none."""
    seen = Score.objects.visible_to(user).filter(village=village, year=year, section__parent__isnull=True)
    return seen.select_related("section__programme").order_by("section__programme__code", "section__position")


def _months(user: User, village: Village, today: date) -> list[Month]:
    reports = MonthlyReport.objects.visible_to(user).filter(village=village, month__year=today.year)
    status = dict(reports.values_list("month__month", "status"))
    return [_month(village, today.replace(month=m, day=1), status.get(m)) for m in range(1, today.month + 1)]


def _month(village: Village, month: date, status: str | None) -> Month:
    url = reverse("indicators:month", args=[village.code, month.year, month.month])
    if status is None:
        return Month(month, "未填报", "calm", url)
    return Month(month, MonthStatus(status).label, TONES[MonthStatus(status)], url)
