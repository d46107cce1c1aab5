"""The programme of 灵武 against the plan, row by row; what is expected is written from the plan."""

import re
from datetime import date

import pytest

from programme_files.reading import read
from tests.programme_files.samples import LINGWU

DOCUMENT = read(LINGWU)
ROWS = {row.code: row for row in DOCUMENT.standards} | {
    target.code: target for measure in DOCUMENT.measures for target in measure.targets
}
INDICATORS = {row.code: row for row in DOCUMENT.indicators}
ELEMENTS = {row.code: row for row in DOCUMENT.elements}
ALL = ()
YEARS = (2022, 2025)

# code: formula, comparator, threshold, stretch, scope, kinds, years
EXPECTED = {
    "S01": ("special_agri_output / agri_output * 100", ">=", "80", "", "village", ("eco",), YEARS),
    "S02": ("leading_output / village_output * 100", ">=", "40", "", "village", ("eco",), YEARS),
    "S03": ("employed / labour_force * 100", ">=", "95", "", "village", ("labour",), YEARS),
    "S04": ("stable_employed / employed * 100", ">=", "75", "", "village", ("labour",), YEARS),
    "S05": (
        "growth(income_per_capita)",
        ">",
        "ref(rural_income_growth, county)",
        "16",
        "village",
        ALL,
        (2022, 2022),
    ),
    "S06": (
        "growth(income_per_capita)",
        ">",
        "ref(rural_income_growth, local)",
        "",
        "village",
        ALL,
        (2021, 2025),
    ),
    "S07": ("income_per_capita", ">=", "ref(rural_income, province)", "", "village", ALL, (2025, 2025)),
    "S08": ("sewage_treated / sewage_generated * 100", ">=", "65", "", "village", ALL, YEARS),
    "S09": ("garbage_treated / garbage_generated * 100", ">=", "95", "", "village", ALL, YEARS),
    "S10": ("school_finishing / school_cohort * 100", "=", "100", "", "village", ALL, YEARS),
    "S11": ("pension_insured / pension_due * 100", ">=", "95", "", "village", ALL, YEARS),
    "S12": ("medical_insured / medical_due * 100", ">=", "98", "", "village", ALL, YEARS),
    "S13": ("growth(collective_income)", ">", "10", "", "village", ALL, YEARS),
    "Q01": (None, "judged", "", "", "village", ALL, YEARS),
    "Q02": (None, "judged", "", "", "village", ALL, YEARS),
    "M02-1": ("dropouts", "=", "0", "", "village", ALL, YEARS),
    "M04-1": ("new_farm_entities", ">=", "1", "2", "programme", ALL, YEARS),
    "M04-2": ("grape_orders", ">=", "500", "", "programme", ALL, YEARS),
    "M04-3": ("melon_orders", ">=", "300", "", "programme", ALL, YEARS),
    "M04-4": ("tomato_orders", ">=", "300", "", "programme", ALL, YEARS),
    "M04-5": ("agri_training", ">=", "500", "", "programme", ALL, YEARS),
    "M04-6": ("greenhouses_built", ">=", "11", "", "village", ALL, (2022, 2022)),
    "M05-1": ("agri_training", ">=", "500", "", "programme", ALL, (2022, 2022)),
    "M05-2": ("skill_training", ">=", "300", "", "programme", ALL, (2022, 2022)),
    "M05-3": ("new_businesses", ">=", "100", "", "programme", ALL, (2022, 2022)),
    "M05-4": ("new_businesses", ">=", "70", "", "township", ALL, (2022, 2022)),
    "M05-5": ("businesses", ">=", "500", "", "programme", ALL, (2025, 2025)),
    "M05-6": ("businesses", ">=", "300", "", "kind", ("labour",), (2025, 2025)),
    "M06-1": ("new_stable_jobs", ">=", "500", "", "programme", ALL, YEARS),
    "M06-2": ("organised_employed / employed * 100", ">=", "20", "", "village", ALL, YEARS),
    "M06-3": ("employed / willing_labour * 100", ">=", "95", "", "village", ALL, YEARS),
    "M06-4": ("able_families_employed / able_families * 100", "=", "100", "", "village", ALL, YEARS),
    "M06-5": (
        "wage_income_per_capita / income_per_capita * 100",
        ">",
        "ref(wage_share, local)",
        "",
        "village",
        ALL,
        YEARS,
    ),
    "M08-1": ("village_plan_done", "done_by", "1", "", "village", ALL, (2022, 2022)),
    "M08-2": (
        "infrastructure_done / infrastructure_total * 100",
        ">=",
        "70",
        "",
        "programme",
        ALL,
        (2022, 2022),
    ),
    "M09-1": ("doctor_households / households * 100", "=", "100", "", "village", ALL, YEARS),
    "M09-2": ("dropouts", "=", "0", "", "village", ALL, YEARS),
    "M10-1": ("toilet_households / households * 100", "=", "100", "", "village", ("eco",), (2022, 2024)),
    "M10-2": ("toilets_in_use / toilet_households * 100", "=", "100", "", "village", ("eco",), (2022, 2024)),
    "M10-3": ("total(toilets_rebuilt)", ">=", "2279", "", "kind", ("eco",), (2022, 2024)),
    "M10-4": ("sewage_households / households * 100", ">=", "95", "", "village", ALL, YEARS),
    "M10-5": ("garbage_treated / garbage_generated * 100", ">=", "95", "", "village", ALL, YEARS),
    "M10-6": ("green_area / village_area * 100", ">=", "45", "", "village", ALL, YEARS),
    "M11-1": ("committee_trainings", ">=", "1", "", "village", ALL, YEARS),
    "M11-2": ("party_stars", ">=", "3", "", "village", ALL, YEARS),
    "M11-3": ("satisfied_people / surveyed_people * 100", ">=", "95", "", "village", ALL, YEARS),
    "M13-1": ("lowest(leader_visits)", ">=", "1", "", "village", ALL, YEARS),
    "M14-1": ("projects_carried_out", ">=", "22", "", "programme", ALL, (2022, 2022)),
    "M14-2": ("project_investment", ">=", "3092", "", "programme", ALL, (2022, 2022)),
    "M14-3": ("new_microloans", ">=", "200", "", "programme", ALL, (2022, 2022)),
}

