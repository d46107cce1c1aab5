"""The page of an area's sums: down from a province to a village, from rows that were kept."""

from datetime import date

import pytest
from django.urls import reverse

from indicators.models import DataElement, ProgrammeElement
from indicators.services.areas import areas_repair
from tests.factories import OrganisationFactory, UserFactory
from tests.indicators.engine_scene import NORTH, SOUTH, XING, EngineScene

pytestmark = pytest.mark.django_db

URL = reverse("indicators:areas")


@pytest.fixture
def scene() -> EngineScene:
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    trees = scene.element("trees", "sum", name="植树", unit="棵", group="生态", position=1)
    green = scene.element("green", "average", name="满意度", unit="分", group="生态", position=2)
    for element in (trees, green):
        ProgrammeElement.objects.create(programme=scene.programme, element=element)
    scene.figures(trees, 2025, {1: 1200, 2: 30})
    scene.figures(trees, 2025, {1: 4}, XING)
    scene.figures(green, 2025, {1: 90})
    scene.figures(green, 2025, {1: 95}, XING)
    for village in (SOUTH, XING):
        scene.accept(2025, [1, 2], village)
    areas_repair()
    return scene


def leader(code: str = "640181"):
    return UserFactory(roles=["leader"], organisation=OrganisationFactory(division_code=code))


def rows(response) -> dict[str, list]:
    sheet = response.context["sheet"]
    return {row.name: [figure[0] for figure in row.figures] for row in [*sheet.rows, sheet.total]}


def read(client, user, **query):
    client.force_login(user)
    return client.get(URL, {"year": 2025, "month": 2, **query})


def test_a_county_sees_its_townships(client, scene):
    response = read(client, leader())

    assert rows(response) == {"白土岗乡": [4, 95], "郝家桥镇": [1230, 90], "合计": [1234, 92.5]}
    assert "1 个村有数" in response.content.decode()


def test_a_township_shows_its_villages(client, scene):
    response = read(client, leader(), area="640181101")

    assert rows(response) == {"泾灵南村": [1230, 90], "泾灵北村": [None, None], "合计": [1230, 90]}


def test_a_province_sees_prefectures_by_name(client, scene):
    response = read(client, leader("64"))

    assert rows(response) == {"银川市": [1234, 92.5], "合计": [1234, 92.5]}
    assert response.context["name"] == "宁夏回族自治区"


def test_an_earlier_month_shows_the_sum_so_far(client, scene):
    response = read(client, leader(), month=1)

    assert rows(response)["合计"] == [1204, 92.5]
    assert response.context["month"] == date(2025, 1, 1)


def test_what_lies_outside_is_not_found(client, scene):
    assert read(client, leader(), area="64").status_code == 404
    assert read(client, leader(), area="640181101219").status_code == 404
    assert read(client, leader(), area="6401812").status_code == 404


def test_an_administrator_reads_no_sums(client, scene):
    user = UserFactory(roles=["administrator"], organisation=OrganisationFactory(division_code="640181"))

    assert read(client, user).status_code == 403


def test_a_county_of_many_villages_costs_as_many_queries_as_a_small_one(
    client, scene, django_assert_max_num_queries
):
    user = leader()
    read(client, user)

    with django_assert_max_num_queries(15):
        client.get(URL, {"year": 2025})

    assert DataElement.objects.count() == 2
