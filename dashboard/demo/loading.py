"""demo_load: the whole story, once, in one transaction; and the little that depends on the day it is told."""

from datetime import date, datetime

from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent
from dashboard.demo.creation import Creation
from dashboard.demo.figures import STORIES
from dashboard.demo.library import add_projects
from dashboard.demo.moments import FIRST_YEAR, LAST_YEAR, START, at, months
from dashboard.demo.months import MonthWriter
from dashboard.demo.orders import add_orders
from dashboard.demo.people import People, open_accounts
from dashboard.demo.references import add_reference_values
from dashboard.demo.visits import add_visits
from indicators.engine.computing.forecasts import forecast
from indicators.engine.computing.verdicts import compute
from indicators.models import ComputeJob, MonthlyReport
from indicators.services.areas import areas_repair
from villages.models import Enrolment, Programme

PROGRAMME = "lingwu"


class DemonstrationError(Exception):
    """Why there can be no demonstration here; a Chinese sentence."""


@transaction.atomic
def demo_load(*, now: datetime) -> bool:
    """Put the demonstration into an empty programme; False if it stands there already."""
    programme = _programme()
    people = open_accounts(programme.division_code)
    reports = MonthlyReport.objects.filter(village__enrolments__programme=programme)
    if reports.filter(is_demonstration=True).exists():
        return False
    if reports.exists():
        raise DemonstrationError("方案里已经有正式的月报，不能再放进演示数据。")
    _set_years(programme)
    add_reference_values()
    add_projects(programme, people)
    writer = MonthWriter(programme, people)
    add_visits(programme, people, writer)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        _tell_year(year, programme, people, writer)
    add_orders(programme, people)
    _compute_again(programme, max(now, START))
    audit.record(actor=None, action="载入演示数据", subject=programme, now=START)
    return True


def clock_start() -> datetime:
    """Where a demonstration's clock starts: on its day, and never before what was done in it already."""
    latest = AuditEvent.objects.order_by("-at").values_list("at", flat=True).first()
    return max(START, latest) if latest else START


def _programme() -> Programme:
    programme = Programme.objects.select_for_update().filter(code=PROGRAMME).first()
    if programme is None:
        raise DemonstrationError("请先载入方案：manage.py load_programme programmes/lingwu.yaml。")
    return programme


def _set_years(programme: Programme) -> None:
    """Which village is created in which year is the demonstration's invention: the plan gives counts."""
    years = {story.code: story.created for story in STORIES}
    for enrolment in Enrolment.objects.filter(programme=programme).select_related("village"):
        enrolment.target_year = years[enrolment.village.code]
        enrolment.is_demonstration = True
        enrolment.save(update_fields=["target_year", "is_demonstration"])


def _tell_year(year: int, programme: Programme, people: People, writer: MonthWriter) -> None:
    """The months up to November, the application on what is known by then, and December."""
    of_year = [month for month in months() if month.year == year]
    until_november = [month for month in of_year if month < date(year, 12, 1)]
    writer.write(until_november)
    created = [story for story in STORIES if story.created == year < LAST_YEAR]
    creation = Creation(programme, people)
    if created:
        compute(programme, year, now=at(year, 11, 21))
    for story in created:
        creation.create(story)
    for story in STORIES:
        if story.created < year < LAST_YEAR:
            creation.recheck(story, year)
    writer.write(of_year[len(until_november) :])


def _compute_again(programme: Programme, now: datetime) -> None:
    """Every year as it stands on the demonstration's day; what the steps asked for is done with that."""
    areas_repair()
    for year in programme.years:
        compute(programme, year, now=now)
        forecast(programme, year, now=now)
    queued = ComputeJob.objects.filter(programme=programme, state=ComputeJob.State.QUEUED)
    queued.update(state=ComputeJob.State.DONE, finished_at=now)