DEPARTMENTS = {
    1: "乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
    2: "水务局、住建局、教体局、医保局、卫健局、公安局、郝家桥镇、白土岗乡、城区街道办",
    3: "农业农村局、人社局、民政局、医保局、卫健局、教体局、残联,郝家桥镇、白土岗乡、城区街道办",
    4: "农业农村局、发改局、科技局、财政局、文广局、工信局、"
    "商务和投资促进局、交通局、自然资源局、供销社、乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
    5: "人社局、农业农村局、财政局、乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
    6: "人社局、农业农村局、财政局、乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
    7: "农业农村局、民政局、医保局、卫健局、教体局、财政局、自然资源局、残联、乡村振兴局,"
    "郝家桥镇、白土岗乡、城区街道办",
    8: "住建局、交通局、水务局、发改局、财政局、民政局、商务和投资促进局、农业农村局、乡村振兴局、"
    "国网宁夏电力公司灵武分公司,郝家桥镇、白土岗乡、城区街道办",
    9: "教体局、卫健局、医保局、乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
    10: "农业农村局、住建局、水务局、综合执法局、生态环境局灵武分局,郝家桥镇、白土岗乡、城区街道办",
    11: "组织部、宣传部,民政局,人社局,郝家桥镇、白土岗乡、城区街道办",
    12: "宣传部、组织部、团委、妇联,民政局、卫健局,郝家桥镇、白土岗乡、城区街道办",
    13: "纪委监委、市委办、政府办、农办、组织部,乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
    14: "财政局、乡村振兴局、发改局、农业农村局、住建局、交通局、水务局、民政局、人社局、文广局、综合执法局、"
    "生态环境局灵武分局,郝家桥镇、白土岗乡、城区街道办",
    15: "农业农村局、发改局、财政局、乡村振兴局,郝家桥镇、白土岗乡、城区街道办",
}


def test_no_standard_and_no_target_is_missing_or_invented():
    assert list(ROWS) == list(EXPECTED)


@pytest.mark.parametrize("code", EXPECTED)
def test_a_row_says_what_the_plan_says(code):
    row = ROWS[code]
    formula = INDICATORS[row.indicator].expression if row.indicator else None

    found = (formula, row.comparator, row.threshold, row.stretch, row.scope, row.kinds, row.years)

    assert found == EXPECTED[code]


