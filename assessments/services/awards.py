"""The city's re-review (复审复验), the title with its funds, and what comes after it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments.models import Application, Award, AwardPayment, Recheck
from assessments.services.steps import require_status, step_take
from assessments.workflow import ApplicationStatus
from common.transitions import TransitionError


@transaction.atomic
def city_review_start(
    *, application: Application, actor: User, now: datetime, comment: str = ""
) -> Application:
    """Take up what the bureau has passed."""
    authorize(actor, Permission.CITY_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    step_take(application, "start_city_review", actor=actor, now=now, comment=comment)
    return application


@transaction.atomic
def application_award(
    *,
    application: Application,
    award_date: date,
    funds: Decimal,
    actor: User,
    now: datetime,
    comment: str = "",
) -> Award:
    """Pass the re-review and give the title with its funds (万元), in one transaction."""
    authorize(actor, Permission.CITY_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    _refuse_award(award_date, funds, now)
    detail = {"funds": str(funds), "award_date": award_date.isoformat()}
    step_take(application, "award", actor=actor, now=now, comment=comment, detail=detail)
    return Award.objects.create(
        application=application,
        title=application.programme.title,
        award_date=award_date,
        funds=funds,
        is_demonstration=application.is_demonstration,
    )


@transaction.atomic
def award_pay(
    *, award: Award, amount: Decimal, paid_date: date, note: str, token: UUID, actor: User, now: datetime
) -> AwardPayment:
    """Register that award funds were paid (万元); a negative amount takes an earlier payment back."""
    authorize(actor, Permission.PROJECT_MANAGE, within=award.division_code)
    application = Application.objects.locked(award.application_id)
    if known := AwardPayment.objects.filter(token=token, award=award).first():
        return known  # the same form, sent twice
    award = Award.objects.get(pk=award.pk)
    _refuse_payment(award, amount, paid_date, note, now)
    award.paid += amount
    award.save(update_fields=["paid"])
    payment = AwardPayment.objects.create(
        award=award, amount=amount, paid_date=paid_date, note=note.strip(), token=token, by=actor, at=now
    )
    audit.record(
        actor=actor,
        action="以奖代补：登记兑现" if amount > 0 else "以奖代补：冲回",
        subject=application,
        now=now,
        amount=str(amount),
        paid=str(award.paid),
        note=note,
    )
    return payment


@transaction.atomic
def recheck_record(
    *, award: Award, year: int, outcome: str, note: str, actor: User, now: datetime
) -> Recheck:
    """Record whether the title is still deserved in `year`; may be corrected while the title is in force."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=award.division_code)
    application = Application.objects.locked(award.application_id)
    require_status(application, {ApplicationStatus.AWARDED}, "登记年度复核")
    _refuse_recheck(application, year, outcome, note, now)
    before = Recheck.objects.filter(award=award, year=year).values("outcome", "note").first()
    recheck, _ = Recheck.objects.update_or_create(
        award=award, year=year, defaults={"outcome": outcome, "note": note.strip(), "by": actor, "at": now}
    )
    audit.record(
        actor=actor,
        action=f"年度复核：{recheck.get_outcome_display()}",
        subject=application,
        now=now,
        year=year,
        note=recheck.note,
        before=before,
    )
    return recheck


@transaction.atomic
def award_revoke(*, application: Application, actor: User, now: datetime, comment: str) -> Application:
    """Take the title away (摘牌) after a re-check that found a standard lost."""
    authorize(actor, Permission.CITY_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    step_take(application, "revoke", actor=actor, now=now, comment=comment)
    latest = Recheck.objects.filter(award__application=application).order_by("-year").first()
    if latest is None or latest.outcome != Recheck.Outcome.LOST:
        raise TransitionError("年度复核的结论是“不再达标”的才能摘牌，请先登记年度复核。")
    if latest.by_id == actor.pk:
        raise TransitionError("年度复核由您登记，不能再由您摘牌，请由其他人办理。")
    return application


def _refuse_award(award_date: date, funds: Decimal, now: datetime) -> None:
    if award_date > localdate(now):
        raise ValidationError({"award_date": "授牌日期不能晚于今天。"})
    if funds < 0:
        raise ValidationError({"funds": "资金不能小于 0。"})


def _refuse_payment(award: Award, amount: Decimal, paid_date: date, note: str, now: datetime) -> None:
    if paid_date > localdate(now):
        raise ValidationError({"paid_date": "兑现日期不能晚于今天。"})
    if amount == 0:
        raise ValidationError({"amount": "金额不能为 0。"})
    if amount < 0 and not note.strip():
        raise ValidationError({"note": "冲回已登记的兑现，请写明原因。"})
    if not 0 <= award.paid + amount <= award.funds:
        rest = f"核定 {award.funds:.2f} 万元，已兑现 {award.paid:.2f} 万元"
        raise ValidationError({"amount": f"{rest}，这笔 {amount:.2f} 万元登记不下。"})


def _refuse_recheck(application: Application, year: int, outcome: str, note: str, now: datetime) -> None:
    if not application.year < year <= localdate(now).year:
        raise ValidationError(f"只能登记 {application.year} 年以后、到今年为止的年度复核。")
    if outcome not in Recheck.Outcome.values:
        raise ValidationError({"outcome": "请选择复核结论。"})
    if not note.strip():
        raise ValidationError({"note": "请写明复核情况。"})
