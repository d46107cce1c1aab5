"""The page on which a person says what each column is: what was not found is said, and chosen from a list."""

import pytest
from django.urls import reverse

from tests.indicators.book_scene import SOUTH, BookScene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]
PASSED_OVER = "没有认出，不会导入"


@pytest.fixture
def scene() -> BookScene:
    return BookScene()


def page_of(client, scene: BookScene, title: str, cell: object, workbook=None) -> str:
    heads = ("村名", "应参保人数（人）", "参保人数（人）", title)
    workbook = workbook or scene.send([heads, (*SOUTH[:3], cell)])
    client.force_login(scene.clerk)
    return client.get(reverse("indicators:import_columns", args=[workbook.pk])).content.decode()


def test_a_column_of_figures_that_was_not_found_is_marked(client, scene):
    page = page_of(client, scene, "苹果树棵数", 120)

    assert page.count(PASSED_OVER) == 1


@pytest.mark.parametrize(
    ("title", "cell"), [("序号", 1), ("合计", 2890), ("情况说明", "正常"), ("联系电话", 139)]
)
def test_what_is_no_figure_of_a_village_is_left_out_without_a_word(client, scene, title, cell):
    page = page_of(client, scene, title, cell)

    assert PASSED_OVER not in page


def test_what_was_decided_once_is_not_asked_again(client, scene):
    heads = ("村名", "应参保人数（人）", "参保人数（人）", "苹果树棵数")
    scene.read([heads, (*SOUTH[:3], 120)])
    again = scene.send([heads, (*SOUTH[:3], 121)])

    page = page_of(client, scene, "", None, workbook=again)

    assert "已按上次对同样表头的选择填好" in page
    assert PASSED_OVER not in page