@pytest.mark.parametrize("number", DEPARTMENTS)
def test_a_measure_names_exactly_its_bracket_of_departments(number):
    measure = next(row for row in DOCUMENT.measures if row.number == number)

    assert list(measure.departments) == DEPARTMENTS[number].replace(",", "、").split("、")


def test_every_target_is_answered_for_by_its_measure():
    targets = [target for measure in DOCUMENT.measures for target in measure.targets]

    assert {target.departments for target in targets} == {None}
    assert all(
        target.code.startswith(f"M{measure.number:02d}-")
        for measure in DOCUMENT.measures
        for target in measure.targets
    )


def test_every_standard_has_departments_that_give_opinions():
    kinds = {row.name: row.kind for row in DOCUMENT.organisations}

    for row in DOCUMENT.standards:
        assert row.departments
        assert {kinds[name] for name in row.departments} == {"department"}


def test_places_and_dates_that_only_some_rows_have():
    assert ROWS["M04-6"].villages == ("640181101219",)
    assert ROWS["M05-4"].area == "640181001"
    assert ROWS["M08-1"].deadline == date(2022, 3, 31)


def test_years_quota_title_and_calendar():
    head = DOCUMENT.programme

    assert head.title == "银川市移民致富提升示范村(社区)"
    assert head.rule == "条件成熟一个申报创建一个"
    assert head.years == (2022, 2025)
    assert head.quota == {2022: 1, 2023: 2, 2024: 1, 2025: 1}
    assert head.calendar.month_due_day == 20
    assert head.calendar.self_check == ("11-01", "11-30")
    assert head.calendar.municipal_review_until == "12-10"


def test_the_five_villages():
    assert [(row.township, row.name, row.kind, row.code) for row in DOCUMENT.villages] == [
        ("郝家桥镇", "泾灵南村", "eco", "640181101219"),
        ("郝家桥镇", "泾灵北村", "eco", "640181101220"),
        ("白土岗乡", "泾兴村", "eco", "640181201212"),
        ("城区街道办", "镇河塔社区", "labour", "640181001013"),
        ("城区街道办", "西湖社区", "labour", "640181001002"),
    ]


def test_published_figures_carry_their_source():
    values = {
        (series.code, value.area, value.year): value
        for series in DOCUMENT.reference_series
        for value in series.values
    }

    assert values["rural_income", "64", 2022].value == 16430
    assert values["rural_income", "640181", 2021].value == 18874
    assert str(values["rural_income_growth", "6401", 2024].value) == "6.9"
    assert all(value.source for value in values.values())
    assert not any("演示" in value.source for value in values.values())


def test_a_share_is_never_typed_and_its_parts_are_checked():
    units = {row.unit for row in DOCUMENT.elements}
    parts = {rule.expression for rule in DOCUMENT.rules}

    assert "%" not in units
    for row in DOCUMENT.indicators:
        part, divided, whole = row.expression.removesuffix(" * 100").partition(" / ")
        assert not divided or f"{part} <= {whole}" in parts or row.code in {"employment_rate"}


def test_every_element_serves_an_indicator_or_a_rule():
    formulas = " ".join(
        [row.expression for row in DOCUMENT.indicators] + [row.expression for row in DOCUMENT.rules]
    )

    assert [code for code in ELEMENTS if code not in formulas] == []


def test_communities_are_not_asked_about_farms_and_latrines():
    farms = {row.code for row in DOCUMENT.elements if row.kinds == ("eco",)}

    assert farms == {
        "agri_output",
        "special_agri_output",
        "village_output",
        "leading_output",
        "new_farm_entities",
        "grape_orders",
        "melon_orders",
        "tomato_orders",
        "greenhouses_built",
        "toilet_households",
        "toilets_in_use",
        "toilets_rebuilt",
    }
    assert all(row.kinds == ALL for row in DOCUMENT.elements if row.code not in farms)


def test_no_village_is_judged_by_figures_that_it_is_not_asked_for():
    kinds = {village.code: village.kind for village in DOCUMENT.villages}
    of_kind = {code: row.kinds for code, row in ELEMENTS.items() if row.kinds}

    for row in ROWS.values():
        if row.scope in ("village", "kind") and row.indicator:
            used = set(re.findall(r"\w+", INDICATORS[row.indicator].expression)) & set(of_kind)
            judged = {kinds[code] for code in row.villages} or set(row.kinds) or set(kinds.values())
            assert all(judged <= set(of_kind[code]) for code in used), row.code
