"""What beat starts: the nightly computation, and sending again what was left waiting."""

from celery import shared_task

from common import clock
from indicators.services import areas, compliance, imports


@shared_task
def compute_all_programmes() -> None:
    """Ask for every year so far of every running programme: what late changes moved is put right at night."""
    compliance.compute_request_all(now=clock.now())


@shared_task
def resend_waiting_jobs() -> None:
    """Send the jobs again that nobody works on: the broker lost them, or their worker died."""
    compliance.resend_waiting(now=clock.now())


@shared_task
def repair_area_sums() -> None:
    """Compare what areas add up to with the ledger, and put it right."""
    areas.areas_repair()


@shared_task
def resend_waiting_imports() -> None:
    """Send the imports again that nobody works on: the broker lost them, or their worker died."""
    imports.resend_waiting_imports(now=clock.now())


@shared_task
def clean_imports() -> None:
    """Drop the files of imports that have been kept long enough."""
    imports.imports_clean(now=clock.now())
