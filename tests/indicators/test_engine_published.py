"""Second opinions: sums, averages and ratios that others computed, and comparisons that were published."""

from decimal import Decimal

import pytest

from indicators.models import Verdict
from tests.indicators.engine_scene import SOUTH, EngineScene

# Values and expected results of DHIS2's own analytics tests (dhis2-core, AnalyticsServiceTest, BSD-3-Clause):
# element -> month -> organisation unit -> value, all of 2017.
DHIS2_VALUES = {
    "de_a": {1: {"A": 2, "B": 1, "C": 5, "D": 66, "E": 1}, 2: {"D": 233}},
    "de_b": {1: {"A": 100}, 2: {"A": 4, "B": 3, "C": 10, "D": 399, "E": 1}},
    "de_c": {2: {"C": 23}, 3: {"A": 6, "B": 5, "C": 15, "E": 1}},
}
# C lies below A; D and E lie below B, which lies below A.
UNITS = {
    "A": "640181101001",
    "B": "640181102001",
    "C": "640181101002",
    "D": "640181102002",
    "E": "640181102003",
}
FIRST_QUARTER, YEAR_2017 = (1, 2, 3), 2017


@pytest.fixture
def units(db) -> EngineScene:
    scene = EngineScene()
    scene.programme.first_year = YEAR_2017
    scene.programme.save()
    for unit, code in UNITS.items():
        scene.village(code, unit, township=code[:9])
        scene.accept(YEAR_2017, FIRST_QUARTER, code)
    for element, months in DHIS2_VALUES.items():
        row = scene.element(element, "sum")
        for month, values in months.items():
            for unit, value in values.items():
                scene.figures(row, YEAR_2017, {month: value}, UNITS[unit])
    return scene


def _value(scene: EngineScene, expression: str, scope: str = "programme", **more) -> Decimal | None:
    code = more.get("area_code", "640181")
    years = {"first_year": YEAR_2017, "last_year": YEAR_2017}
    standard = scene.standard(f"T{Verdict.objects.count()}", expression, scope=scope, **years, **more)
    return scene.verdict(standard, code, year=YEAR_2017).value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("de_a", 308),  # deA_ouA_2017_Q01, inA_2017
        ("de_b + de_c", 567),  # inB_2017_Q01
        ("de_b * de_c / 100", Decimal("258.5")),  # inC_2017_Q01
    ],
)
def test_sums_over_all_units_are_those_of_dhis2(units, expression, expected):
    assert _value(units, expression) == expected


def test_the_sum_below_one_unit_skips_those_without_data(units):
    """deC_ouB_2017_03: 5 of B and 1 of E; D has none."""
    assert _value(units, "de_c", "township", area_code="640181102") == 6


def test_an_average_over_units_is_their_sum_through_their_number(units):
    """de_avg_2017_03: 6, 5, 15 and 1 over the four units with data."""
    assert _value(units, "last(de_c) / 4") == Decimal("6.75")


# Published: 2021, national rural growth 10.5 %, compared after rounding to 0.1 (eecv.cn/hjyf/stcs/9468.html).
@pytest.mark.parametrize(
    ("now", "increase", "growth"),
    [(12550, 1810, "16.9"), (14051, 1463, "11.6")],
)
def test_growth_above_the_reference_is_met_as_published(db, now, increase, growth):
    scene = EngineScene()
    scene.village()
    income = scene.element("income")
    for year, value in ((2023, now - increase), (2024, now)):
        scene.figures(income, year, {12: value})
        scene.accept(year, [12])
    scene.series("rural_growth", {("", 2024): "10.5"})
    standard = scene.standard(
        "S05", "growth(income)", comparator=">", threshold="ref(rural_growth, nation)", places=1
    )

    verdict = scene.verdict(standard, year=2024)

    assert (verdict.status, verdict.value) == ("met", Decimal(growth))


# Published: 陕西 2021, province 14 745 yuan; source m.58tantoushan.com/4488.html.
@pytest.mark.parametrize(("city", "met"), [(17389, "met"), (16117, "met"), (15852, "met"), (11969, "unmet")])
def test_cities_above_the_provinces_level_are_those_published(db, city, met):
    scene = EngineScene()
    scene.village(SOUTH)
    scene.figures(scene.element("income"), 2024, {12: city})
    scene.accept(2024, [12])
    scene.series("rural_income", {("64", 2024): 14745})

    verdict = scene.verdict(
        scene.standard("S07", "income", threshold="ref(rural_income, province)"), year=2024
    )

    assert verdict.status == met


# 宝鸡市 "升阶晋星": 4 points per per cent, at most 60; 0.57 x 35 is 19.95, not the 20 points of the table.
@pytest.mark.parametrize(
    ("coefficient", "cap", "value", "points"),
    [(4, 60, 10, "40"), (4, 60, 18, "60"), ("0.57", 20, 35, "19.95"), ("0.33", 20, 60, "19.8")],
)
def test_a_coefficient_with_a_cap_gives_the_points_of_the_table(db, coefficient, cap, value, points):
    scene = EngineScene()
    scene.village()
    scene.figures(scene.element("reached"), 2024, {12: value})
    scene.accept(2024, [12])

    verdict = scene.verdict(scene.standard("P", f"min({coefficient} * reached, {cap})"), year=2024)

    assert verdict.value == Decimal(points)
