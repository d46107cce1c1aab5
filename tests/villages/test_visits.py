from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from tests.factories import EnrolmentFactory, TownshipFactory, UserFactory, VillageFactory
from villages.models import Visit
from villages.services.visits import visit_record

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
TODAY = date(2025, 11, 12)


def clerk():
    return UserFactory(roles=["clerk"], organisation=TownshipFactory())


def record(**changes):
    values = {
        "village": VillageFactory(),
        "visit_date": TODAY,
        "leader": "李四",
        "topic": "商定大棚二期用水",
        "actor": None,
        "now": NOW,
    } | changes
    return visit_record(**values | {"actor": values["actor"] or clerk()})


def test_a_visit_of_today_is_written_down():
    actor = clerk()

    visit = record(actor=actor, leader="  李四 ", topic=" 商定大棚二期用水 ")

    kept = Visit.objects.get()
    assert kept == visit
    assert (kept.leader, kept.topic, kept.visit_date) == ("李四", "商定大棚二期用水", TODAY)
    assert (kept.recorded_by, kept.recorded_at) == (actor, NOW)
    assert not kept.is_demonstration


def test_writing_down_leaves_a_trail():
    visit = record()

    event = AuditEvent.objects.about(visit).get()

    assert event.action == "包抓调研：记录"
    assert event.division_code == visit.village.code
    assert event.detail["visit_date"] == "2025-11-12"


@pytest.mark.parametrize("role", ["department", "bureau", "city", "leader", "auditor", "administrator"])
def test_other_roles_write_nothing_down(role):
    with pytest.raises(PermissionDenied):
        record(actor=UserFactory(roles=[role]))

    assert not Visit.objects.exists()


def test_a_village_of_another_township_is_out_of_reach():
    with pytest.raises(PermissionDenied):
        record(village=VillageFactory(code="640181102219"))

    assert not Visit.objects.exists()


def test_tomorrow_is_refused():
    with pytest.raises(ValidationError) as refusal:
        record(visit_date=date(2025, 11, 13))

    assert refusal.value.message_dict == {"visit_date": ["调研日期不能晚于今天，请在调研之后再记。"]}
    assert not Visit.objects.exists()


def test_the_local_day_counts_not_the_one_of_greenwich():
    after_midnight_here = datetime(2025, 11, 12, 17, 0, tzinfo=UTC)

    visit = record(visit_date=date(2025, 11, 13), now=after_midnight_here)

    assert visit.visit_date == date(2025, 11, 13)


def test_a_year_before_the_programme_is_taken_for_a_slip():
    village = EnrolmentFactory().village

    with pytest.raises(ValidationError, match="早于创建方案开始的 2022 年"):
        record(village=village, visit_date=date(2021, 12, 31))

    assert not Visit.objects.exists()


def test_the_same_leader_on_the_same_day_is_refused():
    record()

    with pytest.raises(ValidationError, match="李四 2025-11-12 的调研已经记过了"):
        record(leader="李四 ")

    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"leader": " "}, {"topic": ""}, {"leader": "长" * 41}, {"topic": "长" * 301}]
)
def test_what_is_missing_or_too_long_is_refused(changes):
    with pytest.raises(ValidationError):
        record(**changes)

    assert not Visit.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_visits_of_a_month_are_those_of_that_month_and_year():
    this_month = record()
    record(visit_date=date(2025, 10, 31))
    record(visit_date=date(2024, 11, 12))

    found = Visit.objects.in_month(TODAY)

    assert list(found) == [this_month]
