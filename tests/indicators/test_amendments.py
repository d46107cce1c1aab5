"""Correcting an accepted month: asked with a reason, decided by the bureau, followed by its verdicts."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent, Notice
from common.transitions import TransitionError
from indicators.engine import compute
from indicators.models import (
    Amendment,
    AmendmentLine,
    AreaLine,
    ComputeJob,
    Indicator,
    RequestState,
    Standard,
    ValueChange,
    Verdict,
)
from indicators.services.amendments import amendment_ask, amendment_grant, amendment_refuse
from indicators.services.areas import areas_repair
from indicators.services.refusals import BrokenRules
from tests.indicators.month_scene import NOW, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """October is accepted: 1410 of 1480 are insured, and 95 % are asked for."""
    scene = set_scene()
    rate = Indicator.objects.create(
        programme=scene.programme,
        code="rate",
        name="参保率",
        unit="%",
        expression="pension_insured / pension_due * 100",
    )
    standard = Standard.objects.create(
        programme=scene.programme,
        code="S11",
        name="养老保险参保率",
        section="standard",
        clause="不低于95%",
        indicator=rate,
        comparator=">=",
        threshold="95",
        scope="village",
        first_year=2022,
        last_year=2025,
    )
    standard.departments.add(scene.department)
    scene.fill()
    scene.submit()
    scene.accept()
    compute(scene.programme, 2025, now=NOW)
    return scene


def ask(scene, reason="名册核对后更正。", actor=None, **values):
    wanted = {"insured": 1380} | values
    figures = {getattr(scene, name).pk: None if v is None else Decimal(v) for name, v in wanted.items()}
    return amendment_ask(
        report=scene.report, values=figures, reason=reason, actor=actor or scene.clerk, now=NOW
    )


def grant(scene, amendment=None, **more):
    given = {"amendment": amendment or ask(scene), "actor": scene.bureau, "now": NOW} | more
    return amendment_grant(**given)


def status() -> str:
    return Verdict.objects.get(standard__code="S11", year=2025).status


def test_asking_keeps_old_and_new_and_changes_nothing(scene):
    amendment = ask(scene)

    line = AmendmentLine.objects.get()
    assert (line.element, line.old, line.new) == (scene.insured, 1410, 1380)
    assert scene.value(scene.insured) == 1410
    assert amendment.state == RequestState.ASKED
    assert AuditEvent.objects.get(action="更正：申请").detail["comment"] == "名册核对后更正。"


@pytest.mark.parametrize("reason", ["", "  "])
def test_asking_needs_a_reason(scene, reason):
    with pytest.raises(TransitionError, match="请写明更正的理由"):
        ask(scene, reason=reason)


def test_asking_for_what_stands_already_is_refused(scene):
    with pytest.raises(TransitionError, match="没有改动任何数据"):
        ask(scene, insured=1410)


def test_a_correction_keeps_the_rules(scene):
    with pytest.raises(BrokenRules, match="大于应参保人数"):
        ask(scene, insured=1500)


def test_a_correction_is_a_figure_that_can_be(scene):
    with pytest.raises(ValidationError, match="不能是负数"):
        ask(scene, insured=-1)


def test_a_department_corrects_its_own_figures_only(scene):
    with pytest.raises(PermissionDenied, match="填报，不能由您填写"):
        ask(scene, actor=scene.officer)

    amendment = amendment_ask(
        report=scene.report,
        values={scene.medical.pk: Decimal(1490)},
        reason="医保名册更正。",
        actor=scene.officer,
        now=NOW,
    )
    assert amendment.lines.get().old == 1500


def test_a_month_that_is_not_accepted_needs_no_correction():
    scene = set_scene()
    scene.fill()

    with pytest.raises(TransitionError, match="不用更正"):
        ask(scene)


def test_one_request_at_a_time(scene):
    ask(scene)

    with pytest.raises(TransitionError, match="已有一份更正申请"):
        ask(scene, insured=1390)


def test_a_granted_correction_counts_with_its_history(scene):
    before = scene.report.version

    grant(scene)

    assert scene.value(scene.insured) == 1380
    change = ValueChange.objects.latest("pk")
    assert (change.old, change.new, change.by, change.way) == (1410, 1380, scene.clerk, "amended")
    assert (scene.report.status, scene.report.version) == ("accepted", before + 1)
    assert AuditEvent.objects.filter(action="更正：同意", actor=scene.bureau).count() == 1


def test_verdicts_follow_and_those_concerned_are_told(scene):
    assert status() == "met"

    moved = grant(scene)

    assert status() == "near"
    assert [move.verdict.standard.code for move in moved] == ["S11"]
    text = "泾灵南村2025年10月月报更正后，S11 养老保险参保率（2025年）由“达标”变为“接近”。"
    told = Notice.objects.filter(text=text)
    assert {notice.user for notice in told} >= {scene.clerk, scene.head, scene.officer}
    assert told[0].url.startswith("/indicators/why/")
    assert ComputeJob.objects.filter(village=scene.village, year=2025).exists()


def test_the_sums_of_areas_follow(scene):
    grant(scene)

    assert AreaLine.objects.get(area_code="640181", element_id=scene.insured.pk).v10 == 1380
    assert areas_repair() == 0


def test_a_correction_that_moves_no_verdict_tells_only_who_asked(scene):
    moved = grant(scene, ask(scene, insured=1420))

    assert moved == []
    assert [(notice.user, notice.text) for notice in Notice.objects.all()] == [
        (scene.clerk, "泾灵南村 2025-10 月报的更正申请已同意，数据已更正。")
    ]


def test_a_correction_may_empty_a_figure(scene):
    grant(scene, ask(scene, insured=None))

    assert scene.value(scene.insured) is None
    assert status() == "no_data"


def test_who_asked_does_not_decide(scene):
    amendment = ask(scene)
    Amendment.objects.update(asked_by=scene.bureau)

    with pytest.raises(TransitionError, match="请由其他人审定"):
        grant(scene, amendment)


def test_the_township_decides_nothing(scene):
    with pytest.raises(PermissionDenied):
        grant(scene, actor=scene.head)


def test_a_refusal_says_why_and_changes_nothing(scene):
    amendment = ask(scene)

    with pytest.raises(TransitionError, match="请写明不同意更正的理由"):
        amendment_refuse(amendment=amendment, note=" ", actor=scene.bureau, now=NOW)
    amendment_refuse(amendment=amendment, note="名册未附。", actor=scene.bureau, now=NOW)

    assert scene.value(scene.insured) == 1410
    assert "未同意：名册未附。" in Notice.objects.get().text
    with pytest.raises(TransitionError, match="不用再办"):
        grant(scene, amendment)


def test_figures_that_moved_since_are_not_written_over(scene):
    first = ask(scene)
    Amendment.objects.update(state="refused", decided_by=scene.bureau, decided_at=NOW)
    grant(scene, ask(scene, insured=1390))
    Amendment.objects.filter(pk=first.pk).update(state="asked", decided_by=None, decided_at=None)

    with pytest.raises(TransitionError, match="原值对不上了"):
        grant(scene, first)
