"""The ledger of a month as a workbook, opened again by openpyxl as an office would."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from indicators.models import MonthlyReport
from tests.factories import (
    EnrolmentFactory,
    ProgrammeFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
    VillageKindFactory,
)
from tests.indicators.month_scene import set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]

URL = "/indicators/ledger/2025/10/"


@pytest.fixture
def scene():
    return set_scene()


def opened(response):
    assert response.status_code == 200
    return load_workbook(BytesIO(response.content)).active


def rows_of(sheet) -> dict[str, list]:
    return {row[0]: list(row[1:]) for row in sheet.iter_rows(values_only=True) if row[0]}


def test_elements_are_rows_under_their_groups_and_villages_are_columns(client, scene):
    scene.fill()
    EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"))
    client.force_login(scene.clerk)

    sheet = opened(client.get(URL))

    rows = rows_of(sheet)
    assert sheet["A1"].value == "郝家桥镇2025年10月工作台账"
    assert rows["月报状态"] == [None, "填报中", "未填报"]
    assert rows["应参保人数"] == ["人", 1480, None]
    assert rows["绿化覆盖率"] == ["%", 45.5, None]
    assert rows["村庄规划已完成"] == [None, "是", None]
    assert list(rows).index("社会保障") < list(rows).index("应参保人数") < list(rows).index("人居环境")


def test_an_empty_figure_is_an_empty_cell_and_never_zero(client, scene):
    scene.save({scene.due: 0})
    client.force_login(scene.clerk)

    rows = rows_of(opened(client.get(URL)))

    assert rows["应参保人数"] == ["人", 0]
    assert rows["参保人数"] == ["人", None]


def test_what_a_village_is_not_asked_for_is_crossed_out(client, scene):
    second = ProgrammeFactory(code="second", name="第二个方案")
    village = VillageFactory(code="640181101220", name="泾灵北村")
    EnrolmentFactory(programme=second, village=village, kind=VillageKindFactory(programme=second))
    client.force_login(scene.clerk)

    assert rows_of(opened(client.get(URL)))["应参保人数"] == ["人", None, "–"]


def test_each_kind_of_village_has_dashes_for_what_only_others_are_asked_for(client, scene):
    kind = scene.ask_only(scene.due)
    EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"), kind=kind)
    client.force_login(scene.clerk)

    rows = rows_of(opened(client.get(URL)))

    assert rows["应参保人数"] == ["人", "–", None]
    assert rows["参保人数"] == ["人", None, None]


def test_a_figure_typed_before_its_kind_was_no_longer_asked_stays_readable(client, scene):
    scene.save({scene.due: 1480})
    kind = scene.ask_only(scene.due)
    EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"), kind=kind)
    client.force_login(scene.clerk)

    assert rows_of(opened(client.get(URL)))["应参保人数"] == ["人", 1480, None]


def test_names_that_look_like_formulas_stay_text(client, scene):
    scene.due.name = "=cmd|' /C calc'!A0"
    scene.due.save()
    client.force_login(scene.clerk)

    cell = next(cell for cell in opened(client.get(URL))["A"] if str(cell.value).startswith("=cmd"))

    assert cell.data_type == "s"


def test_demonstration_figures_are_marked(client, scene):
    scene.fill()
    client.force_login(scene.clerk)
    plain = opened(client.get(URL))
    MonthlyReport.objects.update(is_demonstration=True)

    marked = opened(client.get(URL))

    assert "演示数据" not in str(plain["A2"].value)
    assert "演示数据" in marked["A2"].value


def test_the_bureau_gets_all_townships_or_the_one_it_asks_for(client, scene):
    EnrolmentFactory(village=VillageFactory(code="640181201212", name="泾兴村", township_name="白土岗乡"))
    client.force_login(scene.bureau)

    everything = opened(client.get(URL))
    one = client.get(URL, {"township": "640181201"})

    assert [cell.value for cell in everything[2]][2:] == ["郝家桥镇", "白土岗乡"]
    assert opened(one)["A1"].value == "白土岗乡2025年10月工作台账"
    assert "2025-10-%E7%99%BD%E5%9C%9F%E5%B2%97%E4%B9%A1" in one["Content-Disposition"]


def test_another_township_s_ledger_is_not_found(client, scene):
    TownshipFactory(name="白土岗乡", division_code="640181201")
    client.force_login(scene.clerk)

    assert client.get(URL, {"township": "640181201"}).status_code == 404


@pytest.mark.parametrize("path", ["2025/13/", "0000/01/"])
def test_no_such_month_is_not_found(client, scene, path):
    client.force_login(scene.clerk)

    assert client.get(f"/indicators/ledger/{path}").status_code == 404


def test_more_villages_than_a_sheet_is_readable_with_ask_for_a_township(client, scene, monkeypatch):
    monkeypatch.setattr("indicators.views.month_lists.MOST_COLUMNS", 1)
    EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村"))
    client.force_login(scene.bureau)

    response = client.get(URL, follow=True)

    assert "一张台账最多放 1 个村（社区），请先选择一个乡镇（街道）。" in response.text


def test_who_may_not_export_is_refused(client, scene):
    client.force_login(UserFactory(roles=["administrator"]))

    assert client.get(URL).status_code == 403


def test_the_workbook_asks_the_same_number_of_questions_whatever_the_number_of_villages(
    client, scene, django_assert_max_num_queries
):
    for number in range(300, 330):
        EnrolmentFactory(village=VillageFactory(code=f"640181101{number}", name=f"村{number}"))
    client.force_login(scene.clerk)

    with django_assert_max_num_queries(14):
        client.get(URL)
