"""Scores in the yearly workflow: given by reviewers within their range, frozen with what is handed in."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from assessments.services import opinions
from indicators.engine import compute
from indicators.models import Grade, Judgement, Score, ScoreSection, Standard
from tests.assessments.scene import NOW, Scene


@pytest.fixture
def scene(db) -> Scene:
    """S12 gives 60 points if it is met, Q01 is given 0 to 40 by a reviewer; 90 are 五星."""
    scene = Scene()
    card = ScoreSection.objects.create(programme=scene.programme, code="star", name="升阶晋星测评")
    part = ScoreSection.objects.create(programme=scene.programme, parent=card, code="party", name="党建引领")
    Grade.objects.create(section=card, name="五星", from_points=90)
    Grade.objects.create(section=card, name="不合格")
    Standard.objects.filter(pk=scene.measured.pk).update(points=60, score_section=card)
    Standard.objects.filter(pk=scene.judged.pk).update(points=40, score_section=part)
    for standard in (scene.measured, scene.judged):
        standard.refresh_from_db()
    return scene


def _judge(scene: Scene, application, points: str | None, **other) -> Judgement:
    fields = {"standard": scene.judged, "is_met": True, "note": "现场查看，材料齐全。"} | other
    return opinions.judgement_decide(
        application=application,
        points=points and Decimal(points),
        actor=scene.bureau,
        now=NOW,
        **fields,
    )


def _total(scene: Scene) -> Score:
    compute(scene.programme, 2025, now=NOW, villages=[scene.village])
    return Score.objects.get(section__code="star", village=scene.village, year=2025)


def _client(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_points_of_a_reviewer_count_in_the_total(scene: Scene):
    application = scene.reach("municipal_review")
    before = _total(scene)

    _judge(scene, application, "32.5")

    after = _total(scene)
    assert (before.points, before.missing, before.grade) == (60, 1, "")
    assert (after.points, after.missing, after.grade) == (Decimal("92.5"), 0, "五星")


def test_the_trail_keeps_the_points_and_what_they_were(scene: Scene):
    application = scene.reach("municipal_review")

    _judge(scene, application, "32.5")
    judgement = _judge(scene, application, "40")

    event = AuditEvent.objects.about(judgement).latest("pk")
    assert (event.detail["points"], event.detail["before"]["points"]) == ("40", "32.5")


@pytest.mark.parametrize("points", ["0", "40", "0.0001"])
def test_both_ends_of_the_range_are_taken(scene: Scene, points: str):
    application = scene.reach("municipal_review")

    judgement = _judge(scene, application, points)

    assert judgement.points == Decimal(points)


@pytest.mark.parametrize(
    ("points", "refusal"),
    [
        (None, "请给Q01 .*评分"),
        ("40.0001", "应在 0 到 40 分之间"),
        ("-1", "应在 0 到 40 分之间"),
        ("1.00001", "最多 4 位小数"),
    ],
)
def test_points_outside_the_range_are_refused(scene: Scene, points: str | None, refusal: str):
    application = scene.reach("municipal_review")

    with pytest.raises(ValidationError, match=refusal):
        _judge(scene, application, points)

    assert not Judgement.objects.exists()


def test_a_deduction_may_be_negative(scene: Scene):
    Standard.objects.filter(pk=scene.judged.pk).update(points=0, least_points=-10)
    scene.judged.refresh_from_db()
    application = scene.reach("municipal_review")

    _judge(scene, application, "-7")

    assert _total(scene).points == 53


def test_no_points_are_given_where_there_are_none(scene: Scene):
    Standard.objects.filter(pk=scene.judged.pk).update(points=None, score_section=None)
    scene.judged.refresh_from_db()
    application = scene.reach("municipal_review")

    with pytest.raises(ValidationError, match="不计分"):
        _judge(scene, application, "1")


def test_the_form_asks_for_points_and_says_the_range(scene: Scene):
    application = scene.reach("municipal_review")
    url, field = reverse("assessments:judgements", args=[application.pk]), f"standard-{scene.judged.pk}"
    said = {f"{field}-is_met": "1", f"{field}-note": "材料齐全。", "standard": scene.judged.pk}
    bureau = _client(scene.bureau)

    asked = bureau.get(url).content.decode()
    without = bureau.post(url, said).content.decode()
    beyond = bureau.post(url, said | {f"{field}-points": "41"}).content.decode()
    given = bureau.post(url, said | {f"{field}-points": "36.5"}, follow=True).content.decode()

    assert "0 到 40 分" in asked
    assert "评分" in without
    assert "应在 0 到 40 分之间" in beyond
    assert 'value="36.5"' in given
    assert Judgement.objects.get().points == Decimal("36.5")


def test_a_standard_without_points_is_judged_as_before(scene: Scene):
    Standard.objects.filter(pk=scene.judged.pk).update(points=None, score_section=None)
    application = scene.reach("municipal_review")

    page = (
        _client(scene.bureau).get(reverse("assessments:judgements", args=[application.pk])).content.decode()
    )

    assert "评分" not in page


def test_what_is_handed_in_holds_the_scores(scene: Scene):
    application = scene.open()

    scene.submit(application)

    payload = application.snapshots.get().payload
    [total] = payload["scores"]
    assert (total["name"], total["points"], total["missing"], total["grade"]) == (
        "升阶晋星测评",
        "60.0000",
        1,
        "",
    )
    assert [(part["name"], part["full_points"]) for part in total["parts"]] == [("党建引领", "40.0000")]
    measured = payload["standards"][0]
    assert (measured["standard"]["points"], measured["verdict"]["score"]) == ("60.0000", "60.0000")


def test_the_sheet_shows_what_was_handed_in_whatever_comes_later(scene: Scene):
    application = scene.reach("municipal_review")
    scene.insure(100)

    page = _client(scene.bureau).get(application.get_absolute_url()).content.decode()

    assert _total(scene).points == 0
    assert "升阶晋星测评" in page
    assert "60 分" in page
    assert "得 60/60 分" in page
    assert reverse("indicators:scorecard", args=["lingwu", 2025, scene.village.code]) in page


def test_the_decision_shows_the_points_that_were_given(scene: Scene):
    application = scene.reach("municipal_review")
    _judge(scene, application, "36.5")
    scene.municipal_pass(application)
    Judgement.objects.update(points=1)

    page = _client(scene.bureau).get(application.get_absolute_url()).content.decode()

    assert "36.5 分" in page
    assert application.steps.get(name="pass").detail["judgements"][0]["points"] == "36.5000"


def test_a_department_sees_its_own_points_and_no_total(scene: Scene):
    application = scene.reach("municipal_review")

    page = _client(scene.department).get(application.get_absolute_url()).content.decode()

    assert "得 60/60 分" in page
    assert "升阶晋星测评" not in page


def test_an_application_without_a_scorecard_holds_no_scores(scene: Scene):
    Standard.objects.update(points=None, score_section=None)
    ScoreSection.objects.all().delete()
    application = scene.open()

    scene.submit(application)

    assert "scores" not in application.snapshots.get().payload
