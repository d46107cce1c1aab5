"""Exemptions (豁免): a standard that is not asked of one village in one year, by decision of the bureau."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from common.transitions import TransitionError
from indicators.engine import as_of, explain
from indicators.models import Exemption, JudgedYear, Standard, VerdictStatus
from indicators.services.compliance import compute_request
from indicators.services.judged_years import enrolment_lock
from villages.models import Enrolment, Village


@transaction.atomic
def exemption_grant(
    *,
    standard: Standard,
    village: Village,
    year: int,
    reason: str,
    approval: str,
    actor: User,
    now: datetime,
) -> Exemption:
    """Exempt a village from a standard for a year, with the reason and the document that approves it."""
    authorize(actor, Permission.PROGRAMME_MANAGE, within=village.code)
    _require(reason, "请写明豁免的理由。")
    _require(approval, "请写明批准的单位和文件。")
    _lock(standard, village)
    _refuse_judged(standard, village, year)
    _refuse_not_asked(standard, village, year, now)
    exemption = Exemption.objects.create(
        standard=standard,
        village=village,
        year=year,
        reason=reason.strip(),
        approval=approval.strip(),
        by=actor,
        at=now,
    )
    _record("豁免：批准", exemption, actor, now, reason=exemption.reason, approval=exemption.approval)
    return exemption


@transaction.atomic
def exemption_revoke(*, exemption: Exemption, note: str, actor: User, now: datetime) -> Exemption:
    """Take an exemption back, with the reason: from now on the standard is asked again."""
    authorize(actor, Permission.PROGRAMME_MANAGE, within=exemption.village.code)
    _require(note, "请写明取消豁免的理由。")
    _lock(exemption.standard, exemption.village)
    exemption = Exemption.objects.for_list().select_for_update(of=("self",)).get(pk=exemption.pk)
    if exemption.revoked_at:
        raise TransitionError(f"这项豁免已由{exemption.revoked_by}取消，不用再取消。")
    _refuse_judged(exemption.standard, exemption.village, exemption.year)
    exemption.revoked_by, exemption.revoked_at, exemption.revoked_note = actor, now, note.strip()
    exemption.save(update_fields=["revoked_by", "revoked_at", "revoked_note"])
    _record("豁免：取消", exemption, actor, now, reason=exemption.revoked_note)
    return exemption


def _require(text: str, refusal: str) -> None:
    if not text.strip():
        raise ValidationError(refusal)


def _lock(standard: Standard, village: Village) -> None:
    """Let nobody hand a year of the village in for judgement meanwhile."""
    try:
        enrolment_lock(programme=standard.programme, village=village)
    except Enrolment.DoesNotExist:
        raise TransitionError(f"{village}没有参加{standard.programme}。") from None


def _refuse_judged(standard: Standard, village: Village, year: int) -> None:
    if JudgedYear.objects.filter(programme=standard.programme, village=village, year=year).exists():
        raise TransitionError(f"{village} {year} 年已提交评定，不能再批准或取消豁免。")


def _refuse_not_asked(standard: Standard, village: Village, year: int, now: datetime) -> None:
    """An exemption is from something that is asked."""
    if standard.scope != Standard.Scope.VILLAGE:
        raise TransitionError(f"{standard} 不是对村（社区）的要求，不能豁免。")
    if not standard.first_year <= year <= standard.last_year:
        raise TransitionError(f"{standard} 不适用于 {year} 年。")
    if Exemption.objects.in_force().filter(standard=standard, village=village, year=year).exists():
        raise TransitionError(f"{village} {year} 年已豁免 {standard}。")
    if explain(standard, village, year, as_of=as_of(year, now)).status == VerdictStatus.NOT_APPLICABLE:
        raise TransitionError(f"{standard} 本来就不适用于{village}，不需要豁免。")


def _record(action: str, exemption: Exemption, actor: User, now: datetime, **detail: str) -> None:
    audit.record(actor=actor, action=action, subject=exemption, now=now, **detail)
    compute_request(
        programme=exemption.standard.programme, year=exemption.year, village=exemption.village, now=now
    )
