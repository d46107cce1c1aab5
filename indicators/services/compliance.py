"""Asking for verdicts: a job row is the truth, the queue only wakes a worker."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from indicators import tasks
from indicators.engine.computing.running import run_job
from indicators.engine.computing.verdicts import Computed
from indicators.models import ComputeJob
from villages.models import Programme, Village

PATIENCE = timedelta(seconds=30)  # a job younger than this is on its way
SHARD = 5_000  # villages of one job, give or take a county
AT_ONCE = 1_000  # jobs sent again by one sweep


@transaction.atomic
def compute_request(
    *, programme: Programme, year: int, village: Village | None = None, now: datetime
) -> ComputeJob:
    """Queue the verdicts of a programme's year, of one village or of all, unless they are queued already.

    The row stays locked until the caller's transaction ends: who takes the job then sees what was written.
    """
    job, _ = ComputeJob.objects.select_for_update().get_or_create(
        programme=programme,
        year=year,
        village=village,
        part=ComputeJob.Part.ALL,
        state=ComputeJob.State.QUEUED,
        defaults={"created_at": now},
    )
    _wake(job)
    return job


@transaction.atomic
def compute_request_programme(*, programme: Programme, year: int, now: datetime) -> list[ComputeJob]:
    """Queue a programme's year: as one job, or where there are very many villages some counties at a time.

    So many workers share the work of a nation, and none of them holds more than a few thousand villages.
    """
    shards = _shards(Village.objects.enrolled_in(programme).count_by_county())
    if len(shards) <= 1:
        return [compute_request(programme=programme, year=year, now=now)]
    part = ComputeJob.Part
    wanted = [(part.COUNTIES, *shard) for shard in shards] + [(part.WIDER, "", "")]
    ComputeJob.objects.bulk_create(
        (
            ComputeJob(
                programme=programme,
                year=year,
                part=part,
                first_county=first,
                last_county=last,
                created_at=now,
            )
            for part, first, last in wanted
        ),
        ignore_conflicts=True,
    )
    queued = list(ComputeJob.objects.queued_parts(programme, year).select_for_update())
    for job in queued:
        _wake(job)
    return queued


def _shards(counties: list[tuple[str, int]]) -> list[tuple[str, str]]:
    """Put neighbouring counties together, SHARD villages or one county at a time: first and last of each."""
    shards: list[list[str]] = []
    room = 0
    for county, count in counties:
        if count > room:
            shards.append([])
            room = SHARD
        shards[-1].append(county)
        room -= count
    return [(shard[0], shard[-1]) for shard in shards]


@transaction.atomic
def compute_request_month(*, village: Village, months: Collection[date], now: datetime) -> None:
    """Queue what accepted `months` of a village move, each year once: also the growth of the next one."""
    this_year = localdate(now).year
    years = {year for month in months for year in (month.year, min(month.year + 1, this_year))}
    for programme in Programme.objects.filter(enrolments__village=village):
        for year in sorted(years):
            compute_request(programme=programme, year=year, village=village, now=now)


def compute_request_all(*, now: datetime) -> list[ComputeJob]:
    """Queue every year so far of every programme that is running."""
    this_year = localdate(now).year
    return [
        job
        for programme in Programme.objects.running_in(this_year)
        for year in programme.years
        if year <= this_year
        for job in compute_request_programme(programme=programme, year=year, now=now)
    ]


def compute_run(*, job_id: int, now: datetime) -> Computed | None:
    """Do a queued job here and now; None when someone else has it or it is done."""
    return run_job(job_id=job_id, now=now)


def resend_waiting(*, now: datetime) -> int:
    """Send the jobs again that nobody works on, oldest first; return how many."""
    waiting = ComputeJob.objects.overdue(at=now, patience=PATIENCE).values_list("pk", flat=True)[:AT_ONCE]
    for job_id in waiting:
        tasks.run_compute_job.delay(job_id)
    return len(waiting)


def _wake(job: ComputeJob) -> None:
    """Send the job after the commit; a broker that is down is logged, and the sweeper sends the job later."""

    def send() -> None:
        tasks.run_compute_job.delay(job.pk)

    transaction.on_commit(send, robust=True)
