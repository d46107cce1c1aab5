"""The grid's page and what its script asks for: who sees what, how it is printed, and what it costs."""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import DataElement, LedgerLine
from indicators.views.grid_desk import month_grid, village_grid
from tests.assessments.scene import Scene as YearScene
from tests.factories import EnrolmentFactory, UserFactory, VillageFactory
from tests.indicators.month_scene import NOW, OCTOBER, Scene, set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]


@pytest.fixture
def scene() -> Scene:
    return set_scene()


@pytest.fixture
def clerk(scene, client):
    client.force_login(scene.clerk)
    return client


def grid_url(scene, query=""):
    place = {"code": scene.village.township_code, "year": 2025, "month": 10}
    return reverse("indicators:township_grid", kwargs=place) + query


def sent(scene, texts, *, user=None, version=0, village=None):
    cells = {str(element.pk): text for element, text in texts.items()}
    batch = {"village": village or scene.village.code, "month": "2025-10", "version": version, "cells": cells}
    return {"user": (user or scene.clerk).pk, "batches": [batch]}


def post(client, name, data, **kwargs):
    return client.post(reverse(name, kwargs=kwargs), json.dumps(data), content_type="application/json")


def cell_place(scene, element):
    return {"code": scene.village.code, "year": "2025", "month": "10", "pk": str(element.pk)}


# --- the page ----------------------------------------------------------------------------------------


def test_figures_stand_in_cells_as_they_are_read(scene, clerk):
    scene.save({scene.due: 1480, scene.greening: "45.5", scene.plan: 1})

    page = clerk.get(grid_url(scene)).content.decode()

    assert "<td>1,480</td><td></td><td>45.5</td><td>是</td><td></td>" in page
    assert '<td class="is-shut"></td>' in page  # 医保参保人数 is its department's


def test_a_village_of_another_kind_shows_a_dash_where_it_is_not_asked(scene, clerk):
    kind = scene.ask_only(scene.stars)
    village = VillageFactory(code=f"{scene.village.township_code}299")
    EnrolmentFactory(programme=scene.programme, village=village, kind=kind)

    page = clerk.get(grid_url(scene)).content.decode()

    assert '<td class="is-none">–</td>' in page


def test_a_signed_month_is_shut_and_says_why(scene, clerk):
    scene.fill()
    scene.submit()

    response = clerk.get(grid_url(scene))

    [sheet] = response.context["data"]["sheets"]
    assert sheet["shut"] == "本月已于 11-12 上报，需修改请向振兴局申请退回。"
    assert '<td class="is-shut">1,480</td>' in response.content.decode()


