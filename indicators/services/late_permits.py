"""Leave to report a month that is locked: asked with a reason, decided by the bureau, over by itself."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from accounts import audit, notices
from accounts.models import User
from accounts.permissions import Permission, authorize
from common.transitions import TransitionError
from indicators.lateness import month_lock
from indicators.models import LatePermit, MonthlyReport, RequestState
from indicators.services.headers import authorize_editing, require_month
from villages.models import Village

LONGEST = 31  # days that a permit may last


@transaction.atomic
def permit_ask(*, village: Village, month: date, reason: str, actor: User, now: datetime) -> LatePermit:
    """Ask the bureau for leave to report a locked month; TransitionError where nothing is to be asked."""
    authorize_editing(actor, village)
    require_month(village, month, now)
    if not reason.strip():
        raise TransitionError("请写明为什么没有按时上报。")
    report = MonthlyReport.objects.filter(village=village, month=month).first()
    if not month_lock(village, month, report.status if report else "", today=localdate(now)).is_closed:
        raise TransitionError("本月没有锁定，不用申请补报。")
    try:
        with transaction.atomic():
            permit = LatePermit.objects.create(
                village=village, month=month, reason=reason.strip(), asked_by=actor, asked_at=now
            )
    except IntegrityError as error:
        raise TransitionError("本月的补报申请已经提交，请等振兴局答复。") from error
    audit.record(actor=actor, action="补报许可：申请", subject=permit, now=now, comment=permit.reason)
    return permit


@transaction.atomic
def permit_grant(
    *, permit: LatePermit, until: date, actor: User, now: datetime, note: str = ""
) -> LatePermit:
    """Open the month until the end of a day."""
    permit = _waiting(permit, actor)
    today = localdate(now)
    if until < today:
        raise TransitionError("补报截止日不能早于今天。")
    if (until - today).days > LONGEST:
        raise TransitionError(f"补报许可最长 {LONGEST} 天，到期可以再申请。")
    permit.until = until
    return _decide(permit, RequestState.GRANTED, note, actor, now)


@transaction.atomic
def permit_refuse(*, permit: LatePermit, note: str, actor: User, now: datetime) -> LatePermit:
    """Leave the month locked, and say why."""
    permit = _waiting(permit, actor)
    if not note.strip():
        raise TransitionError("请写明不批准的理由。")
    return _decide(permit, RequestState.REFUSED, note, actor, now)


def _waiting(permit: LatePermit, actor: User) -> LatePermit:
    """The request as it is now, held locked; refused to who asked for it and to who comes second."""
    locked = LatePermit.objects.select_related("village", "asked_by").select_for_update(of=("self",))
    permit = locked.get(pk=permit.pk)
    authorize(actor, Permission.MONTH_REVIEW, within=permit.division_code)
    if permit.state != RequestState.ASKED:
        raise TransitionError(f"这份补报申请{permit.get_state_display()}，不用再办。")
    if permit.asked_by_id == actor.pk:
        raise TransitionError("申请是您提出的，请由其他人批准。")
    return permit


def _decide(permit: LatePermit, state: str, note: str, actor: User, now: datetime) -> LatePermit:
    permit.state, permit.note = state, note.strip()
    permit.decided_by, permit.decided_at = actor, now
    permit.save(update_fields=["state", "note", "until", "decided_by", "decided_at"])
    granted = state == RequestState.GRANTED
    word = f"已批准，可补报到 {permit.until:%Y-%m-%d}" if granted else f"未批准：{permit.note}"
    text = f"{permit.village} {permit.month:%Y年%-m月}月报的补报申请{word}。"
    place = {"code": permit.village.code, "year": permit.month.year, "month": permit.month.month}
    notices.send(users=[permit.asked_by], text=text, url=reverse("indicators:month", kwargs=place), now=now)
    action = "补报许可：批准" if granted else "补报许可：不批准"
    audit.record(actor=actor, action=action, subject=permit, now=now, comment=permit.note)
    return permit
