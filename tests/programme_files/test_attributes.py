"""What a programme knows of its villages besides their kind."""

from datetime import UTC, datetime

import pytest

from programme_files.dumping import dump_programme
from programme_files.problems import ProgrammeFileError
from programme_files.reading import read
from programme_files.services import programme_load
from programme_files.validation import parse_programme
from tests.programme_files.samples import changed
from villages.models import Enrolment, ProgrammeAttribute

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
DECLARED = """
attributes:
- {code: region, name: 区域类别, type: text, choices: [一类, 二类]}
- {code: height, name: 海拔, type: number}

organisations:
"""


def with_attributes(values: str, declared: str = DECLARED) -> str:
    text = changed("\norganisations:\n", declared)
    return changed("target_year: 2024}", f"target_year: 2024, attributes: {values}}}", text=text)


def load(text: str):
    return programme_load(text=text, actor=None, now=NOW).programme


def test_a_village_keeps_its_attributes_and_numbers_to_the_last_digit():
    text = with_attributes("{region: 二类, height: 1450.25}")

    programme = load(text)

    village = Enrolment.objects.get(village__name="甲村")
    assert village.attributes == {"region": "二类", "height": "1450.25"}
    assert list(programme.attributes.values_list("code", "value_type", "choices")) == [
        ("region", "text", ["一类", "二类"]),
        ("height", "number", []),
    ]
    assert read(dump_programme(programme)) == read(text)


def test_what_left_the_file_is_removed():
    load(with_attributes("{region: 二类}"))

    load(changed("\norganisations:\n", "\norganisations:\n"))

    assert ProgrammeAttribute.objects.count() == 0
    assert Enrolment.objects.get(village__name="甲村").attributes == {}


@pytest.mark.parametrize(
    ("values", "where", "sentence"),
    [
        ("{regio: 一类}", "村 640122101201 的 attributes", "文件里没有村情属性“regio”。"),
        ("{region: 三类}", "村 640122101201 的 attributes", "区域类别没有“三类”，可用的值：一类、二类。"),
        ("{region: 1}", "村 640122101201 的 attributes", '区域类别应为文字，请加引号："1"。'),
        ("{region: ''}", "村 640122101201 的 attributes", "不清楚的，不要写这个属性。"),
        ("{height: 高}", "村 640122101201 的 attributes", "海拔应为数字（不加引号），不能是“高”。"),
        ("[一类]", "村 640122101201 的 attributes", "应为“属性代码: 值”，例如 {region: 一类}。"),
        ("{region: 一类, region: 二类}", "村 640122101201 的 attributes", "同一个属性写了两次。"),
    ],
)
def test_a_wrong_value_is_named_with_its_village(values, where, sentence):
    with pytest.raises(ProgrammeFileError) as refused:
        parse_programme(with_attributes(values))

    assert [(problem.where, sentence in problem.message) for problem in refused.value.problems] == [
        (where, True)
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ("code: region", "code: re-gion", "村情属性 re-gion 的 code", "代码应以字母开头"),
        ("code: region", "code: kind", "村情属性 kind 的 code", "在公式里另有所指"),
        ("type: number", "type: money", "村情属性 height 的 type", "可用的值：text、number。"),
        ("type: number}", "type: number, choices: [高]}", "村情属性 height 的 choices", "不能写 choices"),
        ("[一类, 二类]", "[一类, 一类]", "村情属性 region 的 choices", "写了两次"),
        ("code: height", "code: region", "村情属性 region", "重复"),
    ],
)
def test_a_wrong_attribute_is_named(old, new, key, sentence):
    text = with_attributes("{}", changed(old, new, text=DECLARED))

    with pytest.raises(ProgrammeFileError) as refused:
        parse_programme(text)

    assert any(problem.where == key and sentence in problem.message for problem in refused.value.problems), (
        refused.value.problems
    )
