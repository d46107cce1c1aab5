from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent
from projects.models import FundMovement
from projects.services import (
    AlreadyBookedError,
    Booking,
    fund_allocate,
    fund_pay,
    fund_set_budget,
    movement_reverse,
)
from tests.factories import ProjectFactory, ProjectFundFactory
from tests.projects.people import NOW, TODAY


def booking(amount, **changes):
    known = {"amount": Decimal(amount), "movement_date": TODAY, "token": uuid4()}
    return Booking(**known | changes)


def fund_of_started_project(**balance):
    return ProjectFundFactory(project=ProjectFactory(status="started"), **balance)


def reverse(movement, actor, **changes):
    known = {"movement_date": TODAY, "note": "登记错了来源", "token": uuid4()}
    return movement_reverse(movement=movement, actor=actor, now=NOW, **known | changes)


def test_money_is_allocated_and_paid_with_a_movement_and_a_trail_each(people):
    fund = fund_of_started_project(budget=100)

    fund_allocate(fund=fund, booking=booking(80, document_number="灵财农 3 号"), actor=people.bureau, now=NOW)
    fund_pay(fund=fund, booking=booking("30.0001"), actor=people.bureau, now=NOW)

    fund.refresh_from_db()
    events = AuditEvent.objects.about(fund.project).order_by("pk").values_list("action", "detail__amount")
    assert (fund.allocated, fund.paid) == (80, Decimal("30.0001"))
    assert list(fund.movements.values_list("kind", "amount", "by")) == [
        ("allocation", 80, people.bureau.pk),
        ("payment", Decimal("30.0001"), people.bureau.pk),
    ]
    assert list(events) == [("资金下达", "80"), ("资金支付", "30.0001")]


@pytest.mark.parametrize("book", [fund_allocate, fund_pay])
@pytest.mark.parametrize(
    "role", ["clerk", "head", "department", "city", "leader", "administrator", "auditor"]
)
def test_only_the_bureau_books_money(book, role, people):
    fund = fund_of_started_project(allocated=50)

    with pytest.raises(PermissionDenied):
        book(fund=fund, booking=booking(1), actor=getattr(people, role), now=NOW)

    assert not FundMovement.objects.exists()


def test_more_than_the_budget_is_refused_with_the_numbers(people):
    fund = fund_of_started_project(budget=100, allocated=80)

    with pytest.raises(ValidationError) as refused:
        fund_allocate(fund=fund, booking=booking(50), actor=people.bureau, now=NOW)

    said = "本次下达 50.00 万元，超过尚可下达的 20.00 万元（预算 100.00，已下达 80.00）。"
    fund.refresh_from_db()
    assert refused.value.message_dict == {"amount": [said]}
    assert (fund.allocated, FundMovement.objects.count()) == (80, 0)


def test_more_than_was_allocated_is_refused_with_the_numbers(people):
    fund = fund_of_started_project(budget=1000, allocated="80", paid="79.9999")

    with pytest.raises(ValidationError) as refused:
        fund_pay(fund=fund, booking=booking("0.0002"), actor=people.bureau, now=NOW)

    said = "本次支付 0.0002 万元，超过尚可支付的 0.0001 万元（已下达 80.00，已支付 79.9999）。"
    assert refused.value.message_dict == {"amount": [said]}


def test_the_last_of_the_budget_and_of_the_allocation_may_be_used(people):
    fund = fund_of_started_project(budget=100, allocated=80, paid=79)

    fund_allocate(fund=fund, booking=booking(20), actor=people.bureau, now=NOW)
    fund_pay(fund=fund, booking=booking(21), actor=people.bureau, now=NOW)

    fund.refresh_from_db()
    assert (fund.to_allocate, fund.to_pay) == (0, 0)


@pytest.mark.parametrize("book", [fund_allocate, fund_pay])
@pytest.mark.parametrize("amount", ["0", "-5"])
def test_nothing_and_less_than_nothing_are_refused(book, amount, people):
    fund = fund_of_started_project(allocated=50, paid=10)

    with pytest.raises(ValidationError) as refused:
        book(fund=fund, booking=booking(amount), actor=people.bureau, now=NOW)

    assert refused.value.message_dict["amount"][0].startswith("金额要大于 0")


def test_a_movement_of_tomorrow_is_refused(people):
    fund = fund_of_started_project(allocated=50)
    tomorrow = booking(1, movement_date=TODAY + timedelta(days=1))

    with pytest.raises(ValidationError) as refused:
        fund_pay(fund=fund, booking=tomorrow, actor=people.bureau, now=NOW)

    assert refused.value.message_dict == {"movement_date": ["日期不能晚于今天。"]}


@pytest.mark.parametrize(
    ("status", "word"), [("library", "已入库"), ("suspended", "已暂停"), ("cancelled", "已取消")]
)
def test_money_does_not_move_for_a_project_that_was_not_approved_or_is_on_hold(status, word, people):
    fund = ProjectFundFactory(project=ProjectFactory(status=status))

    with pytest.raises(ValidationError, match=f"项目{word}，现在不能下达或支付资金。"):
        fund_allocate(fund=fund, booking=booking(1), actor=people.bureau, now=NOW)


