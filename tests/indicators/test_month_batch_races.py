"""Two reviewers at once, on real connections: every month is accepted once, and nobody waits in a ring."""

from datetime import date

import pytest

from indicators.models import AreaLine, MonthlyReport
from indicators.services import months
from indicators.services.batches import BatchAccepted, month_accept_batch
from tests.factories import EnrolmentFactory, UserFactory, VillageFactory
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene
from tests.indicators.test_month_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture
def scene():
    return set_scene()


def signed(scene, *moments):
    for month in moments:
        scene.fill(month=month)
        report = scene.village.reports.get(month=month)
        months.month_submit(report=report, actor=scene.head, now=NOW)
    return list(scene.village.reports.filter(month__in=moments))


def accept(reports, actor):
    seen = {report.pk: report.version for report in reports}
    return month_accept_batch(reports=reports, seen_versions=seen, actor=actor, now=NOW)


def test_of_two_who_accept_the_same_months_each_month_has_one(scene):
    second = UserFactory(username="second", organisation=scene.bureau.organisation, roles=["bureau"])
    for number in range(ROUNDS):
        code = f"64018110130{number}"
        scene.village = EnrolmentFactory(village=VillageFactory(code=code, name=f"村{number}")).village
        reports = signed(scene, date(2024, 12, 1), SEPTEMBER, OCTOBER)

        outcomes = at_once(
            lambda reports=reports: accept(reports, scene.bureau),
            lambda reports=reports: accept(reports[::-1], second),
        )

        assert [type(outcome) for outcome in outcomes] == [BatchAccepted] * 2
        assert sorted(len(outcome.accepted) for outcome in outcomes) == [0, 3]
        for report in reports:
            assert report.steps.filter(name="accept").count() == 1


def test_a_batch_and_a_single_acceptance_count_a_month_once_in_its_areas(scene):
    reports = signed(scene, SEPTEMBER, OCTOBER)

    at_once(
        lambda: accept(reports, scene.bureau),
        lambda: months.month_accept(report=scene.report, actor=scene.bureau, now=NOW),
    )

    assert set(MonthlyReport.objects.values_list("status", flat=True)) == {"accepted"}
    line = AreaLine.objects.get(year=2025, area_code="640181101", element=scene.due)
    assert (line.v10, line.n10) == (1480, 1)


def test_a_save_into_a_month_that_comes_back_for_other_figures_is_refused_or_came_before(scene):
    for number in range(ROUNDS):
        code = f"64018110140{number}"
        scene.village = EnrolmentFactory(village=VillageFactory(code=code, name=f"村{number}")).village
        (report,) = signed(scene, OCTOBER)
        months.month_return(report=report, comment="请核实。", actor=scene.bureau, now=NOW)
        marks = {"marks": {scene.greening.pk: "请核实。"}, "actor": scene.bureau, "now": NOW}
        months.month_submit(report=report, actor=scene.head, now=NOW)

        at_once(
            lambda report=report, marks=marks: months.month_return(report=report, **marks),
            lambda: scene.save({scene.due: 1490}),
        )

        assert scene.value(scene.due) == 1480