def test_names_are_never_read_as_markup(scene, clerk):
    scene.village.name = "<script>alert(1)</script>"
    scene.village.save()

    page = clerk.get(grid_url(scene)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_department_sees_its_own_figures_of_every_village(scene, client):
    client.force_login(scene.officer)

    grid = client.get(grid_url(scene)).context["grid"]

    assert grid.elements == [scene.medical]
    assert grid.sheets[0].own == {scene.medical.pk}


def test_a_department_types_for_all_villages_of_the_county_on_one_screen(scene, client):
    beside = VillageFactory(code="640181102201", name="东塔村", township_name="东塔镇")
    EnrolmentFactory(programme=scene.programme, village=beside, kind=scene.programme.enrolments.get().kind)
    client.force_login(scene.officer)

    longest_due = client.get(reverse("indicators:grid"))
    url = reverse("indicators:county_grid", args=["640181", 2025, 10])
    response = client.get(url)

    assert longest_due.url.startswith("/indicators/grid/640181/")
    assert [sheet.village.name for sheet in response.context["grid"].sheets] == ["泾灵南村", "东塔村"]
    page = response.content.decode()
    assert page.index("<span>郝家桥镇</span>") < page.index("泾灵南村<") < page.index("<span>东塔镇</span>")
    assert [each["name"] for each in response.context["townships"]] == ["全部", "郝家桥镇", "东塔镇"]

    post(
        client,
        "indicators:cells",
        sent(scene, {scene.medical: "9"}, user=scene.officer, village=beside.code),
    )
    assert LedgerLine.objects.month_values(beside, OCTOBER)[scene.medical.pk] == 9
    plain = client.get(f"{url}?plain").content.decode()
    assert "<span>东塔镇</span>" in plain


@pytest.mark.parametrize("person", ["clerk", "head", "bureau"])
def test_the_screen_of_a_county_is_for_departments(scene, client, person):
    client.force_login(getattr(scene, person))

    response = client.get(reverse("indicators:county_grid", args=["640181", 2025, 10]))

    assert response.status_code == 403


def test_a_department_takes_over_stocks_of_the_whole_county(scene, client):
    LedgerLine.objects.write_month(scene.village, OCTOBER.replace(month=9), {scene.medical.pk: Decimal(12)})
    client.force_login(scene.officer)

    client.post(reverse("indicators:carry_below", args=["640181", 2025, 10]))

    assert LedgerLine.objects.month_values(scene.village, OCTOBER).get(scene.medical.pk) == 12


def test_who_reads_only_is_offered_no_cell(scene, client):
    client.force_login(scene.bureau)

    response = client.get(grid_url(scene))

    assert response.context["may_type"] is False
    assert "<td>" not in response.content.decode()


def test_another_township_does_not_exist(scene, clerk):
    EnrolmentFactory(programme=scene.programme, village=VillageFactory(code="640181999201"))

    response = clerk.get(reverse("indicators:township_grid", args=["640181999", 2025, 10]))

    assert response.status_code == 404


def test_a_grid_reads_the_database_as_often_for_forty_villages_as_for_one(
    scene, django_assert_max_num_queries
):
    kind = scene.programme.enrolments.get().kind
    for number in range(300, 340):
        village = VillageFactory(code=f"{scene.village.township_code}{number}")
        EnrolmentFactory(programme=scene.programme, village=village, kind=kind)

    with django_assert_max_num_queries(8):
        grid = month_grid(scene.clerk, scene.village.township_code, 2025, 10, NOW)

    assert len(grid.sheets) == 41


def test_a_year_has_twelve_sheets_and_those_to_come_are_shut(scene):
    grid = village_grid(scene.clerk, scene.village.code, 2025, NOW)

    assert [bool(sheet.own) for sheet in grid.sheets] == [True] * 11 + [False]
    assert grid.sheets[-1].shut.startswith("2025年12月还没有到")


# --- what the script sends ---------------------------------------------------------------------------


def test_every_cell_is_answered(scene, clerk):
    data = sent(scene, {scene.due: "1,480", scene.insured: "一千", scene.medical: "1500"})

    [answer] = post(clerk, "indicators:cells", data).json()["batches"]

    assert answer["version"] == 1
    assert answer["cells"][str(scene.due.pk)] == {"state": "saved", "text": "1,480"}
    assert answer["cells"][str(scene.insured.pk)]["state"] == "invalid"
    assert answer["cells"][str(scene.medical.pk)]["state"] == "shut"


def test_a_conflict_is_answered_with_their_figure_and_name(scene, clerk):
    scene.save({scene.insured: 1400})
    scene.save({scene.insured: 1415}, actor=scene.head)

    [answer] = post(clerk, "indicators:cells", sent(scene, {scene.insured: "1420"}, version=1)).json()[
        "batches"
    ]

    conflict = {"state": "conflict", "text": "1,415", "by": "王镇长", "at": "11-12 09:00", "own": False}
    assert answer["cells"][str(scene.insured.pk)] == conflict


def test_a_village_out_of_reach_does_not_exist_and_nothing_is_saved(scene, clerk):
    far = EnrolmentFactory(programme=scene.programme, village=VillageFactory(code="640181999201")).village
    data = sent(scene, {scene.due: "1480"})
    data["batches"] += sent(scene, {scene.due: "1480"}, village=far.code)["batches"]

    response = post(clerk, "indicators:cells", data)

    assert response.status_code == 404
    assert not LedgerLine.objects.exists()


def test_a_page_that_somebody_else_opened_saves_nothing(scene, clerk):
    response = post(clerk, "indicators:cells", sent(scene, {scene.due: "1480"}, user=scene.head))

    assert response.status_code == 409
    assert not LedgerLine.objects.exists()


def test_who_types_no_figures_is_refused(scene, client):
    client.force_login(scene.bureau)

    response = post(client, "indicators:cells", sent(scene, {scene.due: "1480"}, user=scene.bureau))

    assert response.status_code == 403


def test_cells_without_the_token_of_the_page_are_refused(scene):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.clerk)

    response = post(client, "indicators:cells", sent(scene, {scene.due: "1480"}))

    assert response.status_code == 403
    assert not LedgerLine.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        '{"user": true, "batches": []}',
        '{"user": 1, "batches": {}}',
        '{"user": 1, "batches": [{"village": "x", "month": "2025-13", "version": 0, "cells": {}}]}',
        '{"user": 1, "batches": [{"village": "x", "month": "2025-10", "version": -1, "cells": {}}]}',
        '{"user": 1, "batches": [{"village": "x", "month": "2025-10", "version": 0, "cells": {"1": 5}}]}',
        '{"user": 1, "batches": [{"village": "\\u0000", "month": "2025-10", "version": 0, "cells": {}}]}',
        "[" * 100_000,
    ],
)
def test_what_no_script_of_ours_sends_is_refused(clerk, body):
    response = clerk.post(reverse("indicators:cells"), body, content_type="application/json")

    assert response.status_code == 400


