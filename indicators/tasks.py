"""Celery's side of the engine: a task takes an id, and the job row says what is to do."""

from celery import shared_task

from common import clock
from indicators.engine.computing.running import run_job
from indicators.month_books.running import run_import


@shared_task
def run_compute_job(job_id: int) -> None:
    """Compute what the job asks for; running it twice does no harm."""
    run_job(job_id=job_id, now=clock.now())


@shared_task
def run_workbook_import(import_id: int) -> None:
    """Read or write an imported workbook, whichever it waits for; running it twice does no harm."""
    run_import(import_id=import_id, tick=clock.now)
