"""Many people pay from one fund at the same moment: never more than there is. The careless way beside it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Sum

from projects.models import FundMovement, ProjectFund
from projects.services import Booking, fund_allocate, fund_pay
from tests.factories import ProjectFactory, ProjectFundFactory
from tests.projects.people import NOW, TODAY, People

HANDS = 16
AMOUNT = Decimal(100)
pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(work: Callable[[], object]) -> list[object]:
    """Run `work` in HANDS threads that begin together; what each gave back or was refused with."""
    start = Barrier(HANDS)

    def one(_: int) -> object:
        try:
            start.wait(timeout=30)
            return work()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def booked(kind: str) -> Decimal:
    return FundMovement.objects.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"]


def booking(token=None) -> Booking:
    return Booking(amount=AMOUNT, movement_date=TODAY, token=token or uuid4())


def test_parallel_payments_never_pass_what_was_allocated():
    fund = ProjectFundFactory(project=ProjectFactory(status="started"), budget=1000, allocated=1000)
    bureau = People().bureau

    results = all_at_once(lambda: fund_pay(fund=fund, booking=booking(), actor=bureau, now=NOW))

    fund.refresh_from_db()
    refused = [result for result in results if isinstance(result, ValidationError)]
    assert (booked("payment"), fund.paid, len(refused)) == (1000, 1000, HANDS - 10)


def test_parallel_allocations_never_pass_the_budget():
    fund = ProjectFundFactory(project=ProjectFactory(status="started"), budget=1000)
    bureau = People().bureau

    all_at_once(lambda: fund_allocate(fund=fund, booking=booking(), actor=bureau, now=NOW))

    fund.refresh_from_db()
    assert (booked("allocation"), fund.allocated) == (1000, 1000)


def test_one_form_sent_by_many_hands_is_booked_once():
    fund = ProjectFundFactory(project=ProjectFactory(status="started"), budget=10000, allocated=10000)
    bureau, form = People().bureau, booking()

    all_at_once(lambda: fund_pay(fund=fund, booking=form, actor=bureau, now=NOW))

    fund.refresh_from_db()
    assert (booked("payment"), fund.paid) == (100, 100)


def test_the_conditional_update_holds_by_itself_without_any_lock():
    fund = ProjectFundFactory(budget=1000, allocated=1000)

    results = all_at_once(lambda: ProjectFund.objects.pay(pk=fund.pk, amount=AMOUNT))

    fund.refresh_from_db()
    assert (results.count(True), fund.paid) == (10, 1000)


def test_reading_checking_and_saving_pays_too_much():
    fund = ProjectFundFactory(budget=1000, allocated=1000)
    read = Barrier(HANDS)

    def careless() -> bool:
        mine = ProjectFund.objects.get(pk=fund.pk)
        read.wait(timeout=30)
        if mine.paid + AMOUNT > mine.allocated:
            return False
        mine.paid += AMOUNT
        mine.save()
        return True

    results = all_at_once(careless)

    assert results.count(True) * AMOUNT > 1000
