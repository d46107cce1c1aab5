"""What is said about standards that would find nothing for good: a warning, the file is loaded."""

import pytest

from programme_files.validation import check_programme
from tests.programme_files.samples import WORKED, changed

pytestmark = pytest.mark.django_db
UNANSWERED = "() 在这个范围里没有值，要写在 count() 或 share() 里面。"


def warnings_of(old: str, new: str) -> list[str]:
    warnings = check_programme(changed(old, new, text=WORKED))[1]
    return [f"{problem.where}：{problem.message}" for problem in warnings]


def test_a_township_that_the_file_does_not_name_has_no_villages():
    assert warnings_of('area: "640122103"', 'area: "640122109"') == [
        "标准 T2 的 area：文件里没有代码为“640122109”的乡镇（街道），这项标准没有村可算。"
    ]


def test_a_deadline_after_the_last_year_never_comes():
    assert warnings_of("deadline: 2025-06-30", "deadline: 2026-06-30") == [
        "标准 V7 的 deadline：期限晚于考核的最后一年（2025 年），到期时已经不考核了。"
    ]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("threshold: 120\n", "threshold: {by: kind, farm: 120, herd: 80}\n", "标准 T4 的 threshold：kind"),
        ("tolerance: 10\n", "tolerance: attribute(exit_year)\n", "标准 T4 的 tolerance：attribute"),
        ("share(qs_income >= 50)", "attribute(exit_year)", "标准 T2 的 indicator：attribute"),
        ("upper: 100\n", "upper: attribute(exit_year)\n", "标准 T5 的 upper：attribute"),
    ],
)
def test_what_only_a_village_can_answer_is_asked_of_each_village(old, new, where):
    assert warnings_of(old, new) == [where + UNANSWERED]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("upper: 100\n", 'upper: if(kind() = "farm", 100, 50)\n'),
        ("share(qs_income >= 50)", "share(attribute(exit_year) > 2020)"),
    ],
)
def test_a_kind_has_a_kind_and_villages_have_attributes(old, new):
    assert warnings_of(old, new) == []
