"""Doing a job once: claimed under a lease, finished with its results, refused if someone took over."""

from datetime import datetime

from django.db import transaction

from indicators.engine.computing.forecasts import (
    forecast,
    forecast_counties,
    forecast_village,
    forecast_wider,
)
from indicators.engine.computing.verdicts import Computed, compute, compute_counties, compute_wider
from indicators.models import ComputeJob


class LeaseLostError(RuntimeError):
    """The job's lease ran out and somebody else took it: what this run computed was rolled back."""


def run_job(*, job_id: int, now: datetime) -> Computed | None:
    """Claim the job and compute what it asks for; None when someone else has it or it is done.

    A run that fails leaves its error on the job and raises: once the lease is over the job is sent again.
    """
    token = ComputeJob.objects.claim(pk=job_id, at=now)
    if token is None:
        return None
    try:
        return _compute(job_id, token, now)
    except Exception as error:
        ComputeJob.objects.failed(pk=job_id, token=token, error=f"{type(error).__name__}: {error}")
        raise


@transaction.atomic
def _compute(job_id: int, token: int, now: datetime) -> Computed:
    job = ComputeJob.objects.select_related("programme", "village").get(pk=job_id)
    computed = _part(job, now)
    _forecast(job, now)
    if not ComputeJob.objects.finish(pk=job_id, token=token, at=now):
        raise LeaseLostError(f"计算任务 {job_id} 已由另一个进程接手。")
    return computed


def _part(job: ComputeJob, now: datetime) -> Computed:
    """Compute the part of the programme's year that the job asks for."""
    if job.part == ComputeJob.Part.COUNTIES:
        return compute_counties(job.programme, job.year, job.first_county, job.last_county, now=now)
    if job.part == ComputeJob.Part.WIDER:
        return compute_wider(job.programme, job.year, now=now)
    return compute(job.programme, job.year, now=now, villages=[job.village] if job.village else None)


def _forecast(job: ComputeJob, now: datetime) -> None:
    """Forecast the same part; in a year that has ended this only drops what is left of its forecasts."""
    if job.part == ComputeJob.Part.COUNTIES:
        forecast_counties(job.programme, job.year, job.first_county, job.last_county, now=now)
    elif job.part == ComputeJob.Part.WIDER:
        forecast_wider(job.programme, job.year, now=now)
    elif job.village:
        forecast_village(job.programme, job.year, job.village, now=now)
    else:
        forecast(job.programme, job.year, now=now)
