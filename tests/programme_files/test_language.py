"""What is said about formulas that ask for standards, villages, attributes, options and years."""

import pytest

from programme_files.problems import ProgrammeFileError
from programme_files.validation import check_programme
from tests.programme_files.samples import WORKED, changed

pytestmark = pytest.mark.django_db


def worked(old: str, new: str) -> str:
    return changed(old, new, text=WORKED)


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProgrammeFileError) as refused:
        check_programme(text)
    return [f"{problem.where}：{problem.message}" for problem in refused.value.problems]


def warnings_of(text: str) -> list[str]:
    return [f"{problem.where}：{problem.message}" for problem in check_programme(text)[1]]


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("meets(2, V5, V6, V8)", "meets(2, V5, V6, V99)", "指标 qs_two_of_three 的 expression", "V99"),
        ("share_met(V1)", "share_met(T1)", "指标 qs_share_met 的 expression", "T1"),
        ("{by: region, 川区: 50, 山区: 20}", "{by: regio, 川区: 50}", "标准 V1 的 threshold", "“regio”"),
        ("川区: 50, 山区: 20", "川区: 50, 丘区: 20", "标准 V1 的 threshold", "没有“丘区”这个值"),
        ("threshold: [优, 良]", "threshold: [优, 好]", "标准 V5 的 threshold", "没有选项“好”"),
        ("优: 10, 良: 6", "优: 10, 好: 6", "标准 V5 的 score", "没有选项“好”"),
        ("score: 0.5 * value()", "score: 0.5 * valu()", "标准 V1 的 score", "没有名为“valu”的函数"),
        ("threshold: 8\n", "threshold: value()\n", "标准 V2 的 threshold", "只能写在计分公式里"),
        ("indicator: qs_petitions_year\n", "indicator: qs_share_50\n", "标准 V9 的 indicator", "share()"),
        ("expression: qs_petitions}", 'expression: met("V9") + 1}', "", "V9"),
        ("applies_if: year() > attribute(exit_year)", "applies_if: met(G3)", "标准 V13 的 applies_if", "G3"),
    ],
)  # fmt: skip
def test_a_formula_that_asks_wrongly_is_named_with_row_and_key(old, new, where, sentence):
    found = problems_of(worked(old, new))

    assert any(problem.startswith(where) and sentence in problem for problem in found), found


def test_standards_that_name_each_other_in_a_circle_are_shown_with_the_circle():
    text = worked("meets(2, V5, V6, V8)", "meets(2, V5, V6, G2)")

    found = problems_of(text)

    assert "标准 G2 的 indicator：第 1 个字符：标准互相引用成了一圈：G1 → G2 → G1。" in found


def test_a_short_form_is_shown_as_the_formula_that_it_stands_for():
    found = problems_of(worked("川区: 50, 山区: 20", "川区: 50, 丘区: 20"))

    assert any('（写成公式是：case(attribute(region), "川区", 50, "丘区", 20)）' in each for each in found)


def test_a_standard_asked_of_kinds_that_do_not_type_its_figures_is_a_warning():
    text = worked("  kinds: [herd]\n  years: [2024, 2026]\n", "  years: [2024, 2026]\n")

    assert sorted(warnings_of(text)) == [
        "标准 V3 的 indicator：农业村不填报“草场围栏计划长度”（qs_fence_plan），这项标准在那里会一直缺数据。",
        "标准 V3 的 indicator：农业村不填报“草场围栏长度”（qs_fence），这项标准在那里会一直缺数据。",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "  villages: ['640122103202']\n",
        '  applies_if: kind() = "herd"\n',
        '  applies_if: attribute(region) = "山区"\n',
    ],
)
def test_a_standard_that_chooses_its_villages_otherwise_is_no_warning(line):
    text = worked("  kinds: [herd]\n  years: [2024, 2026]\n", f"{line}  years: [2024, 2026]\n")

    assert warnings_of(text) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "{2024: 94, 2025: 94.5, 2026: 95}",
            "{2024: 94}",
            "标准 V4 的 threshold：第 1 个字符：目标值没有写 2025、2026 年的值。（写成公式是：case(",
        ),
        (
            "{by: region, 川区: 50, 山区: 20}",
            "{by: region, 川区: 50}",
            "标准 V1 的 threshold：第 1 个字符：目标值没有写村情属性“region”为“山区”时的值。",
        ),
        (
            "{by: region, 川区: 50, 山区: 20}",
            "{by: kind, farm: 50}",
            "标准 V1 的 threshold：第 1 个字符：目标值没有写类别“herd”的值。",
        ),
        (
            "score: 2 * value()",
            "score: {by: year, 2024: 1}",
            "标准 V11 的 score：第 1 个字符：计分公式没有写 2025、2026 年的值。",
        ),
    ],
)
def test_a_threshold_that_leaves_out_a_year_a_kind_or_a_choice_is_named(old, new, sentence):
    found = problems_of(worked(old, new))

    assert len(found) == 1
    assert sentence in found[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{2024: 94, 2025: 94.5, 2026: 95}", "{2024: 94, otherwise: 95}"),
        ("stretch: 60", "stretch: {2026: 60}"),
        ("  threshold: 80\n", "  threshold: {by: kind, herd: 80}\n"),
    ],
)
def test_what_is_not_asked_need_not_be_written(old, new):
    assert check_programme(worked(old, new))


def test_villages_that_are_named_need_only_their_own_kinds_and_attributes():
    text = worked("{by: region, 川区: 50, 山区: 20}", "{by: region, 川区: {by: kind, farm: 50}}")
    named = text.replace("  stretch: 60\n", "  stretch: 60\n  villages: ['640122103201']\n")

    assert problems_of(text)
    assert check_programme(named)
