"""Two people at the same moment: exactly one gets through, with real connections in real threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from assessments.models import Application
from assessments.services.awards import application_award, award_pay
from assessments.services.opinions import OpinionDraft, opinions_give
from assessments.services.reviews import application_fail, municipal_pass
from assessments.services.self_checks import application_open, self_check_save
from common.transitions import TransitionError
from indicators.services.exemptions import exemption_grant
from tests.assessments.scene import NOW, TODAY, Scene
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db) -> Scene:
    return Scene()


def at_once(*attempts: Callable[[], object]) -> list[str]:
    """Run all attempts at the same moment; what each came to: done, or the refusal."""
    barrier = Barrier(len(attempts))

    def run(attempt: Callable[[], object]) -> str:
        barrier.wait()
        try:
            attempt()
        except TransitionError as refusal:
            return str(refusal)
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(run, attempts))


def test_of_two_reviewers_who_decide_at_once_one_decides(scene: Scene):
    application = scene.reach("municipal_review")
    scene.judge(application)
    colleague = UserFactory(roles=["bureau"], organisation=scene.bureau_office)

    ends = at_once(
        lambda: municipal_pass(application=application, actor=scene.bureau, now=NOW),
        lambda: application_fail(application=application, actor=colleague, now=NOW, comment="差距大"),
    )

    decisions = application.steps.filter(name__in=["pass", "fail"])
    application.refresh_from_db()
    assert ends.count("done") == 1
    assert decisions.get().to_status == application.status


def test_of_eight_who_submit_at_once_one_submits(scene: Scene):
    application = scene.open()

    ends = at_once(*[lambda: scene.submit(application)] * 8)

    assert ends.count("done") == 1
    assert application.snapshots.count() == application.steps.filter(name="submit").count() == 1


def test_of_two_who_award_at_once_one_awards(scene: Scene):
    application = scene.reach("city_review")
    colleague = UserFactory(roles=["city"], organisation=scene.city_office)

    ends = at_once(
        *[
            lambda person=person: application_award(
                application=application, award_date=TODAY, funds=Decimal(50), actor=person, now=NOW
            )
            for person in (scene.city, colleague)
        ]
    )

    assert ends.count("done") == 1
    assert application.steps.filter(name="award").count() == 1


def test_a_village_is_opened_once_however_many_press(scene: Scene):
    ends = at_once(*[lambda: application_open(enrolment=scene.enrolment, actor=scene.clerk, now=NOW)] * 4)

    assert ends.count("done") == 1
    assert Application.objects.count() == 1


def test_of_two_who_save_the_same_version_one_saves(scene: Scene):
    application = scene.open()

    ends = at_once(
        *[
            lambda person=person: self_check_save(
                application=application,
                seen_version=1,
                report=person.name,
                statements={},
                actor=person,
                now=NOW,
            )
            for person in (scene.clerk, scene.head)
        ]
    )

    application.refresh_from_db()
    assert ends.count("done") == 1
    assert application.version == 2
    assert application.self_check_report == [scene.clerk, scene.head][ends.index("done")].name


def test_an_opinion_is_in_the_decision_or_refused_never_lost_between(scene: Scene):
    application = scene.reach("municipal_review")
    scene.judge(application)

    said, decided = at_once(
        lambda: opinions_give(
            application=application,
            drafts=[OpinionDraft(scene.measured.pk, "pass")],
            actor=scene.department,
            now=NOW,
        ),
        lambda: municipal_pass(application=application, actor=scene.bureau, now=NOW),
    )

    frozen = application.steps.get(name="pass").detail["opinions"]
    assert decided == "done"
    assert (len(frozen) == 1) == (said == "done")
    assert application.opinions.count() == len(frozen)


def test_payments_at_once_never_exceed_the_funds(scene: Scene):
    award = scene.reach("awarded").award

    def pay() -> None:
        try:
            award_pay(
                award=award,
                amount=Decimal(20),
                paid_date=TODAY,
                note="",
                token=uuid4(),
                actor=scene.bureau,
                now=NOW,
            )
        except Exception as error:
            raise TransitionError(str(error)) from error

    ends = at_once(*[pay] * 6)

    award.refresh_from_db()
    assert ends.count("done") == 2
    assert award.paid == Decimal(40)


def test_without_the_lock_two_would_decide(scene: Scene):
    """The broken variant beside the tests above: it shows that they can fail."""
    application = scene.reach("municipal_review")
    both_have_read = Barrier(2)

    def decide(status: str) -> None:
        row = Application.objects.get(pk=application.pk)
        if row.status != "municipal_review":
            raise TransitionError("已经有人决定了。")
        both_have_read.wait()
        Application.objects.filter(pk=row.pk).update(status=status)

    ends = at_once(lambda: decide("municipal_passed"), lambda: decide("failed"))

    assert ends == ["done", "done"]


@pytest.mark.parametrize("attempt", range(3))
def test_a_year_is_not_handed_in_around_an_exemption(scene: Scene, attempt: int):
    application = scene.open()
    exempt = {"standard": scene.measured, "village": scene.village, "year": 2025, "actor": scene.bureau}

    ends = at_once(
        lambda: scene.submit(application),
        lambda: exemption_grant(**exempt, reason="整村搬迁", approval="会议纪要", now=NOW),
    )

    frozen = application.snapshots.get().payload["standards"][0]["verdict"]["status"]
    came_first = "not_applicable" if ends[1] == "done" else "met"
    assert ends[0] == "done"
    assert frozen == came_first
