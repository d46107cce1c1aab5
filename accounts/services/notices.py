"""A person's own notices: looked at once, they are out of the way."""

from datetime import datetime

from accounts.models import Notice, User


def notices_read(*, actor: User, now: datetime) -> int:
    """Mark everything that the actor has not looked at as read; return how many there were."""
    return Notice.objects.of(actor).unread().update(read_at=now)
