"""Targets whose figure is an element alone, and units and bounds that do not fit."""

import pytest

from programme_files.problems import ProgrammeFileError
from programme_files.validation import check_programme
from tests.programme_files.samples import WORKED, changed

pytestmark = pytest.mark.django_db

T2 = 'indicator: qs_share_50\n    comparator: ">="\n    threshold: 30\n'
T4 = "threshold: 120\n    tolerance: 10\n"
MOOD = "- {code: qs_mood, name: 满意度, type: decimal, aggregation: average, group: 治理, max: 100}\n"


def said_of(old: str, new: str, text: str = WORKED) -> list[str]:
    """Problems, or else warnings."""
    try:
        found = check_programme(changed(old, new, text=text))[1]
    except ProgrammeFileError as error:
        found = error.problems
    return [f"{problem.where}：{problem.message}" for problem in found]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("indicator: qs_water_now\n    comparator: any_of\n    threshold: [优]\n", "“qs_water”是选项"),
        ("indicator: qs_road_now\n    comparator: holds\n", "“qs_road”是/否，这个范围里会把各村的“是”相加"),
        ('indicator: qs_stars_now\n    comparator: ">="\n    threshold: 3\n', "“qs_stars”是等级"),
    ],
)
def test_choices_are_not_added_up_over_villages(asked, sentence):
    [said] = said_of(T2, asked)

    assert said.startswith(f"标准 T2 的 indicator：{sentence}")
    assert "share(…)" in said


def test_an_option_is_no_more_and_no_less_than_another():
    asked = "indicator: qs_water_now\n  comparator: any_of\n  threshold: [优, 良]\n"

    said = said_of(asked, 'indicator: qs_water_now\n  comparator: ">="\n  threshold: 2\n')

    assert "标准 V5 的 comparator：“qs_water”是选项，有先后没有大小，请用 any_of 写明哪些选项算达标。" in said


def test_averages_that_are_added_up_are_noticed():
    text = changed("- {code: qs_accidents,", f"{MOOD}- {{code: qs_accidents,", text=WORKED)
    text = changed(
        "- {code: qs_share_met,",
        "- {code: qs_m, name: 满意度, expression: qs_mood}\n- {code: qs_share_met,",
        text=text,
    )

    [said] = said_of(T2, T2.replace("qs_share_50", "qs_m"), text)

    assert said.startswith("标准 T2 的 indicator：“qs_mood”是平均数")


@pytest.mark.parametrize(
    "asked",
    [
        'indicator: qs_road_now\n    comparator: ">="\n    threshold: 2\n',
        'indicator: qs_petitions_year\n    comparator: "<="\n    threshold: 2\n',
    ],
)
def test_what_makes_a_sum_is_added_up(asked):
    assert said_of(T2, asked) == []


def test_a_range_has_no_stretch_target():
    assert said_of(T4, f"{T4}    stretch: 130\n") == [
        "标准 T4 的 stretch：comparator 为 about 时不能写 stretch。"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("threshold: 8\n", "threshold: 8\n  stretch: 6\n", "力争值 6 比目标值 8 还容易达到。"),
        (
            '"<="\n  threshold: 2\n',
            '"<="\n  threshold: 2\n  stretch: 3\n',
            "力争值 3 比目标值 2 还容易达到。",
        ),
    ],
)
def test_a_stretch_target_is_harder_than_the_target(old, new, said):
    [found] = said_of(old, new)

    assert found.endswith(f"的 stretch：{said}")


def test_a_unit_that_the_formula_does_not_give_is_noticed():
    [said, *_] = said_of(
        "name: 集体经济收入, unit: 万元, expression", "name: 集体经济收入, unit: 元, expression"
    )

    assert said == "指标 qs_income_year 的 unit：公式算出来的单位是“万元”，这里写的是“元”，请核对。"


def test_percents_that_are_added_up_over_months_are_noticed():
    said = said_of(
        "name: 越级上访, unit: 起, type: integer, aggregation: sum",
        'name: 越级上访, unit: "%", type: integer, aggregation: sum',
    )

    assert "数据项 qs_petitions 的 aggregation：百分比逐月相加没有意义，一般用 last 或 average。" in said


def test_a_milestone_is_asked_of_no_year_after_its_deadline():
    years = changed(
        "years: [2025, 2025]\n  departments: [县农办]\n- code: V8",
        "years: [2024, 2026]\n  departments: [县农办]\n- code: V8",
        text=WORKED,
    )

    fits = said_of("threshold: 1\n  deadline", "threshold: {2024: 1, 2025: 1}\n  deadline", years)
    lacks = said_of("threshold: 1\n  deadline", "threshold: {2025: 1, 2026: 1}\n  deadline", years)

    assert fits == []
    assert len(lacks) == 1
    assert "没有写 2024 年的值" in lacks[0]
