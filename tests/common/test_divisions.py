import pytest
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from common.divisions import Level, ancestor, contains, parse_division_code, whole, within
from tests.factories import OrganisationFactory, TownshipFactory


@pytest.mark.parametrize("code", ["64", "6401", "640181", "640181101", "640181101219"])
def test_a_code_of_every_level_is_accepted(code):
    spaced = f" {code} "

    parsed = parse_division_code(spaced)

    assert parsed == code


@pytest.mark.parametrize(
    "code", ["", "6", "640", "64018110", "6401811012190", "64018a", "６４０１８１", "-64018", "640181\n1"]
)
def test_anything_else_is_refused_in_chinese(code):
    with pytest.raises(ValidationError) as refusal:
        parse_division_code(code)

    assert "行政区划代码应为" in refusal.value.messages[0]


def test_the_township_of_a_village_is_its_first_nine_digits():
    village = "640181101219"

    township = ancestor(village, Level.TOWNSHIP)

    assert township == "640181101"


def test_a_county_has_no_township_above_it():
    county = "640181"

    with pytest.raises(ValueError, match="640181 is above level TOWNSHIP"):
        ancestor(county, Level.TOWNSHIP)


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("640181", "640181101", True),
        ("640181", "640181", True),
        ("", "640181", True),
        ("640181101", "640181", False),
        ("640181101", "640181102219", False),
    ],
)
def test_a_division_contains_what_begins_with_its_code(outer, inner, expected):
    answer = contains(outer, inner)

    assert answer is expected


@pytest.mark.django_db
def test_the_condition_finds_what_lies_inside_and_nothing_beside():
    county = OrganisationFactory()
    township = TownshipFactory()
    OrganisationFactory(name="市级农办", kind="prefecture_office", division_code="6401")
    OrganisationFactory(name="邻县农办", division_code="640182")

    found = Organisation.objects.filter(within("640181"))

    assert set(found) == {county, township}


@pytest.mark.django_db
def test_the_nation_contains_everything():
    OrganisationFactory()

    found = Organisation.objects.filter(within(""))

    assert found.count() == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("64", "全区"),
        ("51", "全省"),
        ("11", "全市"),
        ("6401", "全市"),
        ("5132", "全州"),
        ("640181", "全市"),
        ("640122", "全县"),
        ("640104", "全区"),
        ("150623", "全旗（县）"),
        ("640181001", "全街道"),
        ("640181101", "全镇"),
        ("640181201", "全乡"),
        ("640181400", "全域"),
        ("429004", "全市"),
        ("640181101219", "全域"),
    ],
)
def test_all_of_a_division_is_said_as_people_there_say_it(code, said):
    assert whole(code) == said
