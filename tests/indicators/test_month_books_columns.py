"""The page on which a person says what each column is: what was not found is said, and chosen from a list."""

from dataclasses import replace

import pytest
from django.urls import reverse

from indicators.month_books.mapping import from_json
from tests.factories import DataElementFactory, ProgrammeElementFactory
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


@pytest.fixture
def elements(scene) -> None:
    for code, name, unit in (
        ("microloans", "新增金融小额信贷", "万元"),
        ("households", "常住户数", "户"),
        ("stable", "稳定就业人数", "人"),
        ("projects", "实施项目", "个"),
        ("special", "农业特色产业产值", "万元"),
        ("doctors", "家庭医生签约户数", "户"),
        ("able", "劳动力人数", "人"),
        ("built", "村庄建成区面积", "亩"),
    ):
        element = DataElementFactory(code=code, name=name, unit=unit)
        ProgrammeElementFactory(programme=scene.months.programme, element=element)


@pytest.mark.usefixtures("elements")
@pytest.mark.parametrize(
    "head",
    [
        "新增金融小额信贷户数",
        "新增金融小额信贷（笔数）",
        "常住人数",
        "稳定就业户数",
        "实施项目金额",
        "实施项目面积",
        "非农业特色产业产值",
        "未就业劳动力人数",
        "不稳定就业人数",
        "其中：稳定就业人数",
        "家庭医生签约人数",
        "村庄建成区户数",
    ],
)
def test_a_head_that_counts_or_denies_something_else_is_left_to_the_person(scene, head):
    workbook = scene.send([["村名", head, "参保人数"], ["泾灵南村", 12, 1410]])

    assert scene.targets(workbook) == ["@name", "", "pension_insured"]


@pytest.mark.usefixtures("elements")
@pytest.mark.parametrize(
    ("head", "is_sure"),
    [
        ("特色产业产值（万元）", False),
        ("农业特色产业产值合", False),
        ("家庭医生签约", True),
        ("稳定就业", True),
        ("稳定就业人数（人）", True),
        ("实施项目数量", True),
        ("新增金融小额信贷金额", True),
        ("村庄建成区面积（亩）", True),
    ],
)
def test_only_an_equal_name_is_sure(scene, head, is_sure):
    workbook = scene.send([["村名", head], ["泾灵南村", 12]])

    assert [plan.is_sure for plan in from_json(workbook.mapping).figures] == [is_sure]


def decided(scene, rows, title, target, factor="1"):
    """Send a table and have a person decide what one of its columns is."""
    workbook = scene.send(rows)
    mapping = from_json(workbook.mapping)
    columns = tuple(
        replace(plan, target=target, factor=factor) if plan.title == title else plan
        for plan in mapping.columns
    )
    return scene.confirm(workbook, replace(mapping, columns=columns))


def planned(workbook):
    return {
        plan.title: (plan.target, plan.factor, plan.is_sure) for plan in from_json(workbook.mapping).figures
    }


@pytest.mark.usefixtures("elements")
@pytest.mark.parametrize(
    ("before", "after", "factor", "is_sure"),
    [([], [], "0.0001", True), ([], [["单位：万元"]], "1", True), ([["单位：元"]], [], "1", False)],
)
def test_a_title_is_known_again_with_its_factor(scene, before, after, factor, is_sure):
    decided(scene, [*before, ["村名", "扶贫贷"], ["泾灵南村", 48000]], "扶贫贷", "microloans", "0.0001")

    again = scene.send([*after, ["村名", "扶贫贷", "参保人数"], ["泾灵南村", 48000, 1410]])

    assert planned(again)["扶贫贷"] == ("microloans", factor, is_sure)


@pytest.mark.usefixtures("elements")
@pytest.mark.parametrize(
    ("rows", "is_sure"),
    [
        ([["10月人口表"], ["村名", "户数"], ["泾灵南村", 3]], True),
        ([["危房改造表"], ["村名", "户数"], ["泾灵南村", 3]], False),
        ([["10月人口表"], ["村名", "户数", "参保人数"], ["泾灵南村", 3, 4]], False),
    ],
)
def test_a_title_that_says_little_is_sure_in_the_same_table_only(scene, rows, is_sure):
    decided(scene, [["9月人口表"], ["村名", "户数"], ["泾灵南村", 800]], "户数", "households")

    again = scene.send(rows)

    assert planned(again)["户数"] == ("households", "1", is_sure)
