"""Opening and writing the self-check, and handing the application in."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from assessments.models import Application
from assessments.services.reviews import deadline_extend
from assessments.services.self_checks import (
    SelfCheckConflict,
    application_open,
    application_reopen,
    self_check_save,
)
from assessments.services.submissions import application_submit
from common.transitions import TransitionError
from indicators.models import Standard
from tests.assessments.scene import NOW, Scene
from tests.factories import EnrolmentFactory, TownshipFactory, UserFactory, VillageFactory, VillageKindFactory


def save(scene: Scene, application: Application, *, seen: int, actor=None, **given) -> Application:
    return self_check_save(
        application=application,
        seen_version=seen,
        report=given.get("report", "报告"),
        statements=given.get("statements", {}),
        actor=actor or scene.clerk,
        now=NOW,
    )


def test_opening_makes_a_line_for_every_standard_that_applies(scene: Scene):
    other_kind = VillageKindFactory(code="labour", name="劳务移民社区")
    elsewhere = Standard.objects.create(
        programme=scene.programme, code="S03", name="劳动力就业率", section="standard", clause="一（三）",
        comparator="judged", scope="village", first_year=2022, last_year=2025,
    )  # fmt: skip
    elsewhere.kinds.add(other_kind)
    scene.measured.kinds.add(scene.enrolment.kind)

    application = application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)

    assert [item.standard.code for item in application.items.all()] == ["S12", "Q01"]
    assert (application.year, application.round, application.status) == (2025, 1, "self_check")
    assert application.steps.get().name == "open"
    assert AuditEvent.objects.about(application).get().action == "验收申请：发起自查"


def test_targets_of_measures_and_other_years_are_not_part_of_it(scene: Scene):
    Standard.objects.filter(pk=scene.measured.pk).update(last_year=2024)
    Standard.objects.filter(pk=scene.judged.pk).update(section="target")

    application = application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)

    assert not application.items.exists()


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (NOW.replace(year=2026), "不含 2026 年"),
        (NOW.replace(month=10, day=31), "2025-11-01 起才能发起"),
    ],
)
def test_it_opens_only_in_a_year_and_season_of_the_programme(scene: Scene, moment, sentence: str):
    with pytest.raises(TransitionError, match=sentence):
        application_open(enrolment=scene.enrolment, actor=scene.clerk, now=moment)


def test_a_village_begins_once_a_year(scene: Scene):
    scene.open()

    with pytest.raises(TransitionError, match="已经发起过"):
        application_open(enrolment=scene.enrolment, actor=scene.head, now=NOW)


def test_a_village_with_the_title_does_not_begin_again(scene: Scene):
    Application.objects.filter(pk=scene.reach("awarded").pk).update(year=2024)

    with pytest.raises(TransitionError, match="2024 年已授牌"):
        application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)


def test_last_years_open_application_is_settled_first(scene: Scene):
    Application.objects.filter(pk=scene.reach("returned").pk).update(year=2024)

    with pytest.raises(TransitionError, match="2024 年度的申请还没有办结"):
        application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)


def test_a_village_that_failed_last_year_begins_again(scene: Scene):
    Application.objects.filter(pk=scene.reach("failed").pk).update(year=2024)

    application = application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)

    assert application.year == 2025


@pytest.mark.parametrize("role", ["department", "bureau", "city", "leader", "administrator", "auditor"])
def test_only_the_township_opens(scene: Scene, role: str):
    with pytest.raises(PermissionDenied):
        application_open(enrolment=scene.enrolment, actor=scene.person(role), now=NOW)

    assert not Application.objects.exists()


def test_a_neighbouring_township_opens_nothing(scene: Scene):
    stranger = UserFactory(
        roles=["head"], organisation=TownshipFactory(name="白土岗乡", division_code="640181201")
    )

    with pytest.raises(PermissionDenied):
        application_open(enrolment=scene.enrolment, actor=stranger, now=NOW)


def test_the_database_refuses_a_second_title_and_a_second_open_application(scene: Scene):
    first = scene.reach("awarded")

    with pytest.raises(IntegrityError, match="village_awarded_once"), transaction.atomic():
        Application.objects.create(
            programme=scene.programme, village=scene.village, year=2024, status="awarded",
            created_by=scene.clerk, created_at=NOW,
        )  # fmt: skip

    other = EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"))
    application_open(enrolment=other, actor=scene.clerk, now=NOW)
    with pytest.raises(IntegrityError, match="application_one_in_progress"), transaction.atomic():
        Application.objects.create(
            programme=first.programme,
            village=other.village,
            year=2024,
            created_by=scene.clerk,
            created_at=NOW,
        )


# --- writing -------------------------------------------------------------------------------------


def test_saving_keeps_report_and_statements_and_what_they_were(scene: Scene):
    application = scene.open()

    save(scene, application, seen=1, report="新报告", statements={scene.measured.pk: " 全员参保 "})

    application.refresh_from_db()
    event = AuditEvent.objects.about(application).latest("pk")
    assert (application.self_check_report, application.version) == ("新报告", 2)
    assert application.items.get(standard=scene.measured).statement == "全员参保"
    assert event.detail["standards"] == {"S12": ["", "全员参保"]}


def test_who_saves_second_is_told_and_changes_nothing(scene: Scene):
    application = scene.open()
    save(scene, application, seen=1, report="第一个人的")

    with pytest.raises(SelfCheckConflict, match="有人保存过"), transaction.atomic():
        save(scene, application, seen=1, report="第二个人的", actor=scene.head)

    application.refresh_from_db()
    assert (application.self_check_report, application.version) == ("第一个人的", 2)


def test_a_standard_of_another_programme_is_not_written(scene: Scene):
    application = scene.open()

    save(scene, application, seen=1, statements={999_999: "x"})

    assert not application.items.filter(statement="x").exists()


def test_what_is_handed_in_cannot_be_rewritten(scene: Scene):
    application = scene.reach("submitted")

    with pytest.raises(TransitionError, match="不能修改自查内容"):
        save(scene, application, seen=1)


def test_a_standard_that_came_into_force_meanwhile_joins_the_sheet(scene: Scene):
    application = scene.open()
    Standard.objects.create(
        programme=scene.programme, code="Q02", name="集体收益分配", section="standard", clause="一（三）",
        comparator="judged", scope="village", first_year=2022, last_year=2025,
    )  # fmt: skip

    with pytest.raises(TransitionError, match="请写明“集体收益分配”的自查说明"), transaction.atomic():
        scene.submit(application)

    save(scene, application, seen=1)
    assert application.items.filter(standard__code="Q02").exists()


# --- handing in ----------------------------------------------------------------------------------


def test_handing_in_freezes_a_snapshot_signed_by_the_head(scene: Scene):
    application = scene.open()

    application_submit(application=application, actor=scene.head, now=NOW, comment="请验收")

    application.refresh_from_db()
    snapshot = application.snapshots.get()
    assert application.status == "submitted"
    assert (snapshot.round, snapshot.frozen_by, snapshot.frozen_at) == (1, scene.head, NOW)
    assert application.steps.latest("pk").comment == "请验收"


def test_an_empty_report_is_not_handed_in(scene: Scene):
    application = application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)

    with pytest.raises(TransitionError, match="自查报告还没有写"), transaction.atomic():
        scene.submit(application)

    application.refresh_from_db()
    assert application.status == "self_check"
    assert not application.snapshots.exists()


def test_a_judged_standard_needs_words(scene: Scene):
    application = scene.open()
    save(scene, application, seen=1, statements={scene.judged.pk: "  "})

    with pytest.raises(TransitionError, match="请写明“基层党建"), transaction.atomic():
        scene.submit(application)


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (NOW.replace(month=10, day=31), "2025-11-01 起才能提交验收申请"),
        (NOW.replace(month=12, day=1), "已过 2025-11-30 的期限"),
    ],
)
def test_it_is_handed_in_within_the_season(scene: Scene, moment, sentence: str):
    application = scene.open()

    with pytest.raises(TransitionError, match=sentence), transaction.atomic():
        application_submit(application=application, actor=scene.head, now=moment)


def test_the_bureau_may_give_more_time(scene: Scene):
    application = scene.open()
    december = NOW.replace(month=12, day=1)

    deadline_extend(
        application=application,
        deadline=date(2025, 12, 3),
        comment="大雪封路",
        actor=scene.bureau,
        now=december,
    )
    application_submit(application=application, actor=scene.head, now=december)

    application.refresh_from_db()
    assert (application.status, application.deadline) == ("submitted", None)


def test_a_second_press_of_submit_does_nothing(scene: Scene):
    application = scene.reach("submitted")

    with pytest.raises(TransitionError, match="已提交申请"), transaction.atomic():
        scene.submit(application)

    assert application.snapshots.count() == 1


# --- withdrawn and taken up again ----------------------------------------------------------------


def test_a_withdrawn_application_is_taken_up_in_a_new_round(scene: Scene):
    application = scene.reach("submitted")
    scene.withdraw(application)

    application_reopen(application=application, actor=scene.clerk, now=NOW)
    scene.submit(application)

    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)
    assert application.snapshots.count() == 2


def test_last_years_withdrawn_application_is_not_taken_up(scene: Scene):
    application = scene.reach("withdrawn")

    with pytest.raises(TransitionError, match="2025 年度已经结束"):
        application_reopen(application=application, actor=scene.clerk, now=NOW.replace(year=2026))
