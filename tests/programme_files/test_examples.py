"""The example files of four places give the results that their texts, or we by hand, work out."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators.engine import compute
from indicators.models import Score, Verdict
from programme_files.services import programme_load
from tests.programme_files.samples import EXAMPLES
from tests.programme_files.scene import type_year
from villages.models import Village

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def load(name: str):
    return programme_load(text=EXAMPLES[name], actor=None, now=NOW).programme


def village(name: str) -> Village:
    return Village.objects.get(name=name)


def verdict(code: str, year: int, name: str = "") -> Verdict:
    found = Verdict.objects.filter(standard__code=code, year=year)
    return found.get(scope_code=village(name).code) if name else found.get()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_where_it_comes_from_and_what_it_made_up(name):
    text = EXAMPLES[name]

    assert "\n# 来源：" in text
    assert "# 出自来源的：" in text
    assert "# 不出自来源的（示例）：" in text


# --- 宝鸡 ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("item", "figures", "points"),
    [
        ("1", {"bj_total_income": 110}, "40"),  # 10 per cent, 4 points each
        ("1", {"bj_total_income": 118}, "60"),  # 72, but no more than 60
        ("2", {"bj_total_income": 200, "bj_main_income": 140}, "70"),
        ("3", {"bj_labour": 200, "bj_talents": 70}, "19.95"),  # the coefficient is rounded in the text
        ("4", {"bj_labour": 200, "bj_trained": 120}, "19.8"),
    ],
)
def test_baoji_gives_points_by_a_coefficient_with_a_cap(item, figures, points):
    programme = load("baoji")
    type_year(programme, village("示例一村"), 2024, {"bj_total_income": 100})
    type_year(programme, village("示例一村"), 2025, figures)

    compute(programme, 2025, now=NOW)

    assert verdict(item, 2025, "示例一村").score == Decimal(points)


def test_baoji_shows_full_marks_and_counts_what_is_missing():
    programme = load("baoji")
    type_year(programme, village("示例一村"), 2025, {"bj_labour": 200, "bj_talents": 70})

    compute(programme, 2025, now=NOW)

    production = Score.objects.get(section__code="production", village=village("示例一村"), year=2025)
    assert (production.points, production.full_points) == (Decimal("19.95"), 170)
    assert production.missing == 3


# --- 贵阳 ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("self_score", "veto", "grade", "vetoed_by"),
    [
        (80, 0, "符合申报条件", ""),
        ("79.9", 0, "不符合", ""),
        (95, 1, "不符合", "D2"),
    ],
)
def test_guiyang_wants_80_points_and_no_veto(self_score, veto, grade, vetoed_by):
    programme = load("guiyang")
    type_year(programme, village("示例社区"), 2025, {"gy_self_score": self_score, "gy_veto": veto})

    compute(programme, 2025, now=NOW)

    score = Score.objects.get(section__code="self", village=village("示例社区"))
    assert (score.points, score.grade, score.vetoed_by) == (Decimal(self_score), grade, vetoed_by)


def test_guiyang_counts_the_villages_that_are_ready():
    programme = load("guiyang")
    for name, score in (("示例一村", 90), ("示例二村", 85), ("示例社区", 79)):
        type_year(programme, village(name), 2025, {"gy_self_score": score, "gy_veto": 0})

    compute(programme, 2025, now=NOW)

    assert (verdict("T1", 2025).value, verdict("T1", 2025).status) == (2, "unmet")


# --- 四川 ------------------------------------------------------------------------------------------
def test_sichuan_awards_add_up_to_what_was_published():
    programme = load("sichuan")

    compute(programme, 2018, now=NOW)

    assert programme.quota_of(2018) == 500
    assert (verdict("J1", 2018).value, verdict("J1", 2018).status) == (115000, "met")


@pytest.mark.parametrize(
    ("name", "in_2018", "in_2019"),
    [
        ("示例一村", "met", "met"),  # left poverty in 2017
        ("示例二村", "unmet", "met"),  # in 2018: from 2019 on
        ("示例三村", "met", "met"),  # was never poor, and has no year
        ("示例四村", "unmet", "unmet"),  # in a core district
    ],
)
def test_sichuan_lets_villages_take_part_from_the_year_after_they_left_poverty(name, in_2018, in_2019):
    programme = load("sichuan")

    for year in (2018, 2019):
        compute(programme, year, now=NOW)

    assert verdict("P1", 2018, name).status == in_2018
    assert verdict("P1", 2019, name).status == in_2019
    applies = verdict("P2", 2018, name).status != "not_applicable"
    assert applies is (in_2018 == "met")


def test_sichuan_finds_an_award_to_a_village_that_could_not_take_part():
    programme = load("sichuan")
    for name in ("示例一村", "示例四村"):
        type_year(programme, village(name), 2018, {"sc_awarded": 1})
    for name in ("示例二村", "示例三村"):
        type_year(programme, village(name), 2018, {"sc_awarded": 0})

    compute(programme, 2018, now=NOW)

    assert (verdict("J2", 2018).value, verdict("J3", 2018).value) == (120, 1)
    assert verdict("J3", 2018).status == "unmet"


def test_sichuan_compares_villages_in_five_groups():
    programme = load("sichuan")

    zone = programme.attributes.get(code="zone")

    assert len(zone.choices) == 5
    assert {row.attributes["zone"] for row in programme.enrolments.all()} <= set(zone.choices)


# --- 白银 ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("incomes", "all_5", "some_50"),
    [
        ((60, 6, 5), ("100", "met"), ("33.33", "met")),
        ((40, 6, "4.99"), ("66.67", "unmet"), ("0", "unmet")),
        ((60, 6, None), ("66.67", "unmet"), ("33.33", "met")),  # a village without data is not met
    ],
)
def test_baiyin_wants_all_villages_at_one_mark_and_a_tenth_at_another(incomes, all_5, some_50):
    programme = load("baiyin")
    for name, income in zip(("示例一村", "示例二村", "示例三村"), incomes, strict=True):
        type_year(programme, village(name), 2021, {} if income is None else {"by_income": income})

    compute(programme, 2021, now=NOW)

    for code, (value, status) in (("L1", all_5), ("L2", some_50)):
        assert (verdict(code, 2021).value, verdict(code, 2021).status) == (Decimal(value), status)
