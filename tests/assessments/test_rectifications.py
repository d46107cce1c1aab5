"""Rectification items on their way from open to closed (销号)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from assessments.models import RectificationItem
from assessments.services.rectifications import (
    rectification_close,
    rectification_reject,
    rectification_report,
)
from assessments.services.reviews import deadline_extend
from common.transitions import TransitionError
from tests.assessments.scene import DEADLINE, NOW, Scene
from tests.factories import UserFactory


@pytest.fixture
def item(scene: Scene) -> RectificationItem:
    scene.reach("returned")
    return RectificationItem.objects.get()


def status_of(item: RectificationItem) -> str:
    return RectificationItem.objects.get(pk=item.pk).status


def test_the_township_reports_and_the_bureau_closes(scene: Scene, item: RectificationItem):
    rectification_report(item=item, actor=scene.clerk, now=NOW, comment="12 人已补录")
    rectification_close(item=item, actor=scene.bureau, now=NOW)

    assert status_of(item) == "closed"
    assert [(step.name, step.comment) for step in item.steps.all()] == [
        ("report", "12 人已补录"),
        ("close", ""),
    ]


def test_a_report_says_what_was_done(scene: Scene, item: RectificationItem):
    with pytest.raises(TransitionError, match="请写明报告整改完成的情况"):
        rectification_report(item=item, actor=scene.clerk, now=NOW, comment=" ")


def test_what_does_not_suffice_goes_back(scene: Scene, item: RectificationItem):
    rectification_report(item=item, actor=scene.clerk, now=NOW, comment="已补")

    rectification_reject(item=item, actor=scene.bureau, now=NOW, comment="还差 3 人")

    assert status_of(item) == "open"


@pytest.mark.parametrize("role", ["department", "bureau", "city", "leader", "administrator", "auditor"])
def test_only_the_township_reports(scene: Scene, item: RectificationItem, role: str):
    with pytest.raises(PermissionDenied):
        rectification_report(item=item, actor=scene.person(role), now=NOW, comment="已补")


@pytest.mark.parametrize(
    "role", ["clerk", "head", "department", "city", "leader", "administrator", "auditor"]
)
def test_only_the_bureau_closes_and_rejects(scene: Scene, item: RectificationItem, role: str):
    rectification_report(item=item, actor=scene.clerk, now=NOW, comment="已补")

    for service in (rectification_close, rectification_reject):
        with pytest.raises(PermissionDenied):
            service(item=item, actor=scene.person(role), now=NOW, comment="x")


def test_who_reported_does_not_close(scene: Scene, item: RectificationItem):
    person = UserFactory(roles=["head", "bureau"], organisation=scene.bureau_office)
    rectification_report(item=item, actor=person, now=NOW, comment="已补")

    with pytest.raises(TransitionError, match="请由其他人办理"):
        rectification_close(item=item, actor=person, now=NOW)


def test_an_open_item_is_not_closed(scene: Scene, item: RectificationItem):
    with pytest.raises(TransitionError, match="待整改"):
        rectification_close(item=item, actor=scene.bureau, now=NOW)


def test_an_application_with_open_items_is_not_handed_in_again(scene: Scene, item: RectificationItem):
    with pytest.raises(TransitionError, match="还有 1 项整改事项没有报告完成"), transaction.atomic():
        scene.submit(item.application)

    item.application.refresh_from_db()
    assert (item.application.status, item.application.round) == ("returned", 1)


def test_a_pass_waits_until_every_item_is_closed(scene: Scene, item: RectificationItem):
    application = item.application
    scene.mend(application)
    scene.submit(application)
    scene.start(application)
    scene.judge(application)

    with pytest.raises(TransitionError, match="还有 1 项整改事项没有销号"), transaction.atomic():
        scene.municipal_pass(application)
    scene.sign_off(application)
    scene.municipal_pass(application)

    application.refresh_from_db()
    assert application.status == "municipal_passed"


def test_nothing_is_reported_while_the_review_runs(scene: Scene, item: RectificationItem):
    application = item.application
    scene.mend(application)
    scene.submit(application)
    rectification_reject(item=item, actor=scene.bureau, now=NOW, comment="还差 3 人")

    with pytest.raises(TransitionError, match="不能报告整改完成"):
        rectification_report(item=item, actor=scene.clerk, now=NOW, comment="已补")


def test_a_closed_application_leaves_its_items_alone(scene: Scene, item: RectificationItem):
    scene.mend(item.application)
    scene.withdraw(item.application)

    with pytest.raises(TransitionError, match="不能销号"):
        rectification_close(item=item, actor=scene.bureau, now=NOW)


def test_more_time_moves_the_open_items_with_it(scene: Scene, item: RectificationItem):
    later = DEADLINE.replace(month=12, day=5)

    deadline_extend(application=item.application, deadline=later, comment="雪灾", actor=scene.bureau, now=NOW)

    item.refresh_from_db()
    assert item.deadline == later
