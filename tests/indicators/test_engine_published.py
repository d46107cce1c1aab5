"""Second opinions: sums, averages and ratios that others computed, and comparisons that were published."""

from decimal import Decimal

import pytest

from indicators.engine import Period, evaluate_month
from indicators.models import Verdict
from tests.indicators.engine_scene import SOUTH, EngineScene, as_row, as_stored

# Values and expected results of DHIS2's own analytics tests (dhis2-core, AnalyticsServiceTest, BSD-3-Clause):
# element -> month -> organisation unit -> value, all of 2017.
DHIS2_VALUES = {
    "de_a": {1: {"A": 2, "B": 1, "C": 5, "D": 66, "E": 1}, 2: {"D": 233}},
    "de_b": {1: {"A": 100}, 2: {"A": 4, "B": 3, "C": 10, "D": 399, "E": 1}},
    "de_c": {2: {"C": 23}, 3: {"A": 6, "B": 5, "C": 15, "E": 1}},
    "de_d": {1: {"C": 4, "E": 32}, 2: {"A": 2}, 4: {"A": 8, "B": 7, "C": 20, "E": 1}},
    "de_e": {5: {"A": 1}, 6: {"A": 2}, 7: {"A": 4}},
}
# Which reports came in (dataSetRegistrations.csv): data set -> month -> organisation units.
DHIS2_REPORTS = {
    "ds_a": {1: "CD", 2: "ACDE", 3: "AC", 4: "C"},
    "ds_b": {1: "BD", 2: "B", 3: "CE", 4: "E"},
}
# C lies below A; D and E lie below B, which lies below A.
UNITS = {
    "A": "640181101001",
    "B": "640181102001",
    "C": "640181101002",
    "D": "640181102002",
    "E": "640181102003",
}
YEAR_2017 = 2017
MARCH, APRIL, JUNE = (Period(YEAR_2017, month) for month in (3, 4, 6))


@pytest.fixture
def units(db) -> EngineScene:
    scene = EngineScene()
    scene.programme.first_year = YEAR_2017
    scene.programme.save()
    for unit, code in UNITS.items():
        scene.village(code, unit, township=code[:9])
        scene.accept(YEAR_2017, village=code)
    for element, months in DHIS2_VALUES.items():
        row = scene.element(element, "sum")
        for month, values in months.items():
            for unit, value in values.items():
                scene.figures(row, YEAR_2017, {month: value}, UNITS[unit])
    for data_set, reported in DHIS2_REPORTS.items():
        row = scene.element(data_set, "sum")
        for month, names in reported.items():
            for unit in names:
                scene.figures(row, YEAR_2017, {month: 1}, UNITS[unit])
    return scene


def _value(
    scene: EngineScene, expression: str, scope: str = "programme", until: Period = MARCH, **more
) -> Decimal | None:
    """What both readers find as of a month."""
    code = more.pop("code", more.get("area_code", "640181"))
    years = {"first_year": YEAR_2017, "last_year": YEAR_2017}
    standard = scene.standard("T", expression, scope=scope, **years, **more)
    scene.compute(YEAR_2017, until=until)
    verdict = Verdict.objects.get(standard=standard, scope_code=code)
    assert as_row(verdict) == as_stored(*scene.interpreted(standard, code, until))
    return verdict.value


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


def test_an_average_over_units_is_their_sum_through_the_number_with_data(units):
    """de_avg_2017_03: 6, 5, 15 and 1 over the four units with data."""
    assert _value(units, "last(de_c) / count_known(last(de_c))") == Decimal("6.75")


def test_an_average_over_chosen_units_is_that_of_dhis2(units):
    """deA_deB_deD_ouC_ouE_2017_04: 20 and 1 over C and E."""
    chosen = [units.villages[UNITS[unit]] for unit in "CE"]

    average = "last(de_d) / count_known(last(de_d))"

    assert _value(units, average, until=APRIL, villages=chosen) == Decimal("10.5")


def test_the_two_months_before_july_add_up(units):
    """inG_ouA_2017_07: one month and two months before July at A, 2 and 1."""
    assert _value(units, "de_e", "village", until=JUNE, code=UNITS["A"]) == 3