def test_the_page_learns_who_is_logged_in_now(scene, clerk):
    found = clerk.get(reverse("indicators:grid_session")).json()

    assert (found["user"], found["name"]) == (scene.clerk.pk, "张三")
    assert len(found["token"]) == 64


# --- beside a cell -------------------------------------------------------------------------------------


def test_beside_a_cell_stand_its_past_and_who_typed_it(scene, clerk):
    scene.save({scene.insured: 1400}, month=OCTOBER.replace(month=9))
    scene.save({scene.insured: 1410})

    found = clerk.get(reverse("indicators:cell", kwargs=cell_place(scene, scene.insured))).json()

    assert found["before"] == "1,400"
    assert [month["text"] for month in found["past"]][-2:] == ["1,400", "1,410"]
    assert found["entered"]["by"].endswith("张三")


def test_what_is_being_typed_is_tested_by_the_rules_and_not_written(scene, clerk):
    scene.save({scene.due: 1480, scene.insured: 1410})
    [batch] = sent(scene, {scene.insured: "1500"})["batches"]

    found = post(clerk, "indicators:moves", batch, **cell_place(scene, scene.insured)).json()

    assert "1,500" in found["findings"][0]["sentence"]
    assert scene.value(scene.insured) == 1410


def test_the_standards_that_a_figure_moves_say_how_far_is_still_to_go(client):
    year = YearScene()
    client.force_login(year.clerk)
    place = {"code": year.village.code, "year": "2025", "month": "11", "pk": str(year.insured.pk)}
    due = DataElement.objects.get(code="health_due")
    cells = {str(year.insured.pk): "190", str(due.pk): "200"}
    typed = {"village": year.village.code, "month": "2025-11", "version": 0, "cells": cells}

    [move] = post(client, "indicators:moves", typed, **place).json()["moves"]

    assert (move["code"], move["word"], move["before"]) == ("S12", "接近", "达标")
    assert "再有 6 人" in move["sentence"]


def test_the_past_of_a_village_out_of_reach_does_not_exist(scene, client):
    neighbour = UserFactory(
        roles=["clerk"], organisation__division_code="640181999", organisation__kind="township"
    )
    client.force_login(neighbour)

    response = client.get(reverse("indicators:cell", kwargs=cell_place(scene, scene.insured)))

    assert response.status_code == 404


# --- without a script ------------------------------------------------------------------------------------


def test_the_plain_form_saves_what_can_be_saved_and_keeps_the_rest(scene, clerk):
    key = f"{scene.village.code}-202510"
    data = {f"version-{key}": "0", f"v-{key}-{scene.due.pk}": "1480", f"v-{key}-{scene.greening.pk}": "很高"}

    response = clerk.post(grid_url(scene, "?plain"), data)

    assert scene.value(scene.due) == 1480
    assert "“很高”不是数字" in response.content.decode()
    assert 'value="很高"' in response.content.decode()


def test_the_plain_form_leads_back_to_itself_when_all_is_saved(scene, clerk):
    key = f"{scene.village.code}-202510"

    response = clerk.post(grid_url(scene), {f"version-{key}": "0", f"v-{key}-{scene.greening.pk}": "45.5"})

    assert response.status_code == 302
    assert scene.value(scene.greening) == Decimal("45.5")


def test_the_plain_form_is_saved_before_last_month_is_taken_over(scene, clerk):
    scene.save({scene.due: 1470, scene.insured: 1400}, month=OCTOBER.replace(month=9))
    key = f"{scene.village.code}-202510"

    form = {f"version-{key}": "0", f"v-{key}-{scene.due.pk}": "1480", "carry": "1"}
    page = clerk.post(grid_url(scene, "?plain"), form, follow=True).content.decode()

    assert (scene.value(scene.due), scene.value(scene.insured)) == (1480, 1400)
    assert "已保存 1 格。" in page
    assert "1 个村（社区）沿用了上月 1 项" in page


def test_the_grid_opens_at_the_month_that_waits_longest(scene, clerk):
    response = clerk.get(reverse("indicators:grid"))

    assert response.url.startswith(f"/indicators/grid/{scene.village.township_code}/")
