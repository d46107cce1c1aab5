"""Supervision orders (督办单): a leader asks, an office answers, the leader decides."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments.models import SupervisionOrder
from assessments.services.supervision import order_answer, order_close, order_issue, order_reissue
from common.transitions import TransitionError
from tests.assessments.scene import NOW, Scene
from tests.factories import TownshipFactory, UserFactory

DUE = date(2025, 11, 20)


def issue(scene: Scene, **given) -> SupervisionOrder:
    return order_issue(
        **{
            "village": scene.village,
            "organisation": scene.insurance,
            "text": "查清未参保的 12 人",
            "deadline": DUE,
            "actor": scene.leader,
            "now": NOW,
            **given,
        }
    )


def answer(scene: Scene, order: SupervisionOrder, **given) -> SupervisionOrder:
    return order_answer(
        order=order, **{"actor": scene.department, "now": NOW, "comment": "已查清，补录 12 人", **given}
    )


def test_an_order_goes_from_the_leader_to_the_office_and_back(scene: Scene):
    order = issue(scene)
    answer(scene, order)
    order_close(order=order, actor=scene.leader, now=NOW, comment="好")

    order.refresh_from_db()
    assert order.status == "closed"
    assert [step.name for step in order.steps.all()] == ["issue", "answer", "close"]


def test_an_answer_that_does_not_suffice_is_asked_again_with_a_new_day(scene: Scene):
    order = answer(scene, issue(scene))
    later = date(2025, 11, 28)

    order_reissue(order=order, deadline=later, comment="逐户核对", actor=scene.leader, now=NOW)

    order.refresh_from_db()
    assert (order.status, order.deadline) == ("issued", later)


def test_a_late_answer_is_taken_and_marked(scene: Scene):
    order = answer(scene, issue(scene), now=NOW.replace(day=21))

    assert order.steps.get(name="answer").is_late


@pytest.mark.parametrize(
    "role", ["clerk", "head", "department", "bureau", "city", "administrator", "auditor"]
)
def test_only_a_leader_issues(scene: Scene, role: str):
    with pytest.raises(PermissionDenied):
        issue(scene, actor=scene.person(role))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": " "}, "请写明批示内容"),
        ({"deadline": date(2025, 11, 11)}, "期限不能早于今天"),
    ],
)
def test_an_order_says_what_and_until_when(scene: Scene, given, sentence: str):
    with pytest.raises(ValidationError, match=sentence):
        issue(scene, **given)


def test_an_office_is_asked_only_about_villages_in_its_division(scene: Scene):
    neighbour = TownshipFactory(name="白土岗乡", division_code="640181201")

    with pytest.raises(ValidationError, match="管辖范围不包括"):
        issue(scene, organisation=neighbour)


def test_only_the_office_that_was_asked_answers(scene: Scene):
    order = issue(scene)

    with pytest.raises(PermissionDenied, match="由医保局答复"):
        answer(scene, order, actor=scene.clerk)


def test_an_answer_has_words_and_comes_once(scene: Scene):
    order = issue(scene)

    with pytest.raises(TransitionError, match="请写明答复的情况"):
        answer(scene, order, comment=" ")
    answer(scene, order)
    with pytest.raises(TransitionError, match="不能答复"):
        answer(scene, order)


def test_who_answered_does_not_close(scene: Scene):
    person = UserFactory(roles=["leader", "department"], organisation=scene.insurance)
    order = answer(scene, issue(scene), actor=person)

    with pytest.raises(TransitionError, match="请由其他人办理"):
        order_close(order=order, actor=person, now=NOW)


def test_an_order_waits_for_the_office_and_then_for_the_leader(scene: Scene):
    order = issue(scene)
    waiting = SupervisionOrder.objects.waiting_for

    assert list(waiting(scene.department)) == [order]
    assert not waiting(scene.clerk).exists()
    assert not waiting(scene.leader).exists()

    assert order.due_date == DUE

    order = answer(scene, order)

    assert order.due_date is None
    assert not waiting(scene.department).exists()
    assert list(waiting(scene.leader)) == [order]


def test_a_long_order_is_shortened_with_an_ellipsis(scene: Scene):
    order = issue(scene, text="查" * 60)

    label = str(order)

    assert label.endswith("查…")
    assert len(label) < 60
