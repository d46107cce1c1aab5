"""Home and the leaders' dashboard: who sees them, what they show, what they cost."""

import time
from datetime import date
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from assessments.models import Award
from indicators.models import Verdict
from tests.assessments.scene import NOW, Scene
from tests.factories import EnrolmentFactory, ProjectFactory, VillageFactory

pytestmark = pytest.mark.django_db
OVERVIEW = "/overview/"


@pytest.fixture
def scene(settings: LazySettings) -> Scene:
    settings.CLOCK_START = NOW.isoformat()
    settings.CLOCK_ANCHOR = time.time()
    return Scene()


def page(client: Client, scene: Scene, role: str, url: str):
    client.force_login(scene.person(role))
    return client.get(url)


@pytest.mark.parametrize(
    "role", ["clerk", "head", "department", "bureau", "city", "leader", "administrator", "auditor"]
)
def test_everybody_has_a_home(client: Client, scene: Scene, role: str) -> None:
    response = page(client, scene, role, reverse("dashboard:home"))

    assert response.status_code == 200
    assert "待办" in response.content.decode()


def test_home_says_what_is_overdue_and_since_when(client: Client, scene: Scene) -> None:
    content = page(client, scene, "clerk", reverse("dashboard:home")).content.decode()

    assert "件已逾期" in content
    assert f"{scene.village.name} 2022年1月月报" in content


@pytest.mark.parametrize(("role", "status"), [("leader", 200), ("bureau", 200), ("administrator", 403)])
def test_the_dashboard_is_for_those_whom_the_table_names(
    client: Client, scene: Scene, role: str, status: int
) -> None:
    assert page(client, scene, role, OVERVIEW).status_code == status


def test_the_dashboard_shows_plan_award_and_verdicts(client: Client, scene: Scene) -> None:
    scene.reach("awarded")

    response = page(client, scene, "leader", OVERVIEW)

    content = response.content.decode()
    assert [tile.value for tile in response.context["tiles"]][:2] == ["1/5", "1"]
    assert "基本医疗保险参保率" in content
    assert response.context["plan_chart"]["series"][1]["data"] == [0, 0, 0, 1]


def test_a_revoked_title_no_longer_counts(client: Client, scene: Scene) -> None:
    scene.reach("revoked")

    response = page(client, scene, "leader", OVERVIEW)

    assert Award.objects.count() == 1
    assert response.context["tiles"][0].value == "0/5"


def test_an_unknown_year_or_programme_falls_back_to_the_current_one(client: Client, scene: Scene) -> None:
    response = page(client, scene, "leader", f"{OVERVIEW}?year=1900&programme=nothing")

    assert response.status_code == 200
    assert response.context["year"] == 2025
    assert response.context["programme"] == scene.programme


def test_a_village_that_misses_one_standard_is_named_on_the_home_page(client: Client, scene: Scene) -> None:
    Verdict.objects.update(status="unmet", value=Decimal("90"))

    content = page(client, scene, "bureau", reverse("dashboard:home")).content.decode()

    assert "还差一项就达标" in content
    assert reverse("indicators:why", args=[scene.measured.pk, scene.village.code, 2025]) in content


def test_a_dashboard_costs_the_same_whatever_the_number_of_villages(
    client: Client, scene: Scene, django_assert_max_num_queries
) -> None:
    page(client, scene, "leader", OVERVIEW)
    for number in range(300, 320):
        village = VillageFactory(code=f"640181101{number}", name=f"{number}村")
        EnrolmentFactory(village=village)
        Verdict.objects.create(
            standard=scene.measured,
            year=2025,
            scope_code=village.code,
            village=village,
            status="near",
            data_month=date(2025, 10, 1),
            computed_at=NOW,
        )

    with django_assert_max_num_queries(34):
        response = client.get(OVERVIEW)

    assert len(response.context["matrix"].rows) == 21


def test_who_keeps_the_accounts_is_not_led_to_pages_that_refuse(client: Client, scene: Scene) -> None:
    content = page(client, scene, "administrator", reverse("dashboard:home")).content.decode()

    assert reverse("indicators:months") not in content
    assert reverse("indicators:verdicts") not in content


def test_a_dossier_gathers_a_village_from_every_room(client: Client, scene: Scene) -> None:
    application = scene.reach("awarded")

    content = page(client, scene, "leader", f"/dossier/{scene.village.code}/").content.decode()

    assert application.get_absolute_url() in content
    assert reverse("indicators:why", args=[scene.measured.pk, scene.village.code, 2025]) in content
    assert reverse("indicators:month", args=[scene.village.code, 2025, 10]) in content


def test_a_dossier_of_another_township_does_not_exist(client: Client, scene: Scene) -> None:
    other = VillageFactory(code="640181201212", name="泾兴村", township_name="白土岗乡")

    assert page(client, scene, "clerk", f"/dossier/{other.code}/").status_code == 404
    assert page(client, scene, "administrator", f"/dossier/{scene.village.code}/").status_code == 403


def test_a_dossier_costs_the_same_whatever_it_holds(
    client: Client, scene: Scene, django_assert_max_num_queries
) -> None:
    url = f"/dossier/{scene.village.code}/"
    page(client, scene, "leader", url)
    for number in range(5):
        project = ProjectFactory(programme=scene.programme, code=f"P{number}")
        project.villages.add(scene.village)

    with django_assert_max_num_queries(20):
        response = client.get(url)

    assert len(response.context["projects"]) == 5
