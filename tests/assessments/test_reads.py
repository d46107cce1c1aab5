"""What waits for whom: the reads behind the home page and the lists."""

from datetime import date

import pytest

from assessments.models import Application
from assessments.services.opinions import OpinionDraft, opinions_give
from assessments.services.self_checks import application_open
from assessments.views.candidates import candidates, quota
from tests.assessments.scene import NOW, TODAY, Scene
from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
)


@pytest.mark.parametrize(
    ("status", "waited_for"),
    [
        ("self_check", {"clerk", "head"}),
        ("submitted", {"bureau"}),
        ("municipal_review", {"bureau"}),
        ("returned", {"clerk", "head"}),
        ("municipal_passed", {"city"}),
        ("city_review", {"city"}),
        ("awarded", set()),
        ("failed", set()),
        ("withdrawn", set()),
    ],
)
def test_an_application_waits_for_who_has_the_next_step(scene: Scene, status: str, waited_for: set[str]):
    scene.reach(status)

    roles = ["clerk", "head", "department", "bureau", "city", "leader", "administrator", "auditor"]
    found = {r for r in roles if Application.objects.waiting_for(scene.person(r), at=TODAY).exists()}

    assert found == waited_for


def test_a_return_that_ran_out_waits_for_the_bureau_as_well(scene: Scene):
    scene.reach("returned")
    waiting = Application.objects.waiting_for

    assert not waiting(scene.bureau, at=date(2025, 11, 30)).exists()
    assert waiting(scene.bureau, at=date(2025, 12, 1)).exists()
    assert waiting(scene.clerk, at=date(2026, 3, 1)).exists()


def test_what_waits_elsewhere_is_not_shown(scene: Scene):
    scene.reach("self_check")
    stranger = UserFactory(
        roles=["clerk"], organisation=TownshipFactory(name="白土岗乡", division_code="640181201")
    )

    assert not Application.objects.waiting_for(stranger, at=TODAY).exists()
    assert not Application.objects.visible_to(stranger).exists()


@pytest.mark.parametrize(
    ("status", "due"),
    [
        ("self_check", date(2025, 11, 30)),
        ("submitted", date(2025, 12, 10)),
        ("municipal_review", date(2025, 12, 10)),
        ("municipal_passed", date(2025, 12, 31)),
        ("city_review", date(2025, 12, 31)),
        ("returned", date(2025, 11, 30)),
        ("awarded", None),
        ("failed", None),
    ],
)
def test_every_status_runs_towards_its_day(scene: Scene, status: str, due: date | None):
    assert scene.reach(status).due_date == due


def test_a_department_is_told_how_many_opinions_it_owes(scene: Scene):
    scene.judged.departments.add(scene.insurance)
    application = scene.reach("municipal_review")
    awaiting = Application.objects.awaiting_opinion_of

    assert awaiting(scene.department).get().opinions_missing == 2

    scene.say(application)
    assert awaiting(scene.department).get().opinions_missing == 1

    opinions_give(
        application=application,
        drafts=[OpinionDraft(scene.judged.pk, "pass")],
        actor=scene.department,
        now=NOW,
    )
    assert not awaiting(scene.department).exists()


def test_opinions_of_an_earlier_round_do_not_count(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application)
    scene.send_back(application)
    scene.mend(application)
    scene.submit(application)
    scene.start(application)

    assert Application.objects.awaiting_opinion_of(scene.department).get().opinions_missing == 1


def test_nobody_else_owes_an_opinion(scene: Scene):
    scene.reach("municipal_review")

    for role in ("clerk", "bureau", "city", "leader", "auditor"):
        assert not Application.objects.awaiting_opinion_of(scene.person(role)).exists()


def test_a_village_whose_year_has_come_is_asked_to_begin(scene: Scene):
    to_apply = Application.objects.enrolments_to_apply

    assert not to_apply(scene.clerk, at=date(2025, 10, 31)).exists()
    assert to_apply(scene.clerk, at=date(2025, 11, 1)).get() == scene.enrolment

    scene.open()
    assert not to_apply(scene.clerk, at=TODAY).exists()


def test_a_village_whose_year_has_passed_does_not_disappear(scene: Scene):
    scene.enrolment.target_year = 2023
    scene.enrolment.save()

    assert Application.objects.enrolments_to_apply(scene.clerk, at=TODAY).exists()


def test_a_village_with_the_title_or_planned_for_later_is_not_asked(scene: Scene):
    Application.objects.filter(pk=scene.reach("awarded").pk).update(year=2024)
    EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"), target_year=None)

    assert not Application.objects.enrolments_to_apply(scene.clerk, at=TODAY).exists()


# --- the list's own reads ------------------------------------------------------------------------


def test_candidates_are_planned_ones_first_with_how_much_they_meet(scene: Scene):
    later = EnrolmentFactory(village=VillageFactory(code="640181101001", name="先进村"), target_year=None)

    first, second = candidates(scene.clerk, TODAY)

    assert (first.enrolment, first.met, first.asked, first.is_planned) == (scene.enrolment, 1, 1, True)
    assert (second.enrolment, second.asked, second.is_planned) == (later, 0, False)


def test_the_years_plan_stands_beside_what_came_of_it(scene: Scene):
    scene.open()
    neighbour = EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"))
    Application.objects.filter(
        pk=application_open(enrolment=neighbour, actor=scene.clerk, now=NOW).pk
    ).update(status="awarded")

    (plan,) = quota(scene.bureau, 2025)

    assert (plan.planned, plan.applied, plan.awarded) == (1, 1, 1)


def test_matching_narrows_by_year_status_and_township(scene: Scene):
    application = scene.reach("submitted")
    matching = Application.objects.matching

    assert matching(year=2025, status="submitted", township="640181101").get() == application
    assert not matching(year=2024).exists()
    assert not matching(status="awarded").exists()
    assert not matching(township="640181201").exists()


def test_the_city_sees_all_its_counties_and_no_other_city(scene: Scene):
    scene.reach("submitted")
    elsewhere = OrganisationFactory(name="固原市农办", kind="prefecture_office", division_code="6404")
    stranger = UserFactory(roles=["city"], organisation=elsewhere)

    assert Application.objects.visible_to(scene.city).exists()
    assert not Application.objects.visible_to(stranger).exists()
