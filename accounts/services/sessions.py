"""Logging in and out. These services hold the request, because a session is what they write."""

from datetime import datetime

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.client_address import client_address
from accounts.models import User


@transaction.atomic
def session_open(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Log `user` in under a new session key."""
    login(request, user)
    user.last_login = now
    user.save(update_fields=["last_login"])
    audit.record(actor=user, action="登录", subject=user, now=now, address=client_address(request))


def session_refuse(*, request: HttpRequest, username: str, now: datetime) -> None:
    """Record a failed login. A name nobody has may be a password typed into the wrong box: it is masked."""
    user = User.objects.select_related("organisation").filter(username=username).first()
    name = username if user else f"{username[:2]}***"
    audit.record(
        actor=None,
        action="登录失败",
        subject=user or User,
        now=now,
        username=name,
        address=client_address(request),
    )


@transaction.atomic
def session_close(*, request: HttpRequest, now: datetime) -> None:
    """Log out; nobody in particular is a harmless guest here."""
    if isinstance(request.user, User):
        audit.record(
            actor=request.user, action="退出", subject=request.user, now=now, address=client_address(request)
        )
    logout(request)
