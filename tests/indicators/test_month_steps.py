"""The steps of a month: submitted, withdrawn, accepted, returned."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common.transitions import TransitionError
from indicators.models import ComputeJob
from indicators.services import months
from indicators.services.months import MissingFigures, StaleVersion
from tests.factories import TownshipFactory, UserFactory
from tests.indicators.month_scene import NOW, OCTOBER, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return set_scene()


def test_the_head_submits_a_whole_month(scene):
    scene.fill()

    report = scene.submit()

    assert report.status == "submitted"
    step = report.steps.get()
    assert (step.name, step.from_status, step.to_status, step.by, step.at) == (
        "submit",
        "draft",
        "submitted",
        scene.head,
        NOW,
    )
    assert AuditEvent.objects.about(report).filter(detail__step="submit").count() == 1


def test_a_clerk_cannot_submit(scene):
    scene.fill()

    with pytest.raises(PermissionDenied):
        months.month_submit(report=scene.report, actor=scene.clerk, now=NOW)

    assert scene.report.status == "draft"


def test_the_head_of_another_township_cannot_submit(scene):
    scene.fill()
    other = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(organisation=other, roles=["head"])

    with pytest.raises(PermissionDenied):
        months.month_submit(report=scene.report, actor=stranger, now=NOW)


def test_a_part_above_its_whole_cannot_be_submitted(scene):
    scene.fill()
    scene.save({scene.insured: 1520})

    with pytest.raises(TransitionError, match="参保人数（1,520）大于应参保人数（1,480），请核对。"):
        scene.submit()

    assert scene.report.status == "draft"


def test_a_relation_with_an_empty_figure_is_not_judged(scene):
    scene.fill()
    scene.save({scene.insured: 1520, scene.due: None})

    assert scene.submit(incomplete_ok=True).status == "submitted"


def test_a_month_with_gaps_is_submitted_only_with_an_explicit_word(scene):
    scene.save({scene.due: 1480})

    with pytest.raises(MissingFigures) as refusal:
        scene.submit()

    missing = [item.element for item in refusal.value.missing]
    assert missing == [scene.insured, scene.greening, scene.plan, scene.stars, scene.medical]
    assert scene.submit(incomplete_ok=True).status == "submitted"


def test_a_wholly_empty_month_cannot_be_submitted(scene):
    months.month_open(village=scene.village, month=OCTOBER, actor=scene.clerk, now=NOW)

    with pytest.raises(TransitionError, match="本月一项数据也没有填"):
        scene.submit(incomplete_ok=True)


def test_the_second_of_two_submits_is_told_that_it_is_done(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(TransitionError, match="本月已由王镇长于 2025-11-12 09:00 上报，不用再报。"):
        scene.submit()

    assert scene.report.steps.count() == 1


def test_nobody_submits_what_changed_after_they_looked(scene):
    scene.fill()
    seen = scene.report.version
    scene.save({scene.greening: 46})

    with pytest.raises(StaleVersion):
        scene.submit(seen_version=seen)

    assert scene.submit(seen_version=seen + 1).status == "submitted"


def test_a_submitted_month_can_be_withdrawn_and_changed(scene):
    scene.fill()
    report = scene.submit()

    months.month_withdraw(report=report, actor=scene.head, now=NOW)
    scene.save({scene.greening: 46})

    assert scene.report.status == "draft"


def test_the_bureau_accepts_and_asks_for_verdicts(scene):
    scene.fill()
    scene.submit()

    report = scene.accept()

    assert report.status == "accepted"
    job = ComputeJob.objects.get()
    assert (job.programme, job.year, job.village) == (scene.programme, 2025, scene.village)


def test_a_late_month_also_moves_the_year_after_it(scene):
    december = date(2024, 12, 1)
    scene.save({scene.due: 1400}, month=december)
    report = scene.village.reports.get(month=december)
    months.month_submit(report=report, actor=scene.head, now=NOW, incomplete_ok=True)

    months.month_accept(report=report, actor=scene.bureau, now=NOW)

    assert sorted(ComputeJob.objects.values_list("year", flat=True)) == [2024, 2025]


def test_a_return_needs_its_reason_and_keeps_it(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(TransitionError, match="请写明退回的理由。"):
        scene.give_back(comment="   ")
    report = scene.give_back(comment="参保人数请与医保局核对。")

    assert report.status == "returned"
    assert report.last_step("return").comment == "参保人数请与医保局核对。"
    assert not ComputeJob.objects.exists()


def test_the_township_cannot_accept_its_own_month(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(PermissionDenied):
        months.month_accept(report=scene.report, actor=scene.head, now=NOW)


def test_nobody_accepts_what_they_submitted_whatever_roles_they_hold(scene):
    scene.fill()
    both = UserFactory(organisation=scene.bureau.organisation, roles=["head", "bureau"])
    months.month_submit(report=scene.report, actor=both, now=NOW)

    with pytest.raises(TransitionError, match="请由其他人办理"):
        months.month_accept(report=scene.report, actor=both, now=NOW)


def test_nobody_accepts_what_changed_after_they_looked(scene):
    scene.fill()
    report = scene.submit()
    seen = report.version
    months.month_withdraw(report=report, actor=scene.head, now=NOW)
    scene.save({scene.greening: 46})
    scene.submit()

    with pytest.raises(StaleVersion):
        scene.accept(seen_version=seen)

    assert scene.report.status == "submitted"


@pytest.mark.parametrize("step", ["accept", "give_back"])
def test_a_draft_cannot_be_reviewed(scene, step):
    scene.fill()

    with pytest.raises(TransitionError, match="现在的状态是“填报中”"):
        getattr(scene, step)()


def test_an_accepted_month_cannot_be_withdrawn_or_returned(scene):
    scene.fill()
    scene.submit()
    scene.accept()

    with pytest.raises(TransitionError):
        months.month_withdraw(report=scene.report, actor=scene.head, now=NOW)
    with pytest.raises(TransitionError):
        scene.give_back()

    assert scene.report.status == "accepted"


def test_the_closed_sentence_names_the_year_where_it_is_another(scene):
    scene.fill()
    months.month_submit(report=scene.report, actor=scene.head, now=datetime(2026, 1, 5, 2, tzinfo=UTC))

    assert scene.report.why_closed() == "本月已于 2026-01-05 上报，需修改请向振兴局申请退回。"


def test_a_month_is_whole_without_what_its_kind_is_not_asked_for(scene):
    scene.save({scene.due: 1480, scene.insured: 1410, scene.greening: "45.5", scene.plan: 1, scene.stars: 3})
    scene.ask_only(scene.medical)

    scene.submit()

    assert scene.report.status == "submitted"
