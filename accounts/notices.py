"""Telling people what changed for them: a sentence and where to look."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Notice, User

LONGEST = 300


def send(*, users: Iterable[User], text: str, url: str = "", now: datetime) -> list[Notice]:
    """Leave each of `users` the sentence, once; people who no longer work here are left out."""
    people = {user.pk: user for user in users if user.is_active}
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return Notice.objects.bulk_create(
        Notice(user=user, text=short, url=url, created_at=now) for user in people.values()
    )
