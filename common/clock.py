"""The one place that is asked for the time. Services never ask: they are given `now`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the present moment (aware), or the demonstration's moment where a demonstration runs."""
    if not is_demonstration():
        return timezone.now()
    start = datetime.fromisoformat(settings.CLOCK_START)
    elapsed = timedelta(seconds=timezone.now().timestamp() - settings.CLOCK_ANCHOR)
    return (start if timezone.is_aware(start) else timezone.make_aware(start)) + elapsed


def is_demonstration() -> bool:
    """Say whether the site runs on a demonstration clock instead of the real one."""
    return bool(settings.CLOCK_START)
