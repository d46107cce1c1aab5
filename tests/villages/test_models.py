from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    UserFactory,
    VillageFactory,
    VillageKindFactory,
)
from villages.models import Programme, Village, Workdays, validate_day_of_year


@pytest.mark.parametrize("text", ["01-01", "02-28", "11-30", "12-31"])
def test_a_day_that_every_year_has_is_accepted(text):
    refusal = validate_day_of_year(text)

    assert refusal is None


@pytest.mark.parametrize(
    "text", ["", "1-1", "11-31", "02-29", "02-30", "13-01", "00-10", "11-00", "W01-1", "11/30", "11-30\n"]
)
def test_a_day_that_some_year_lacks_is_refused(text):
    with pytest.raises(ValidationError, match="日期应写成 11-30 的样子"):
        validate_day_of_year(text)


@pytest.mark.django_db
def test_the_calendar_gives_dates_of_a_year():
    programme = ProgrammeFactory()

    dates = [programme.date_of("self_check_closes", 2025), programme.month_due(date(2025, 11, 1), Workdays())]

    assert dates == [date(2025, 11, 30), date(2025, 11, 20)]
    assert list(programme.years) == [2022, 2023, 2024, 2025]
    assert [programme.quota_of(year) for year in (2021, 2023)] == [0, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("division", "expected"),
    [("640181", True), ("640181101", True), ("6401", True), ("", False), ("640182", False), ("6402", False)],
)
def test_a_programme_is_seen_by_its_county_above_and_below(division, expected):
    programme = ProgrammeFactory()
    kind = "county_office" if len(division) < 9 else "township"
    organisation = OrganisationFactory(division_code=division or "65", name="某单位", kind=kind)

    seen = Programme.objects.visible_to(UserFactory(organisation=organisation))

    assert (programme in seen) is expected


@pytest.mark.django_db
def test_villages_are_found_by_what_one_and_the_same_enrolment_says():
    south = VillageFactory()
    north = VillageFactory(code="640181101218", name="泾灵北村")
    other = ProgrammeFactory(code="other", name="另一个方案")
    EnrolmentFactory(village=south, target_year=2025)
    EnrolmentFactory(village=north, target_year=2024)
    EnrolmentFactory(
        village=north,
        programme=other,
        kind=VillageKindFactory(programme=other, name="社区"),
        target_year=2025,
    )

    found = Village.objects.matching(programme=Programme.objects.get(code="lingwu"), target_year=2025)

    assert list(found) == [south]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ({}, ["泾灵南村", "镇河塔社区"]),
        ({"name": "镇河"}, ["镇河塔社区"]),
        ({"township": "640181101"}, ["泾灵南村"]),
        ({"kind": "生态移民村"}, ["泾灵南村"]),
        ({"target_year": 2022}, []),
    ],
)
def test_villages_are_narrowed_by_each_condition(conditions, names):
    EnrolmentFactory()
    VillageFactory(code="640181001001", name="镇河塔社区", township_name="城区街道办")

    found = Village.objects.matching(**conditions)

    assert {village.name for village in found} == set(names)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        ({"target_year": None}, ""),
        ({"target_year": 2026}, "计划创建年应在 2022 至 2025 年之间。"),
        ({"kind": "other"}, "这个类别不属于所选的创建方案。"),
    ],
)
def test_an_enrolment_keeps_to_its_programme(changes, sentence):
    other = VillageKindFactory(programme=ProgrammeFactory(code="other"), code="other")
    values = {"target_year": 2025} | changes | ({"kind": other} if "kind" in changes else {})
    enrolment = EnrolmentFactory.build(
        programme=ProgrammeFactory(), village=VillageFactory(), **{"kind": VillageKindFactory()} | values
    )

    said = refusals_of(enrolment)

    assert said == sentence


def refusals_of(row):
    try:
        row.full_clean()
    except ValidationError as refusal:
        return "".join(refusal.messages)
    return ""


@pytest.mark.django_db
def test_townships_are_listed_once_each():
    VillageFactory()
    VillageFactory(code="640181101218", name="泾灵北村")
    VillageFactory(code="640181001001", name="镇河塔社区", township_name="城区街道办")

    townships = Village.objects.townships()

    assert townships == [("640181001", "城区街道办"), ("640181101", "郝家桥镇")]
