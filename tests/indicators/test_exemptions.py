"""Exemptions: granted and taken back by the bureau, with a trail; the verdict and the pages follow."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from common import clock
from common.transitions import TransitionError
from indicators import tasks
from indicators.models import ComputeJob, Exemption, Verdict
from indicators.services.exemptions import exemption_grant, exemption_revoke
from indicators.services.judged_years import year_hold
from tests.factories import DepartmentFactory, OrganisationFactory, TownshipFactory, UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER
from tests.indicators.score_scene import YEAR, ScoreScene

REASON, APPROVAL = "整村搬迁，没有耕地。", "领导小组会议纪要第 3 号"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(db, monkeypatch) -> ScoreScene:
    """Two villages, a community, and S11, which 泾灵南村 does not meet."""
    monkeypatch.setattr(tasks.run_compute_job, "delay", lambda job_id: None)
    scene = ScoreScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    insured = scene.element("insured")
    scene.figures(insured, YEAR, {10: 50})
    scene.accept(YEAR, [10])
    scene.s11 = scene.standard("S11", "insured", name="参保率", kinds=scene.kinds("eco"))
    scene.compute()
    scene.bureau = UserFactory(name="李主任")
    return scene


def _grant(scene, **other) -> Exemption:
    fields = {
        "standard": scene.s11,
        "village": scene.villages[SOUTH],
        "year": YEAR,
        "reason": REASON,
        "approval": APPROVAL,
        "actor": scene.bureau,
        "now": NOW,
    }
    return exemption_grant(**fields | other)


def _revoke(scene, exemption, **other) -> Exemption:
    return exemption_revoke(
        **{"exemption": exemption, "note": "已分到耕地。", "actor": scene.bureau, "now": NOW} | other
    )


def test_an_exemption_is_kept_with_who_why_and_by_what(scene):
    exemption = _grant(scene, reason=f" {REASON} ")

    assert (exemption.reason, exemption.approval, exemption.by, exemption.at) == (
        REASON,
        APPROVAL,
        scene.bureau,
        NOW,
    )
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor, event.division_code) == ("豁免：批准", scene.bureau, SOUTH)
    assert event.detail == {"reason": REASON, "approval": APPROVAL}


def test_the_village_s_verdicts_are_computed_after_the_commit(
    scene, monkeypatch, django_capture_on_commit_callbacks
):
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_compute_job, "delay", sent.append)

    with django_capture_on_commit_callbacks(execute=True):
        _grant(scene)

    job = ComputeJob.objects.get(pk=sent[0])
    assert (job.village, job.year) == (scene.villages[SOUTH], YEAR)


def test_an_exempt_village_is_not_asked(scene):
    _grant(scene)

    scene.compute()

    assert Verdict.objects.get(standard=scene.s11, scope_code=SOUTH, year=YEAR).status == "not_applicable"


def test_what_was_taken_back_is_asked_again(scene):
    exemption = _revoke(scene, _grant(scene))

    scene.compute()

    assert (exemption.revoked_by, exemption.revoked_at, exemption.revoked_note) == (
        scene.bureau,
        NOW,
        "已分到耕地。",
    )
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.detail) == ("豁免：取消", {"reason": "已分到耕地。"})
    assert Verdict.objects.get(standard=scene.s11, scope_code=SOUTH, year=YEAR).status == "unmet"


def test_it_may_be_granted_again_after_it_was_taken_back(scene):
    _revoke(scene, _grant(scene))

    _grant(scene)

    assert Exemption.objects.in_force().count() == 1


@pytest.mark.parametrize(
    ("other", "refusal"),
    [({"reason": "  "}, "请写明豁免的理由"), ({"approval": ""}, "请写明批准的单位和文件")],
)
def test_it_needs_a_reason_and_a_document(scene, other, refusal):
    with pytest.raises(ValidationError, match=refusal):
        _grant(scene, **other)

    assert not Exemption.objects.exists()


def test_it_is_granted_once(scene):
    _grant(scene)

    with pytest.raises(TransitionError, match="已豁免"):
        _grant(scene)


def test_it_is_refused_for_a_year_that_was_handed_in(scene):
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)

    with pytest.raises(TransitionError, match="已提交评定"):
        _grant(scene)


def test_it_is_not_taken_back_in_a_year_that_was_handed_in(scene):
    exemption = _grant(scene)
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)

    with pytest.raises(TransitionError, match="已提交评定"):
        _revoke(scene, exemption)


def test_it_is_refused_for_a_kind_that_is_not_asked(scene):
    with pytest.raises(TransitionError, match="本来就不适用"):
        _grant(scene, village=scene.villages[TOWER])


def test_it_is_refused_for_a_year_of_which_nothing_is_asked(scene):
    with pytest.raises(TransitionError, match="不适用于 2026 年"):
        _grant(scene, year=2026)


def test_it_is_refused_for_what_is_not_asked_of_villages(scene):
    wider = scene.standard("M1", indicator=scene.s11.indicator, scope="programme")

    with pytest.raises(TransitionError, match="不是对村（社区）的要求"):
        _grant(scene, standard=wider)


def test_it_is_refused_for_a_village_outside_the_programme(scene):
    scene.programme.enrolments.filter(village__code=SOUTH).delete()

    with pytest.raises(TransitionError, match="没有参加"):
        _grant(scene)


def test_it_is_taken_back_once_and_with_a_reason(scene):
    exemption = _grant(scene)
    with pytest.raises(ValidationError, match="取消豁免的理由"):
        _revoke(scene, exemption, note=" ")
    _revoke(scene, exemption)

    with pytest.raises(TransitionError, match="已由李主任取消"):
        _revoke(scene, exemption)


@pytest.mark.parametrize("role", ["clerk", "head", "department", "leader", "city", "auditor"])
def test_only_the_bureau_exempts(scene, role):
    actor = UserFactory(roles=[role])

    with pytest.raises(PermissionDenied):
        _grant(scene, actor=actor)


def test_the_bureau_of_another_county_does_not_exempt(scene):
    exemption = _grant(scene)
    other = UserFactory(organisation=OrganisationFactory(name="永宁县乡村振兴局", division_code="640121"))

    with pytest.raises(PermissionDenied):
        _grant(scene, actor=other, year=2024)
    with pytest.raises(PermissionDenied):
        _revoke(scene, exemption, actor=other)


def _why(village: str = SOUTH, standard=None) -> str:
    return reverse("indicators:why", args=[standard.pk, village, YEAR])


def test_the_bureau_grants_and_takes_back_from_the_verdict(scene, client):
    client.force_login(scene.bureau)
    offered = client.get(_why(standard=scene.s11)).content.decode()
    url = reverse("indicators:exempt", args=[scene.s11.pk, SOUTH, YEAR])
    granted = client.post(url, {"reason": REASON, "approval": APPROVAL}, follow=True).content.decode()
    cancel = reverse("indicators:exemption_cancel", args=[Exemption.objects.get().pk])

    cancelled = client.post(cancel, {"note": "已分到耕地。"}, follow=True).content.decode()

    assert url in offered
    assert REASON in granted
    assert APPROVAL in granted
    assert cancel in granted
    assert url not in granted
    assert "曾豁免" in cancelled
    assert "已分到耕地。" in cancelled


def test_a_form_that_is_refused_comes_back_as_it_was_typed(scene, client):
    client.force_login(scene.bureau)
    _grant(scene)
    url = reverse("indicators:exempt", args=[scene.s11.pk, SOUTH, YEAR])

    page = client.post(url, {"reason": "又一次", "approval": APPROVAL}).content.decode()

    assert "已豁免" in page
    assert "又一次" in page


def test_the_list_says_who_and_why_to_everybody_in_scope(scene, client):
    exemption = _revoke(scene, _grant(scene))
    _grant(scene, village=scene.villages[NORTH])
    client.force_login(UserFactory(roles=["clerk"], organisation=TownshipFactory()))

    page = client.get(reverse("indicators:exemptions", args=["lingwu"])).content.decode()

    for words in (
        REASON,
        APPROVAL,
        "李主任",
        "泾灵南村",
        "泾灵北村",
        "已取消",
        exemption.revoked_note,
        "有效",
    ):
        assert words in page
    assert reverse("indicators:exemption_cancel", args=[exemption.pk]) not in page


def test_the_list_of_another_township_and_of_another_department_is_empty(scene, client):
    _grant(scene)

    found = []
    for role, office in (
        ("clerk", TownshipFactory(name="城区街道办", division_code="640181001")),
        ("department", DepartmentFactory(name="教育局")),
    ):
        client.force_login(UserFactory(roles=[role], organisation=office))
        found.append(client.get(reverse("indicators:exemptions", args=["lingwu"])).content.decode())

    assert ["没有豁免" in page for page in found] == [True, True]


def test_nothing_is_offered_once_the_year_was_handed_in(scene, client):
    _grant(scene)
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)
    client.force_login(scene.bureau)

    page = client.get(_why(standard=scene.s11)).content.decode()

    assert REASON in page
    assert "取消豁免" not in page