def test_the_same_form_sent_twice_books_once(people):
    fund = fund_of_started_project(budget=100, allocated=50)
    form = booking(20)
    fund_pay(fund=fund, booking=form, actor=people.bureau, now=NOW)

    with pytest.raises(AlreadyBookedError, match="这张单子刚才已经登记（支付 20 万元），没有重复记账。"):
        fund_pay(fund=fund, booking=form, actor=people.bureau, now=NOW)

    fund.refresh_from_db()
    assert (fund.paid, fund.movements.count()) == (20, 1)


def test_a_payment_is_taken_back_whole_by_a_movement_that_names_it(people):
    fund = fund_of_started_project(budget=100, allocated=50)
    payment = fund_pay(fund=fund, booking=booking(20), actor=people.bureau, now=NOW)

    reversal = reverse(payment, people.bureau)

    fund.refresh_from_db()
    assert (fund.allocated, fund.paid) == (50, 0)
    assert (reversal.kind, reversal.amount, reversal.reverses) == ("reversal", 20, payment)
    assert AuditEvent.objects.about(fund.project).filter(action="资金冲回").count() == 1


def test_an_allocation_is_taken_back_only_as_far_as_it_was_not_paid(people):
    fund = fund_of_started_project(budget=100)
    allocation = fund_allocate(fund=fund, booking=booking(80), actor=people.bureau, now=NOW)
    payment = fund_pay(fund=fund, booking=booking(30), actor=people.bureau, now=NOW)

    with pytest.raises(ValidationError, match=r"要冲回 80.00 万元，但下达的资金里只剩 50.00 万元没有支付"):
        reverse(allocation, people.bureau)
    reverse(payment, people.bureau)
    reverse(allocation, people.bureau)

    fund.refresh_from_db()
    assert (fund.allocated, fund.paid) == (0, 0)


def test_a_movement_is_taken_back_once_and_a_reversal_never(people):
    fund = fund_of_started_project(budget=100, allocated=50)
    payment = fund_pay(fund=fund, booking=booking(20), actor=people.bureau, now=NOW)
    reversal = reverse(payment, people.bureau)

    for movement in (payment, reversal):
        with pytest.raises(ValidationError, match="不能再冲回"):
            reverse(movement, people.bureau)

    fund.refresh_from_db()
    assert (fund.paid, fund.movements.count()) == (0, 2)


REVERSALS = [
    ({"note": " "}, {"note": ["请写明冲回的原因。"]}),
    ({"movement_date": TODAY + timedelta(days=1)}, {"movement_date": ["日期不能晚于今天。"]}),
    (
        {"movement_date": TODAY - timedelta(days=1)},
        {"movement_date": ["冲回日期不能早于原款项的日期（2025-11-12）。"]},
    ),
]


@pytest.mark.parametrize(("changes", "said"), REVERSALS)
def test_a_reversal_says_why_and_comes_after_what_it_takes_back(changes, said, people):
    fund = fund_of_started_project(budget=100, allocated=50)
    payment = fund_pay(fund=fund, booking=booking(20), actor=people.bureau, now=NOW)

    with pytest.raises(ValidationError) as refused:
        reverse(payment, people.bureau, **changes)

    assert refused.value.message_dict == said


def test_a_clerk_takes_nothing_back(people):
    fund = fund_of_started_project(budget=100, allocated=50)
    payment = fund_pay(fund=fund, booking=booking(20), actor=people.bureau, now=NOW)

    with pytest.raises(PermissionDenied):
        reverse(payment, people.clerk)


@pytest.mark.parametrize(
    ("status", "budget", "sentence"),
    [
        ("accepted", 10, "项目已验收，预算不能再调整。"),
        ("started", -1, "预算不能是负数。"),
        ("started", 40, "中央已下达 50.00 万元，预算不能低于这个数。需要调低时，请先冲回下达。"),
    ],
)
def test_a_budget_is_refused_with_its_reason(status, budget, sentence, people):
    fund = ProjectFundFactory(project=ProjectFactory(status=status), budget=100, allocated=50)

    with pytest.raises(ValidationError) as refused:
        fund_set_budget(
            project=fund.project, source="central", budget=Decimal(budget), actor=people.bureau, now=NOW
        )

    fund.refresh_from_db()
    assert refused.value.messages == [sentence]
    assert fund.budget == 100


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(amount=1), lambda rows: rows.delete()], ids=["update", "delete"]
)
def test_what_was_booked_is_never_rewritten(change, people):
    fund = fund_of_started_project(budget=100)
    fund_allocate(fund=fund, booking=booking(80), actor=people.bureau, now=NOW)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(FundMovement.objects.all())

    assert fund.movements.get().amount == 80
