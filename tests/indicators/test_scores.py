"""Scores: what sections add up to, what becomes of what is missing or not asked, grades and vetoes."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.engine import points_in_words
from indicators.engine.computing.verdicts import compute_counties
from indicators.engine.interpreting.scorecards import load_cards
from indicators.engine.interpreting.tallying import score
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import LedgerLine, Score, ScoreSection, Standard
from indicators.services.judged_years import year_hold, year_release
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, decimals
from tests.indicators.score_scene import YEAR, ScoreScene, marks_of
from villages.models import Enrolment

GRADES = {"五星": 90, "四星": 80, "三星": 60, "不合格": None}


@pytest.fixture
def scene(db) -> ScoreScene:
    """Two villages and nothing to be scored yet."""
    scene = ScoreScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    return scene


def _said(row: Score | None) -> tuple:
    assert row is not None
    return row.points, row.full_points, row.missing, row.grade


def _south() -> Score:
    return Score.objects.get(village__code=SOUTH)


def test_a_section_gives_what_its_items_give(scene):
    card = scene.card(points=100)
    scene.found(scene.item("B1", card, 60), 45)
    scene.found(scene.item("B2", card, 40), "12.5", "unmet")

    row = scene.scored(card)

    assert _said(row) == (Decimal("57.5"), 100, 0, "")


def test_a_section_gives_no_more_than_its_most(scene):
    card = scene.card(points=100)
    scene.found(scene.item("B1", card, 80), 70)
    scene.found(scene.item("B2", card, 60), 50)

    row = scene.scored(card)

    assert _said(row) == (100, 100, 0, "")


def test_a_part_counts_by_its_weight_in_the_section_above(scene):
    card = scene.card()
    heavy, light = scene.section("a", card, weight="0.6"), scene.section("b", card, weight="0.4")
    scene.found(scene.item("B1", heavy, 100), 90)
    scene.found(scene.item("B2", light, 100), 50)

    row = scene.scored(card)

    assert _said(row) == (74, 100, 0, "")
    assert _said(scene.scored(heavy)) == (90, 100, 0, "")


def test_a_bonus_adds_points_and_no_full_marks(scene):
    card = scene.card(points=105)
    bonus = scene.section("bonus", card, is_bonus=True, points=10)
    scene.found(scene.item("B1", card, 100), 93)
    scene.found(scene.item("B9", bonus, 20), 20)

    row = scene.scored(card)

    assert _said(row) == (103, 100, 0, "")
    assert _said(scene.scored(bonus)) == (10, 10, 0, "")


def test_a_deduction_takes_points_away(scene):
    card = scene.card(points=100)
    scene.found(scene.item("B1", card, 100), 95)
    scene.found(scene.item("D1", card, 0, least_points=-10), -4, "unmet")

    row = scene.scored(card)

    assert _said(row) == (91, 100, 0, "")


def test_a_deduction_is_not_stretched_with_what_is_asked(scene):
    card = scene.card(points=100, not_applicable="rescale")
    scene.found(scene.item("B1", card, 60), 45)
    scene.found(scene.item("B2", card, 40), None, "not_applicable")
    scene.found(scene.item("D1", card, 0, least_points=-10), -4, "unmet")

    row = scene.scored(card)

    assert _said(row) == (71, 100, 0, "")


@pytest.mark.parametrize(
    ("rule", "points", "full_points"), [("leave_out", 45, 60), ("rescale", 75, 100), ("full", 85, 100)]
)
def test_what_does_not_apply_is_treated_by_the_section_s_rule(scene, rule, points, full_points):
    card = scene.card(points=100, not_applicable=rule)
    scene.found(scene.item("B1", card, 60), 45)
    scene.found(scene.item("B2", card, 40), None, "not_applicable")

    row = scene.scored(card)

    assert _said(row) == (points, full_points, 0, "")


@pytest.mark.parametrize(("rule", "points"), [("leave_out", 45), ("rescale", 75), ("full", 85)])
def test_the_rule_above_makes_up_for_what_a_part_leaves_out(scene, rule, points):
    card = scene.card(points=100, not_applicable=rule)
    first, second = scene.section("a", card), scene.section("b", card)
    scene.found(scene.item("B1", first, 60), 45)
    scene.found(scene.item("B2", second, 40), None, "not_applicable")

    row = scene.scored(card)

    assert row.points == points


def test_nobody_is_given_a_bonus_for_what_is_not_asked(scene):
    card = scene.card(not_applicable="full")
    bonus = scene.section("bonus", card, is_bonus=True, not_applicable="full")
    scene.found(scene.item("B1", card, 100), 80)
    scene.found(scene.item("B9", bonus, 20), None, "not_applicable")

    row = scene.scored(card)

    assert _said(row) == (80, 100, 0, "")


def test_a_quotient_is_rounded_half_up_to_four_places(scene):
    card = scene.card(not_applicable="rescale")
    scene.found(scene.item("B1", card, 3), 1)
    scene.found(scene.item("B2", card, 4), None, "not_applicable")

    row = scene.scored(card)

    assert row.points == Decimal("2.3333")


def test_parts_are_added_up_before_they_are_rounded(scene):
    card = scene.card(grades=GRADES)
    parts = [scene.section(code, card, not_applicable="rescale") for code in ("a", "b", "c")]
    for part, points in zip(parts, (19, 19, 7), strict=True):
        scene.found(scene.item(f"{part.code}1", part, 30), points)
        scene.found(scene.item(f"{part.code}2", part, 10), None, "not_applicable")

    row = scene.scored(card)

    assert (row.points, row.grade) == (60, "三星")
    assert [scene.scored(part).points for part in parts] == decimals("25.3333", "25.3333", "9.3333")


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("90", "五星"),
        ("89.9999", "四星"),
        ("80", "四星"),
        ("60", "三星"),
        ("59.9999", "不合格"),
        ("0", "不合格"),
    ],
)
def test_the_grade_is_the_highest_that_the_points_reach(scene, points, grade):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 100), points)

    row = scene.scored(card)

    assert row.grade == grade


@pytest.mark.parametrize("status", ["no_data", None])
def test_there_is_no_grade_while_something_is_missing(scene, status):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 95), 95)
    open_item = scene.item("B2", card, 5)
    if status:
        scene.found(open_item, None, status)

    row = scene.scored(card)

    assert _said(row) == (95, 100, 1, "")


@pytest.mark.parametrize("status", ["near", "unmet"])
def test_a_veto_that_fails_leaves_the_lowest_grade(scene, status):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 100), 95)
    scene.found(scene.item("V1", card, veto="fails"), None, status)

    row = scene.scored(card)

    assert (row.points, row.grade, row.vetoed_by) == (95, "不合格", "V1")


def test_a_veto_that_fails_settles_the_grade_while_something_is_missing(scene):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 95), 95)
    scene.found(scene.item("B2", card, 5), None, "no_data")
    scene.found(scene.item("V1", card, veto="fails"), None, "unmet")

    row = scene.scored(card)

    assert _said(row) == (95, 100, 1, "不合格")


def test_a_veto_that_caps_leaves_the_grade_open_while_something_is_missing(scene):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 95), 95)
    scene.found(scene.item("B2", card, 5), None, "no_data")
    scene.found(scene.item("V1", card, veto="caps", veto_grade="三星"), None, "unmet")

    row = scene.scored(card)

    assert _said(row) == (95, 100, 1, "")


@pytest.mark.parametrize(("points", "grade"), [(95, "三星"), (30, "不合格")])
def test_a_veto_that_caps_leaves_at_most_its_grade(scene, points, grade):
    card = scene.card(grades=GRADES)
    part = scene.section("a", card)
    scene.found(scene.item("B1", card, 100), points)
    scene.found(scene.item("V1", part, veto="caps", veto_grade="三星"), None, "unmet")

    row = scene.scored(card)

    assert (row.grade, row.vetoed_by) == (grade, "V1")


def test_a_veto_that_is_met_or_not_asked_changes_nothing(scene):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 100), 95)
    scene.found(scene.item("V1", card, veto="fails"), None, "met")
    scene.found(scene.item("V2", card, veto="fails"), None, "not_applicable")

    row = scene.scored(card)

    assert (row.grade, row.vetoed_by) == ("五星", "")


def test_a_veto_of_no_section_holds_for_every_scorecard(scene):
    first, second = scene.card("a", GRADES), scene.card("b", GRADES)
    scene.found(scene.item("B1", first, 100), 95)
    scene.found(scene.item("B2", second, 100), 85)
    scene.found(scene.item("V1", None, veto="fails"), None, "unmet")

    rows = [scene.scored(first), scene.scored(second)]

    assert [(row.grade, row.vetoed_by) for row in rows] == [("不合格", "V1")] * 2


def test_a_veto_nobody_knows_the_answer_to_is_missing(scene):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 100), 95)
    scene.found(scene.item("V1", card, veto="fails"), None, "no_data")

    row = scene.scored(card)

    assert _said(row) == (95, 100, 1, "")


def test_a_village_of_which_nothing_is_asked_has_no_score(scene):
    card = scene.card(grades=GRADES, not_applicable="full")
    scene.found(scene.item("B1", card, 100), None, "not_applicable")

    assert scene.scored(card) is None


def test_only_standards_of_the_year_count(scene):
    card = scene.card()
    part = scene.section("old", card)
    scene.found(scene.item("B1", card, 60), 45)
    scene.item("B2", part, 40, first_year=2022, last_year=2024)

    row = scene.scored(card)

    assert _said(row) == (45, 60, 0, "")
    assert scene.scored(part) is None


def test_the_result_says_how_far_it_is_to_the_next_grade(scene):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 100), "82.5")

    result = score(*load_cards(scene.programme, YEAR), marks_of(SOUTH))

    assert (result.grade, result.next_grade.name, result.to_next_grade) == ("四星", "五星", Decimal("7.5"))


def test_only_what_changed_is_written_again(scene):
    card = scene.card()
    item = scene.item("B1", card, 60)
    scene.found(item, 45)
    scene.found(item, 40, village=NORTH)
    first = scene.score_all()
    scene.found(item, 41, village=NORTH)

    again, third = scene.score_all(), scene.score_all()

    assert (first, again, third) == (2, 1, 0)


def test_scoring_one_village_leaves_the_others_alone(scene):
    card = scene.card()
    item = scene.item("B1", card, 60)
    scene.found(item, 45)
    scene.found(item, 40, village=NORTH)

    written = scene.score_all([scene.villages[NORTH]])

    assert written == 1
    assert Score.objects.get().village.code == NORTH


def test_what_nothing_gives_any_more_is_dropped(scene):
    card = scene.card()
    part = scene.section("a", card)
    item = scene.item("B1", card, 60)
    other = scene.item("B2", part, 40)
    for standard in (item, other):
        scene.found(standard, 10)
        scene.found(standard, 10, village=NORTH)
    scene.score_all()
    Enrolment.objects.filter(village__code=NORTH).delete()
    Standard.objects.filter(pk=other.pk).update(last_year=2024)

    scene.score_all()

    assert [(row.section, row.village.code) for row in Score.objects.all()] == [(card, SOUTH)]


def test_a_village_of_which_nothing_is_asked_any_more_loses_its_score(scene):
    card = scene.card()
    item = scene.item("B1", card, 60)
    scene.found(item, 10)
    scene.score_all()
    scene.found(item, None, "not_applicable")

    scene.score_all([scene.villages[SOUTH]])

    assert not Score.objects.filter(village__code=SOUTH).exists()


def test_a_judged_year_keeps_its_score_when_the_scorecard_changes(scene):
    card = scene.card(grades=GRADES)
    item = scene.item("B1", card, 100)
    scene.found(item, 85)
    scene.found(item, 85, village=NORTH)
    scene.score_all()
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)
    card.grades.filter(name="四星").update(from_points=88)

    scene.score_all()

    grades = dict(Score.objects.values_list("village__code", "grade"))
    assert grades == {SOUTH: "四星", NORTH: "三星"}


def test_a_judged_year_keeps_its_score_when_its_section_is_no_longer_asked(scene):
    card = scene.card()
    item = scene.item("B1", card, 100)
    scene.found(item, 85)
    scene.score_all()
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)
    Standard.objects.filter(pk=item.pk).update(last_year=2024)

    scene.score_all()

    assert _south().points == 85


def test_a_judged_year_keeps_its_score_when_a_standard_gives_other_points(scene):
    card = scene.card()
    item = scene.item("B1", card, 100)
    scene.found(item, 85)
    scene.score_all()
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)
    Standard.objects.filter(pk=item.pk).update(points=50, score="is_met() * 50")
    scene.found(item, 42)

    scene.score_all()

    assert _south().points == 85


def test_a_judged_year_follows_its_verdicts_as_long_as_the_scorecard_reads_the_same(scene):
    card = scene.card()
    item = scene.item("B1", card, 100)
    scene.found(item, 85)
    scene.score_all()
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)
    ScoreSection.objects.update(name="改了名称")
    scene.found(item, 86)

    scene.score_all()

    assert _south().points == 86


def test_a_year_that_goes_back_follows_the_scorecard_again(scene):
    card = scene.card(grades=GRADES)
    scene.found(scene.item("B1", card, 100), 85)
    scene.score_all()
    year = {"programme": scene.programme, "village": scene.villages[SOUTH], "year": YEAR, "now": NOW}
    year_hold(**year)
    card.grades.filter(name="四星").update(from_points=88)
    year_release(**year)

    scene.score_all()

    assert _south().grade == "三星"


def test_a_programme_without_scorecards_costs_one_query(scene):
    scene.found(scene.item("B1", None), None)

    with CaptureQueriesContext(connection) as queries:
        scene.score_all()

    assert len([query for query in queries if "score" in query["sql"]]) == 1


def _insured(scene: ScoreScene) -> ScoreSection:
    """S11 gives a tenth of its value, at most 9; 泾灵南村 has 85, 泾灵北村 95."""
    card = scene.card(points=10)
    insured = scene.element("insured")
    for village, value in ((SOUTH, 85), (NORTH, 95)):
        scene.figures(insured, YEAR, {10: value}, village)
        scene.accept(YEAR, [10], village)
    scene.standard("S11", "insured", points=9, score="value() / 10", score_section=card)
    return card


def test_scores_are_written_with_the_verdicts_they_come_from(scene):
    _insured(scene)

    first, again = scene.compute(), scene.compute()

    assert dict(Score.objects.values_list("village__code", "points")) == {SOUTH: Decimal("8.5"), NORTH: 9}
    assert (first.scores, again.scores) == (2, 0)


def test_scores_are_written_with_the_verdicts_of_some_counties(scene):
    _insured(scene)

    computed = compute_counties(scene.programme, YEAR, "640181", "640181", now=NOW)

    assert computed.scores == 2


def test_one_village_computed_again_moves_its_score_alone(scene):
    _insured(scene)
    scene.compute()
    LedgerLine.objects.update(m10=50)

    computed = scene.compute(villages=[scene.villages[SOUTH]])

    assert computed.scores == 1
    assert dict(Score.objects.values_list("village__code", "points")) == {SOUTH: 5, NORTH: 9}


def test_points_in_words_say_formula_and_range(scene):
    _insured(scene)
    standard = Standard.objects.get(code="S11")

    said = points_in_words(standard, Catalogue.load(scene.programme))

    assert "÷ 10" in said
    assert "最低 0 分，最高 9 分" in said
