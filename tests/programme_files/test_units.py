"""Units that do not fit: a warning, the file is loaded."""

import pytest

from programme_files.validation import check_programme
from tests.programme_files.samples import WORKED, changed

pytestmark = pytest.mark.django_db
SERIES = """
reference_series:
- {code: qs_ref, name: 农村居民人均可支配收入, unit: 元, values: []}

indicators:
"""


def warnings_of(old: str, new: str) -> list[str]:
    text = changed("\nindicators:\n", SERIES, text=changed(old, new, text=WORKED))
    return [f"{problem.where}：{problem.message}" for problem in check_programme(text)[1]]


@pytest.mark.parametrize(
    "formula",
    ["ref(qs_ref, county)", "1.5 * ref(qs_ref, local)", "max(5, ref(qs_ref, city) + 1)", "qs_residents"],
)
def test_a_target_in_another_unit_is_a_warning(formula):
    unit = "人" if formula == "qs_residents" else "元"

    assert warnings_of("threshold: 1.5 * area_average(qs_income, county)", f"threshold: {formula}") == [
        f"标准 V13 的 threshold：单位是“{unit}”，指标的单位是“万元”，请核对。"
    ]


@pytest.mark.parametrize(
    "formula",
    ["ref(qs_ref, county) / 10000", "ref(qs_ref, county) * 1", "2 * qs_income", "qs_residents * 5000", "60"],
)
def test_a_target_that_is_converted_or_has_no_unit_is_none(formula):
    assert warnings_of("threshold: 1.5 * area_average(qs_income, county)", f"threshold: {formula}") == []


@pytest.mark.parametrize(("element", "what"), [("qs_road", "是或否"), ("qs_water", "选项")])
def test_the_growth_of_what_is_no_amount_is_a_warning(element, what):
    assert warnings_of("expression: growth(qs_income)}", f"expression: growth({element})}}") == [
        f"指标 qs_income_growth 的 expression：“{element}”是{what}，不是数量，算不出增幅。"
    ]
