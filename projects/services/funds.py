"""Money: budgets per source, what is allocated and paid, and taking a movement back.

Each writer holds the project's row, moves the balance by one conditional UPDATE, and books the movement in
the same transaction; a CHECK on the balance stands behind all of it.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from projects.models import FundMovement, Project, ProjectFund

Kind = FundMovement.Kind
CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What is written down of a movement; `token` came with the form, so that it is booked once."""

    amount: Decimal
    movement_date: date
    token: UUID
    document_number: str = ""
    note: str = ""


class AlreadyBookedError(ValidationError):
    """The same form came twice: the first one was booked, this one is not."""


@transaction.atomic
def fund_set_budget(
    *, project: Project, source: str, budget: Decimal, actor: User, now: datetime
) -> ProjectFund:
    """Set what `source` is to give, never below what it has allocated; ValidationError says why not."""
    project = _held(project)
    authorize(actor, Permission.PROJECT_MANAGE, within=project.division_code)
    if project.is_closed:
        raise ValidationError(f"项目{project.get_status_display()}，预算不能再调整。")
    if budget < 0:
        raise ValidationError("预算不能是负数。")
    fund, _ = ProjectFund.objects.get_or_create(project=project, source=source, defaults={"budget": 0})
    if not ProjectFund.objects.set_budget(pk=fund.pk, budget=budget):
        raise ValidationError(
            f"{fund}已下达 {in_wan(fund.allocated)} 万元，预算不能低于这个数。需要调低时，请先冲回下达。"
        )
    _record("调整预算", project, actor, now, source=str(fund), before=str(fund.budget), after=str(budget))
    fund.budget = budget
    return fund


@transaction.atomic
def fund_allocate(*, fund: ProjectFund, booking: Booking, actor: User, now: datetime) -> FundMovement:
    """Book money handed down (下达), never above the budget; ValidationError says how much is left."""
    _open_for_booking(fund, booking, actor, now)
    if not ProjectFund.objects.allocate(pk=fund.pk, amount=booking.amount):
        raise ValidationError({"amount": _above_budget(fund, booking.amount)})
    return _book(Kind.ALLOCATION, fund, booking, actor, now)


@transaction.atomic
def fund_pay(*, fund: ProjectFund, booking: Booking, actor: User, now: datetime) -> FundMovement:
    """Book money paid out (支付), never above what was allocated; ValidationError says how much is left."""
    _open_for_booking(fund, booking, actor, now)
    if not ProjectFund.objects.pay(pk=fund.pk, amount=booking.amount):
        raise ValidationError({"amount": _above_allocated(fund, booking.amount)})
    return _book(Kind.PAYMENT, fund, booking, actor, now)


@transaction.atomic
def movement_reverse(
    *, movement: FundMovement, movement_date: date, note: str, token: UUID, actor: User, now: datetime
) -> FundMovement:
    """Take a whole movement back (冲回) by a new one that names it; the first stays as it was booked."""
    project = _held(movement.fund.project)
    authorize(actor, Permission.PROJECT_MANAGE, within=project.division_code)
    movement = FundMovement.objects.select_related("fund", "reversal").get(pk=movement.pk)
    booking = Booking(amount=movement.amount, movement_date=movement_date, token=token, note=note)
    _check_reversible(movement, booking, now)
    if not _take_back(movement):
        raise ValidationError(_paid_already(movement))
    return _book(Kind.REVERSAL, movement.fund, booking, actor, now, reverses=movement)


def in_wan(amount: Decimal) -> str:
    """Write an amount in 万元 for a sentence: two decimals, or all four where a 元 matters."""
    return f"{amount:,.2f}" if amount == amount.quantize(CENT) else f"{amount:,.4f}".rstrip("0")


def _held(project: Project) -> Project:
    return Project.objects.select_for_update().get(pk=project.pk)


def _open_for_booking(fund: ProjectFund, booking: Booking, actor: User, now: datetime) -> None:
    project = _held(fund.project)
    authorize(actor, Permission.PROJECT_MANAGE, within=project.division_code)
    _refuse_double(booking.token)
    if not project.is_fundable:
        raise ValidationError(f"项目{project.get_status_display()}，现在不能下达或支付资金。")
    errors = _amount_errors(booking.amount) | _date_errors(booking.movement_date, now)
    if errors:
        raise ValidationError(errors)


def _refuse_double(token: UUID) -> None:
    booked = FundMovement.objects.filter(token=token).first()
    if booked:
        raise AlreadyBookedError(f"这张单子刚才已经登记（{booked}），没有重复记账。")


def _amount_errors(amount: Decimal) -> dict[str, str]:
    if amount <= 0:
        return {"amount": "金额要大于 0；登记错了的款项请在它那一行冲回。"}
    return {}


def _date_errors(movement_date: date, now: datetime) -> dict[str, str]:
    if movement_date > localdate(now):
        return {"movement_date": "日期不能晚于今天。"}
    return {}


def _above_budget(fund: ProjectFund, amount: Decimal) -> str:
    fund.refresh_from_db()
    return (
        f"本次下达 {in_wan(amount)} 万元，超过尚可下达的 {in_wan(fund.to_allocate)} 万元"
        f"（预算 {in_wan(fund.budget)}，已下达 {in_wan(fund.allocated)}）。"
    )


def _above_allocated(fund: ProjectFund, amount: Decimal) -> str:
    fund.refresh_from_db()
    return (
        f"本次支付 {in_wan(amount)} 万元，超过尚可支付的 {in_wan(fund.to_pay)} 万元"
        f"（已下达 {in_wan(fund.allocated)}，已支付 {in_wan(fund.paid)}）。"
    )


def _check_reversible(movement: FundMovement, booking: Booking, now: datetime) -> None:
    _refuse_double(booking.token)
    if not movement.is_reversible:
        raise ValidationError("这笔款项已经冲回，或本身就是冲回，不能再冲回。")
    errors = _date_errors(booking.movement_date, now)
    if booking.movement_date < movement.movement_date:
        errors["movement_date"] = f"冲回日期不能早于原款项的日期（{movement.movement_date}）。"
    if not booking.note.strip():
        errors["note"] = "请写明冲回的原因。"
    if errors:
        raise ValidationError(errors)


def _take_back(movement: FundMovement) -> bool:
    if movement.kind == Kind.ALLOCATION:
        return ProjectFund.objects.take_back_allocation(pk=movement.fund_id, amount=movement.amount)
    return ProjectFund.objects.take_back_payment(pk=movement.fund_id, amount=movement.amount)


def _paid_already(movement: FundMovement) -> str:
    fund = ProjectFund.objects.get(pk=movement.fund_id)
    return (
        f"要冲回 {in_wan(movement.amount)} 万元，但下达的资金里只剩 {in_wan(fund.to_pay)} 万元没有支付。"
        "请先冲回支付。"
    )


def _book(
    kind: str,
    fund: ProjectFund,
    booking: Booking,
    actor: User,
    now: datetime,
    reverses: FundMovement | None = None,
) -> FundMovement:
    movement = FundMovement.objects.create(
        kind=kind, fund=fund, reverses=reverses, by=actor, at=now, **asdict(booking)
    )
    _record(
        f"资金{movement.get_kind_display()}",
        fund.project,
        actor,
        now,
        movement=movement.pk,
        source=str(fund),
        amount=str(movement.amount),
        document_number=movement.document_number,
        note=movement.note,
    )
    return movement


def _record(action: str, project: Project, actor: User, now: datetime, **detail: Any) -> None:
    audit.record(actor=actor, action=action, subject=project, now=now, **detail)
