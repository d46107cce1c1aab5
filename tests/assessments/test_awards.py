"""The title with its funds, their payment, the yearly re-check and the end of a title."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from assessments.models import Application, Award
from assessments.services.awards import application_award, award_pay, award_revoke, recheck_record
from common.transitions import TransitionError
from tests.assessments.scene import NOW, TODAY, Scene
from tests.factories import UserFactory

NEXT_YEAR = NOW.replace(year=2026)


@pytest.fixture
def award(scene: Scene) -> Award:
    return scene.reach("awarded").award


def pay(scene: Scene, award: Award, amount: str, **given):
    return award_pay(
        award=award,
        amount=Decimal(amount),
        actor=given.pop("actor", scene.bureau),
        now=NOW,
        **{"paid_date": TODAY, "note": "", "token": uuid4(), **given},
    )


def recheck(scene: Scene, award: Award, **given):
    return recheck_record(
        award=award,
        **{
            "year": 2026,
            "outcome": "kept",
            "note": "查看台账",
            "actor": scene.bureau,
            "now": NEXT_YEAR,
            **given,
        },
    )


def test_title_and_funds_come_with_the_pass(scene: Scene):
    application = scene.reach("awarded")

    award = application.award
    assert (award.title, award.award_date, award.funds, award.paid) == (
        scene.programme.title,
        TODAY,
        Decimal(50),
        Decimal(0),
    )
    assert application.steps.latest("pk").detail == {"funds": "50", "award_date": "2025-11-12"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"award_date": TODAY + timedelta(days=1)}, "授牌日期不能晚于今天"),
        ({"funds": Decimal(-1)}, "资金不能小于 0"),
    ],
)
def test_an_award_that_cannot_be_leaves_the_review_open(scene: Scene, given, sentence: str):
    application = scene.reach("city_review")

    with pytest.raises(ValidationError, match=sentence):
        application_award(
            application=application,
            actor=scene.city,
            now=NOW,
            **{"award_date": TODAY, "funds": Decimal(50), **given},
        )

    application.refresh_from_db()
    assert application.status == "city_review"
    assert not Award.objects.exists()


def test_an_award_after_the_end_of_the_year_is_marked_late(scene: Scene):
    application = scene.reach("city_review")
    january = NOW.replace(year=2026, month=1, day=8)

    application_award(
        application=application, award_date=january.date(), funds=Decimal(50), actor=scene.city, now=january
    )

    assert application.steps.get(name="award").is_late


# --- payment -------------------------------------------------------------------------------------


def test_funds_are_paid_in_parts_up_to_what_was_granted(scene: Scene, award: Award):
    pay(scene, award, "30")
    pay(scene, award, "20")

    with pytest.raises(ValidationError, match=r"已兑现 50\.00 万元，这笔 0.01 万元登记不下"):
        pay(scene, award, "0.01")

    award.refresh_from_db()
    assert award.paid == Decimal(50)
    assert AuditEvent.objects.filter(action="以奖代补：登记兑现").count() == 2


def test_a_wrong_payment_is_taken_back_with_a_reason(scene: Scene, award: Award):
    pay(scene, award, "30")

    with pytest.raises(ValidationError, match="请写明原因"):
        pay(scene, award, "-30")
    pay(scene, award, "-30", note="重复登记")

    award.refresh_from_db()
    assert award.paid == 0


@pytest.mark.parametrize(
    ("amount", "given", "sentence"),
    [
        ("0", {}, "金额不能为 0"),
        ("-1", {"note": "冲回"}, "登记不下"),
        ("1", {"paid_date": TODAY + timedelta(days=1)}, "兑现日期不能晚于今天"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(scene: Scene, award: Award, amount: str, given, sentence: str):
    with pytest.raises(ValidationError, match=sentence):
        pay(scene, award, amount, **given)

    assert not award.payments.exists()


def test_the_same_form_sent_twice_pays_once(scene: Scene, award: Award):
    token = uuid4()

    first, second = pay(scene, award, "10", token=token), pay(scene, award, "10", token=token)

    award.refresh_from_db()
    assert (first, award.paid) == (second, Decimal(10))


@pytest.mark.parametrize(
    "role", ["clerk", "head", "department", "city", "leader", "administrator", "auditor"]
)
def test_only_the_bureau_registers_payments(scene: Scene, award: Award, role: str):
    with pytest.raises(PermissionDenied):
        pay(scene, award, "1", actor=scene.person(role))


def test_the_database_holds_the_limit_too(scene: Scene, award: Award):
    with pytest.raises(IntegrityError, match="award_paid_within_funds"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(paid=51)


# --- later years ---------------------------------------------------------------------------------


def test_a_recheck_is_recorded_once_a_year_and_may_be_corrected(scene: Scene, award: Award):
    recheck(scene, award)
    recheck(scene, award, outcome="lost", note="参保率 97%")

    event = AuditEvent.objects.filter(action__startswith="年度复核").latest("pk")
    assert [(r.year, r.outcome) for r in award.rechecks.all()] == [(2026, "lost")]
    assert event.detail["before"] == {"outcome": "kept", "note": "查看台账"}


@pytest.mark.parametrize("year", [2025, 2027])
def test_only_years_after_the_award_that_have_come_are_rechecked(scene: Scene, award: Award, year: int):
    with pytest.raises(ValidationError, match="只能登记"):
        recheck(scene, award, year=year)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"outcome": "perhaps"}, "请选择复核结论"), ({"note": " "}, "请写明复核情况")],
)
def test_a_recheck_says_what_was_found(scene: Scene, award: Award, given, sentence: str):
    with pytest.raises(ValidationError, match=sentence):
        recheck(scene, award, **given)


def test_a_title_is_revoked_only_after_a_lost_recheck(scene: Scene, award: Award):
    with pytest.raises(TransitionError, match="请先登记年度复核"), transaction.atomic():
        scene.revoke(award.application)
    recheck(scene, award)
    with pytest.raises(TransitionError, match="请先登记年度复核"), transaction.atomic():
        scene.revoke(award.application)

    recheck(scene, award, outcome="lost")
    scene.revoke(award.application)

    assert Application.objects.get().status == "revoked"
    assert not Award.objects.in_force().exists()


def test_who_found_the_standard_lost_does_not_take_the_title(scene: Scene, award: Award):
    person = UserFactory(roles=["bureau", "city"], organisation=scene.city_office)
    recheck(scene, award, outcome="lost", actor=person)

    with pytest.raises(TransitionError, match="请由其他人办理"), transaction.atomic():
        award_revoke(application=award.application, actor=person, now=NEXT_YEAR, comment="不再达标")


def test_a_revoked_title_is_not_rechecked(scene: Scene):
    application = scene.reach("revoked")

    with pytest.raises(TransitionError, match="不能登记年度复核"):
        recheck(scene, application.award)


def test_rechecks_fall_due_in_the_years_after_the_award(scene: Scene, award: Award):
    assert not Award.objects.recheck_due(2025).exists()
    assert Award.objects.recheck_due(2026).get() == award

    recheck(scene, award)

    assert not Award.objects.recheck_due(2026).exists()
    assert Award.objects.recheck_due(2027).get() == award
    assert award.award_date == date(2025, 11, 12)