@pytest.mark.parametrize(
    ("data_set", "unit", "rate"),
    [("ds_a", "C", "100"), ("ds_b", "D", "33.3")],  # reRate_2017_Q01_ouC, reRate_2017_Q01_ouD
)
def test_the_rate_of_reports_in_a_quarter_is_that_of_dhis2(units, data_set, unit, rate):
    expression = f"month_count({data_set}) / 3 * 100"

    assert _value(units, expression, "village", code=UNITS[unit], places=1) == Decimal(rate)


# Published: 2021, national rural growth 10.5 %, compared after rounding to 0.1 (eecv.cn/hjyf/stcs/9468.html).
# Published: Ningxia's poor areas 2011, 0.4 points above the province (hoppecoke.com/news/show-92317.html).
@pytest.mark.parametrize(
    ("now", "increase", "reference", "growth", "ahead"),
    [
        (12550, 1810, "10.5", "16.9", "6.4"),
        (14051, 1463, "10.5", "11.6", "1.1"),
        (3964, "548.3", "15.7", "16.1", "0.4"),
    ],
)
def test_growth_above_the_reference_is_met_as_published(db, now, increase, reference, growth, ahead):
    scene = EngineScene()
    scene.village()
    income = scene.element("income")
    for year, value in ((2023, now - Decimal(increase)), (2024, now)):
        scene.figures(income, year, {12: value})
        scene.accept(year, [12])
    scene.series("rural_growth", {("", 2024): reference})
    standard = scene.standard(
        "S05", "growth(income)", comparator=">", threshold="ref(rural_growth, nation)", places=1
    )

    difference = scene.standard(
        "D", "round(growth(income), 1) - ref(rural_growth, nation)", threshold="0", places=1
    )

    verdict = scene.verdict(standard, year=2024)

    assert (verdict.status, verdict.value) == ("met", Decimal(growth))
    assert scene.verdict(difference, year=2024).value == Decimal(ahead)


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


@pytest.mark.parametrize(
    ("now", "reference", "expression", "value"),
    [
        (11969, 17389, "(ref(other, county) - income) / ref(other, county) * 100", "31.2"),  # 商洛 below 西安
        (14745, 18931, "income / ref(other, county) * 100", "77.9"),  # the province's share of the nation
        (40713, 14745, "round(income / ref(other, county), 2)", "2.76"),  # urban to rural
    ],
)
def test_levels_compare_as_published(db, now, reference, expression, value):
    scene = EngineScene()
    scene.village()
    scene.figures(scene.element("income"), 2024, {12: now})
    scene.accept(2024, [12])
    scene.series("other", {("640181", 2024): reference})
    places = len(value.partition(".")[2])

    verdict = scene.verdict(scene.standard("L", expression, places=places), year=2024)

    assert verdict.value == Decimal(value)


# Published sums of funds in 万元: zeku.gov.cn/contents/show/1370 by source and by kind,
# yncxym.gov.cn/info/2238/52858.htm, and the awards of 四川 (m.fx361.cc/news/2018/1120/11204585.html).
@pytest.mark.parametrize(
    "sums",
    [
        "500 + 230 + 208 + 140 + 167 + 14 = 1259",
        "938 + 307 + 14 = 1259",
        "122 + 11.7 + 27.8 = 161.5",
        "10 * 6000 + 50 * 500 + 500 * 60 = 115000",
    ],
)
def test_published_parts_add_up_exactly(sums):
    assert evaluate_month(sums, {}) is True


# 贵阳市 民主法治示范村: the village's own score is at least 80 and nothing of the veto list happened.
@pytest.mark.parametrize(
    ("score", "veto", "status"),
    [(80, 0, "met"), (79, 0, "unmet"), (95, 1, "unmet"), (None, 1, "unmet"), (None, 0, "no_data")],
)
def test_a_gate_takes_a_score_and_no_veto(db, score, veto, status):
    scene = EngineScene()
    scene.village()
    scene.accept(2024, [12])
    scene.figures(scene.element("self_score"), 2024, {12: score})
    scene.figures(scene.element("vetoed", value_type="boolean"), 2024, {12: veto})
    gate = scene.standard("G", "self_score >= 80 and not vetoed", comparator="holds", threshold="")

    assert scene.verdict(gate, year=2024).status == status
