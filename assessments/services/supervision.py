"""Supervision orders (督办单): issued by a leader, answered by an office, closed or issued again."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import Organisation, User
from accounts.permissions import Permission, authorize
from accounts.transitions import advance
from assessments.models import SupervisionOrder
from assessments.workflow import SupervisionStatus
from common.divisions import contains
from indicators.models import Standard
from villages.models import Village


@transaction.atomic
def order_issue(
    *,
    village: Village,
    organisation: Organisation,
    text: str,
    deadline: date,
    actor: User,
    now: datetime,
    standard: Standard | None = None,
    is_demonstration: bool = False,
) -> SupervisionOrder:
    """Ask an office to do something about a village by a day."""
    authorize(actor, Permission.SUPERVISE, within=village.code)
    _refuse(village, organisation, text, deadline, now)
    order = SupervisionOrder.objects.create(
        village=village,
        standard=standard,
        organisation=organisation,
        text=text.strip(),
        deadline=deadline,
        issued_by=actor,
        issued_at=now,
        is_demonstration=is_demonstration,
    )
    order.steps.create(
        name="issue",
        to_status=SupervisionStatus.ISSUED,
        by=actor,
        at=now,
        comment=order.text,
        deadline=deadline,
    )
    audit.record(actor=actor, action="督办单：下达", subject=order, now=now, text=order.text)
    return order


@transaction.atomic
def order_answer(*, order: SupervisionOrder, actor: User, now: datetime, comment: str) -> SupervisionOrder:
    """Say what was done; only the office that was asked answers."""
    authorize(actor, Permission.SUPERVISION_ANSWER, within=order.division_code)
    order = SupervisionOrder.objects.locked(order.pk)
    if order.organisation_id != actor.organisation_id:
        raise PermissionDenied(f"这份督办单由{order.organisation}答复。")
    advance(order, "answer", actor=actor, now=now, comment=comment)
    return order


@transaction.atomic
def order_close(
    *, order: SupervisionOrder, actor: User, now: datetime, comment: str = ""
) -> SupervisionOrder:
    """Accept the answer."""
    authorize(actor, Permission.SUPERVISE, within=order.division_code)
    order = SupervisionOrder.objects.locked(order.pk)
    advance(order, "close", actor=actor, now=now, comment=comment)
    return order


@transaction.atomic
def order_reissue(
    *, order: SupervisionOrder, deadline: date | None, comment: str, actor: User, now: datetime
) -> SupervisionOrder:
    """Ask again, with a new day: the answer does not suffice."""
    authorize(actor, Permission.SUPERVISE, within=order.division_code)
    order = SupervisionOrder.objects.locked(order.pk)
    changes = {"deadline": deadline} if deadline else {}
    advance(order, "reissue", actor=actor, now=now, comment=comment, deadline=deadline, changes=changes)
    return order


def _refuse(village: Village, organisation: Organisation, text: str, deadline: date, now: datetime) -> None:
    if not text.strip():
        raise ValidationError({"text": "请写明批示内容。"})
    if not contains(organisation.division_code, village.code):
        raise ValidationError({"organisation": f"{organisation}的管辖范围不包括{village}。"})
    if deadline < localdate(now):
        raise ValidationError({"deadline": "期限不能早于今天。"})
