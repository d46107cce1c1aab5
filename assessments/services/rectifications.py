"""Rectification items: reported done by the township, closed or sent back by the bureau."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, authorize
from accounts.transitions import advance
from assessments.models import Application, RectificationItem
from assessments.services.steps import require_status
from assessments.workflow import EDITABLE, ApplicationStatus

REVIEWABLE = frozenset(
    {ApplicationStatus.RETURNED, ApplicationStatus.SUBMITTED, ApplicationStatus.MUNICIPAL_REVIEW}
)


@transaction.atomic
def rectification_report(
    *, item: RectificationItem, actor: User, now: datetime, comment: str
) -> RectificationItem:
    """Say that an item was put right, and how."""
    authorize(actor, Permission.SELF_CHECK, within=item.division_code)
    item, application = _locked(item)
    require_status(application, EDITABLE, "报告整改完成")
    advance(item, "report", actor=actor, now=now, comment=comment)
    return item


@transaction.atomic
def rectification_close(
    *, item: RectificationItem, actor: User, now: datetime, comment: str = ""
) -> RectificationItem:
    """Close an item (销号): it was seen to be put right."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=item.division_code)
    item, application = _locked(item)
    require_status(application, REVIEWABLE, "销号")
    advance(item, "close", actor=actor, now=now, comment=comment)
    return item


@transaction.atomic
def rectification_reject(
    *, item: RectificationItem, actor: User, now: datetime, comment: str
) -> RectificationItem:
    """Send an item back: what was reported does not suffice."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=item.division_code)
    item, application = _locked(item)
    require_status(application, REVIEWABLE, "退回整改事项")
    advance(item, "reject", actor=actor, now=now, comment=comment)
    return item


def _locked(item: RectificationItem) -> tuple[RectificationItem, Application]:
    """The application's row is the lock of everything that hangs on it."""
    application = Application.objects.locked(item.application_id)
    fresh = RectificationItem.objects.for_list().get(pk=item.pk)
    return fresh, application
