"""The one place that is asked for the time. Services never ask: they are given `now`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the present moment (aware), or the demonstration's moment where a demonstration runs."""
    if not is_demonstration():
        return timezone.now()
    elapsed = timezone.now().timestamp() - settings.CLOCK_ANCHOR
    return datetime.fromisoformat(settings.CLOCK_START) + timedelta(seconds=elapsed)


def is_demonstration() -> bool:
    """Say whether the site runs on a demonstration clock instead of the real one."""
    return bool(settings.CLOCK_START)
