"""Short ways to write a formula become its text."""

import pytest

from programme_files.problems import ProgrammeFileError
from programme_files.reading import read
from tests.programme_files.samples import changed


def threshold_of(written: str) -> str:
    return read(changed('threshold: "95"', f"threshold: {written}")).standards[0].threshold


@pytest.mark.parametrize(
    ("written", "formula"),
    [
        ("{2024: 94, 2025: 94.5}", "case(year(), 2024, 94, 2025, 94.5)"),
        ("{2024: 94, otherwise: 95}", "case(year(), 2024, 94, 95)"),
        ("{by: kind, farm: 80, town: 60}", 'case(kind(), "farm", 80, "town", 60)'),
        ("{by: year, 2024: 94}", "case(year(), 2024, 94)"),
        ("{by: region, 一类: 4000, 二类: 6000}", 'case(attribute(region), "一类", 4000, "二类", 6000)'),
        ("{by: stars, 3: 60, 4: 80}", "case(attribute(stars), 3, 60, 4, 80)"),
        ("{by: example_due, 1: 60, 2: 80}", "case(example_due, 1, 60, 2, 80)"),
        ('{2024: "max(1, example_due)"}', "case(year(), 2024, max(1, example_due))"),
        (
            "{by: kind, farm: {2024: 94, 2025: 95}, otherwise: 90}",
            'case(kind(), "farm", case(year(), 2024, 94, 2025, 95), 90)',
        ),
        ('["优", 良]', '"优", "良"'),
        ("[3, 4.5]", "3, 4.5"),
        ("['说\"优\"']", "'说\"优\"'"),
    ],
)
def test_a_short_form_is_read_as_its_formula(written, formula):
    assert threshold_of(written) == formula


def test_a_value_with_a_comma_cannot_pass_for_two():
    assert threshold_of('{2024: "94, 2025"}') == "case(year(), 2024, (94, 2025))"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{}", "可以按年写"),
        ("{eco: 80, labour: 60}", "可以按年写"),
        ("{by: kind}", "可以按年写"),
        ("{by: [kind], eco: 3}", "by 后面应是一个代码。"),
        ("{2024: 94, 2024: 95}", "同一个值写了两次。"),
        ("{2024: [94]}", "可以按年写"),
        ('{2024: ""}', "不能为空。"),
        ("{by: region, true: 3}", "这里应是文字或数。"),
        ("[{a: 1}]", "这里应是文字或数。"),
        ("{by: region, 一类:300, 二类: 200}", "“一类:300”没有值：冒号用半角，后面空一格"),
        ("{by: kind, farm: max(1, 2)}", "“2)”没有值"),
        ('{"2024": 94, "2025": 95}', "年份不加引号"),
    ],
)
def test_a_short_form_that_says_nothing_is_refused_in_chinese(written, sentence):
    with pytest.raises(ProgrammeFileError) as refused:
        threshold_of(written)

    [problem] = refused.value.problems
    assert problem.where == "标准 A1 的 threshold"
    assert sentence in problem.message
