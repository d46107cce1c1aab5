"""What beat starts: the morning's digests."""

from celery import shared_task

from common import clock
from dashboard.services import reminders


@shared_task
def send_digests() -> None:
    """Remind everybody of what is due, once a working day."""
    reminders.digests_send(now=clock.now())
