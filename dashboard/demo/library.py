"""The projects walked through their years: entered, approved, funded, begun, paid, completed, accepted.

Every step goes through the services, with the moment at which it happened.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from accounts.models import Organisation, User
from dashboard.demo.library_table import PROJECTS, Work
from dashboard.demo.moments import LAST_MONTH, LAST_YEAR, at
from dashboard.demo.people import People
from projects.models import Measure, Project
from projects.services import (
    Booking,
    ProjectData,
    fund_allocate,
    fund_pay,
    progress_record,
    project_create,
    project_step,
)
from villages.models import Programme, Village

TOKENS = UUID("5f0c7d52-9c1e-4a5e-8f53-6d656d6f0001")  # the same demonstration books the same forms
# How a budget is made up of sources, in percent, by the size of the project.
LARGE = {"central": 40, "province": 30, "county": 30}
SMALL = {"province": 50, "county": 50}
LARGE_FROM = 150
CLERKS = {"640181101": "clerk_haojiaqiao", "640181201": "clerk_baitugang", "640181001": "clerk_chengqu"}


def add_projects(programme: Programme, people: People) -> None:
    """Enter every project and take it as far as its story goes."""
    walk = _Walk(programme, people)
    for number, work in enumerate(PROJECTS, start=1):
        walk.project(number, work)


class _Walk:
    def __init__(self, programme: Programme, people: People) -> None:
        self.people = people
        self.bureau = people["bureau_zhenxing"]
        self.measures = {measure.number: measure for measure in Measure.objects.filter(programme=programme)}
        self.offices = {
            office.name: office
            for office in Organisation.objects.filter(division_code=programme.division_code)
        }
        self.villages = {village.name: village for village in Village.objects.enrolled_in(programme)}

    def project(self, number: int, work: Work) -> None:
        entered = at(work.year, 1, 15)
        project = project_create(
            data=self._data(number, work), actor=self.bureau, now=entered, is_demonstration=True
        )
        project_step(project=project, name="approve", actor=self.bureau, now=at(work.year, 2, 20))
        self._allocate(project, work, Decimal("0.6"), at(work.year, 2, 25))
        clerk = self.people[CLERKS[project.division_code[:9]]]
        project_step(project=project, name="start", actor=clerk, now=at(work.year, work.begins, 5))
        self._progress(project, work, clerk)
        self._pay(project, work, Decimal("0.5"), at(work.year, min(work.begins + 2, _last(work)), 22))
        if work.is_finished:
            self._finish(project, work, clerk)
        elif work.done >= 75:
            self._allocate(project, work, Decimal("0.2"), at(work.year, _last(work), 8))

    def _data(self, number: int, work: Work) -> ProjectData:
        return ProjectData(
            code=f"LW-{work.year}-{number:02d}",
            name=work.name,
            content=work.content,
            measure=self.measures[work.measure],
            department=self.offices[work.department],
            villages=[self.villages[name] for name in work.villages],
            year=work.year,
            planned_start_date=date(work.year, work.begins, 1),
            planned_end_date=date(work.year, work.ends, 28),
            budgets=_budgets(work.budget),
        )

    def _progress(self, project: Project, work: Work, clerk: User) -> None:
        """Every second month and the last one, in equal steps up to what is done."""
        last = _last(work)
        reported = sorted({*range(work.begins, last, 2), last})
        for place, month in enumerate(reported, start=1):
            share = Decimal(work.done * place) / len(reported)
            progress_record(
                project=project,
                month=date(work.year, month, 1),
                percent=share.quantize(Decimal(1)),
                note="",
                actor=clerk,
                now=at(work.year, month, 25),
            )

    def _finish(self, project: Project, work: Work, clerk: User) -> None:
        project_step(project=project, name="complete", actor=clerk, now=at(work.year, work.ends, 26))
        self._allocate(project, work, Decimal("0.4"), at(work.year, work.ends, 27))
        self._pay(project, work, Decimal("0.45"), at(work.year, work.ends, 28))
        if (work.year, work.ends) < (LAST_YEAR, LAST_MONTH):
            accepted = at(work.year, work.ends + 1, 12) if work.ends < 12 else at(work.year + 1, 1, 12)
            project_step(project=project, name="accept", actor=self.bureau, now=accepted)

    def _allocate(self, project: Project, work: Work, share: Decimal, now: datetime) -> None:
        for fund in project.funds.all():
            booking = self._booking(work, "下达", fund.source, fund.budget * share, now)
            fund_allocate(fund=fund, booking=booking, actor=self.bureau, now=now)

    def _pay(self, project: Project, work: Work, share: Decimal, now: datetime) -> None:
        for fund in project.funds.all():
            booking = self._booking(work, "支付", fund.source, fund.budget * share, now)
            fund_pay(fund=fund, booking=booking, actor=self.bureau, now=now)

    def _booking(self, work: Work, kind: str, source: str, amount: Decimal, now: datetime) -> Booking:
        return Booking(
            amount=amount,
            movement_date=now.date(),
            token=uuid5(TOKENS, f"{work.year} {work.name} {kind} {source} {now:%Y%m%d}"),
            document_number=f"演示{kind}{now:%Y-%m%d}号",
        )


def _last(work: Work) -> int:
    """The last month that has been reported on."""
    return work.ends if work.is_finished else LAST_MONTH


def _budgets(budget: Decimal) -> dict[str, Decimal]:
    parts = LARGE if budget >= LARGE_FROM else SMALL
    return {source: budget * percent / 100 for source, percent in parts.items()}
