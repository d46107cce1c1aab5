"""A step as it is written: permission, table, step row, status and trail together."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.transitions import advance, available, offers
from common.transitions import TransitionError
from tests.assessments.scene import DEADLINE, NOW, Scene
from tests.factories import TownshipFactory, UserFactory


@pytest.fixture
def scene(db) -> Scene:
    return Scene()


def test_a_step_moves_the_status_and_leaves_step_and_trail(scene: Scene):
    application = scene.reach("submitted")

    step = advance(
        application, "start_review", actor=scene.bureau, now=NOW, comment=" 材料齐 ", round=application.round
    )

    application.refresh_from_db()
    event = AuditEvent.objects.about(application).latest("pk")
    assert application.status == "municipal_review"
    assert (step.from_status, step.to_status, step.by) == ("submitted", "municipal_review", scene.bureau)
    assert (step.comment, step.at, step.is_late) == ("材料齐", NOW, False)
    assert (event.action, event.actor, event.division_code) == (
        "验收申请：开始评估验收",
        scene.bureau,
        scene.village.code,
    )


def test_a_refused_step_changes_nothing(scene: Scene):
    application = scene.reach("submitted")
    before = (AuditEvent.objects.count(), application.steps.count())

    with pytest.raises(TransitionError, match="不能通过评估验收"):
        advance(application, "pass", actor=scene.bureau, now=NOW, round=1)

    application.refresh_from_db()
    assert application.status == "submitted"
    assert (AuditEvent.objects.count(), application.steps.count()) == before


def test_permission_is_asked_before_anything_is_said_about_the_row(scene: Scene):
    application = scene.reach("submitted")

    with pytest.raises(PermissionDenied):
        advance(application, "pass", actor=scene.clerk, now=NOW, round=1)


def test_permission_ends_at_the_border_of_the_division(scene: Scene):
    application = scene.reach("self_check")
    neighbour = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(roles=["head"], organisation=neighbour)

    with pytest.raises(PermissionDenied):
        advance(application, "submit", actor=stranger, now=NOW, round=1)


def test_columns_that_belong_to_the_new_status_are_written_with_it(scene: Scene):
    application = scene.reach("municipal_review")

    advance(
        application,
        "return",
        actor=scene.bureau,
        now=NOW,
        comment="台账不全",
        deadline=DEADLINE,
        changes={"deadline": DEADLINE},
        round=1,
    )

    application.refresh_from_db()
    assert (application.status, application.deadline) == ("returned", DEADLINE)


def test_a_step_after_its_day_is_marked_late(scene: Scene):
    application = scene.reach("municipal_review")

    step = advance(
        application, "fail", actor=scene.bureau, now=NOW.replace(month=12, day=11), comment="差距大", round=1
    )

    assert step.is_late


def test_buttons_follow_status_and_permission(scene: Scene):
    application = scene.reach("municipal_review")

    assert [t.name for t in available(application, scene.bureau)] == ["pass", "return", "fail"]
    assert available(application, scene.city) == []
    assert available(application, scene.auditor) == []


def test_an_offer_says_what_stands_in_its_way(scene: Scene):
    application = scene.reach("submitted")
    both = UserFactory(roles=["head", "bureau"], organisation=scene.bureau_office)
    application.steps.create(
        name="submit", round=1, from_status="self_check", to_status="submitted", by=both, at=NOW
    )

    own = {offer.transition.name: offer.obstacle for offer in offers(application, both, NOW)}
    others = {offer.transition.name: offer.obstacle for offer in offers(application, scene.bureau, NOW)}

    assert "请由其他人办理" in own["start_review"]
    assert others == {"start_review": ""}


def test_a_step_is_never_rewritten(scene: Scene):
    step = scene.reach("submitted").steps.latest("pk")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        step.delete()
    step.comment = "改写"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        step.save()


def test_a_status_that_is_not_in_the_table_is_refused_by_the_database(scene: Scene):
    application = scene.reach("self_check")
    application.status = "lost"

    with pytest.raises(IntegrityError, match="application_status_known"), transaction.atomic():
        application.save()


def test_a_returned_application_has_a_deadline_by_constraint(scene: Scene):
    application = scene.reach("returned")
    application.deadline = None

    with pytest.raises(IntegrityError, match="application_return_deadline"), transaction.atomic():
        application.save()


def test_the_deadline_of_a_return_is_a_day_to_come(scene: Scene):
    application = scene.reach("municipal_review")

    with pytest.raises(TransitionError, match="期限不能早于今天"):
        advance(
            application,
            "return",
            actor=scene.bureau,
            now=NOW,
            comment="台账不全",
            deadline=date(2025, 11, 11),
            round=1,
        )
