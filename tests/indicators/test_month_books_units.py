"""In which unit a figure stands: said by head, table or cell, or by the format that shows it."""

from decimal import Decimal

import pytest
from openpyxl import Workbook

from indicators.models import ImportedRow
from indicators.month_books.cells import ColumnReader
from indicators.month_books.mapping import ColumnPlan, from_json
from indicators.month_books.table_units import table_units
from indicators.month_books.titles import read_title
from indicators.month_books.units import factor
from tests.factories import DataElementFactory, ProgrammeElementFactory
from tests.indicators.book_scene import BookScene, saved

MONEY = {"unit": "万元", "value_type": "decimal", "places": 2}


@pytest.fixture
def scene(db):
    scene = BookScene()
    for code, name, unit in (("income", "村集体经济收入", "万元"), ("land", "耕地面积", "亩")):
        element = DataElementFactory(code=code, name=name, unit=unit, value_type="decimal", places=2)
        ProgrammeElementFactory(programme=scene.months.programme, element=element)
    return scene


def figures(workbook):
    return [row.new for row in ImportedRow.objects.filter(workbook=workbook).order_by("row")]


def formatted(head, cells):
    """A workbook of one column whose cells have formats of their own."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["村名", head])
    names = ("泾灵南村", "泾灵北村")
    for row, (name, (value, code)) in enumerate(zip(names, cells, strict=False), start=2):
        sheet.append([name, value])
        sheet.cell(row, 2).number_format = code
    return saved(workbook)


@pytest.mark.parametrize(
    "above",
    [
        [["", "单位：元"]],
        [["郝家桥镇村集体经济收入统计表（单位：元、亩）"]],
        [["填报单位：郝家桥镇", "", "计量单位:元"]],
        [["", "单位：", "元"]],
        [["村集体经济收入统计表（元）"], []],
    ],
)
def test_a_unit_over_the_whole_table_counts_for_columns_that_name_none(scene, above):
    workbook = scene.read([*above, ["村名", "村集体经济收入"], ["泾灵南村", 48000]])

    assert figures(workbook) == [[Decimal("4.8")]]


@pytest.mark.parametrize(
    "corner",
    [
        "金额单位：人民币元",
        "本表金额以元为单位",
        "单位：人民币元",
        "單位：元",
        "计量单位 元",
        "单 位：元",
        "单位元",
        "单位；元",
        "单位：：元",
        "单位=元",
        "单位: 元整",
        "单位：RMB元",
        "金额:元",
        "元",
        "本表金额单位均为元",
    ],
)
def test_the_unit_of_a_table_is_written_in_many_ways(corner):
    assert table_units([corner]) == ("元",)


def test_a_space_inside_a_unit_makes_no_other_of_it():
    assert table_units(["单位：万 元"]) == ("万元",)


@pytest.mark.parametrize(
    ("corner", "is_sure"),
    [
        ("金额单位：美元", False),
        ("单位：钱", False),
        ("单位：人民币", False),
        ("单位：郝家桥镇", True),
        ("统计单位：", True),
        ("填报单位（盖章）：郝家桥镇", True),
    ],
)
def test_a_unit_of_the_table_that_is_not_understood_leaves_money_unsure(scene, corner, is_sure):
    workbook = scene.send([[corner], ["村名", "村集体经济收入", "耕地面积"], ["泾灵南村", 48000, 12]])

    assert [plan.is_sure for plan in from_json(workbook.mapping).figures] == [is_sure, True]


@pytest.mark.parametrize(
    ("corner", "figure", "is_sure"),
    [
        ("单位：元", 48000, True),
        ("单位：元", 4.8, False),
        ("单位：亿元", 0.5, False),
        ("单位：万元", 4.8, True),
    ],
)
def test_a_corner_that_makes_much_more_or_next_to_nothing_of_figures_is_a_guess(
    scene, corner, figure, is_sure
):
    workbook = scene.send([[corner], ["村名", "村集体经济收入"], ["泾灵南村", figure]])

    assert [plan.is_sure for plan in from_json(workbook.mapping).figures] == [is_sure]


@pytest.mark.parametrize(
    "head",
    [
        "收入元",
        "收入\u3014元\u3015",
        "收入《元》",
        "收入(¥)",
        "收入—元",
        "收入（以元计）",
        "收入（人民币元）",
        "收入，单位元",
    ],
)
def test_the_unit_of_a_head_is_written_in_many_ways(head):
    title = read_title(head)

    assert (title.words, title.unit) == ("收入", "元")


@pytest.mark.parametrize("head", ["居民楼单元", "收入不足5万元", "收入（美元）"])
def test_what_only_ends_as_a_unit_does_is_none(head):
    assert read_title(head).unit == ""


def test_it_does_not_touch_a_column_with_a_unit_of_its_own_or_of_another_kind(scene):
    workbook = scene.read(
        [
            ["单位：元"],
            ["村名", "村集体经济收入（万元）", "耕地面积", "参保人数"],
            ["泾灵南村", 4.8, 1200, 1410],
        ]
    )

    assert figures(workbook) == [[Decimal("4.8"), Decimal(1200), Decimal(1410)]]


def test_two_sizes_of_one_unit_over_a_table_are_for_the_person_to_settle(scene):
    workbook = scene.send([["单位：元、万元"], ["村名", "村集体经济收入"], ["泾灵南村", 48000]])

    assert [plan.is_sure for plan in from_json(workbook.mapping).figures] == [False]


def test_what_was_decided_for_a_table_in_another_unit_is_not_remembered_with_its_factor(scene):
    heads, south = ["村名", "村集体经济收入"], ["泾灵南村", 48000]
    scene.read([["单位：元"], heads, south])

    again = scene.read([["单位：万元"], heads, ["泾灵南村", 4.8]])

    assert figures(again) == [[Decimal("4.8")]]


@pytest.mark.parametrize(
    ("given", "wanted", "times"),
    [
        ("万", "人", "10000"),
        ("万", "万元", "1"),
        ("百人", "人", "100"),
        ("千亩", "亩", "1000"),
        ("万斤", "吨", "5"),
        ("万只", "只", "10000"),
        ("百万元", "元", "1000000"),
        ("亩", "万元", None),
        ("万只", "万元", None),
        ("座", "个", "1"),
    ],
)
def test_large_numbers_before_a_unit(given, wanted, times):
    found = factor(given, wanted)

    assert found == (None if times is None else Decimal(times))


@pytest.mark.parametrize(
    "head", ["村集体经济收入 元", "村集体经济收入\n元", "村集体经济收入_元", "村集体经济收入【元】"]
)
def test_a_unit_may_stand_behind_a_head_in_any_way(scene, head):
    workbook = scene.read([["村名", head], ["泾灵南村", 48000]])

    assert figures(workbook) == [[Decimal("4.8")]]


@pytest.mark.parametrize("head", ["村集体经济收入（元/月）", "村集体经济收入（美元）"])
def test_a_unit_that_we_do_not_know_is_left_to_the_person(scene, head):
    workbook = scene.send([["村名", head], ["泾灵南村", 48000]])

    assert scene.targets(workbook) == ["@name", ""]


def test_a_note_below_the_table_may_name_its_unit(scene):
    workbook = scene.read([["村名", "村集体经济收入"], ["泾灵南村", 48000], ["注：金额单位为元"]])

    assert figures(workbook) == [[Decimal("4.8")]]


def test_the_unit_of_a_table_is_no_name_of_an_organisation():
    assert table_units(["填报单位：郝家桥镇", "单位：元、 亩", "（一）", "2025年"]) == ("元", "亩")


@pytest.mark.parametrize(
    ("head", "cell", "figure"),
    [
        ("参保人数（万）", 0.141, 1410),
        ("参保人数", "0.141万", 1410),
        ("参保人数（百人）", 14.1, 1410),
        ("参保人数", "1410名", 1410),
    ],
)
def test_persons_by_hundreds_and_ten_thousands(scene, head, cell, figure):
    workbook = scene.read([["村名", head], ["泾灵南村", cell]])

    assert figures(workbook) == [[figure]]


@pytest.mark.parametrize("head", ["绿化覆盖率", "绿化覆盖率（%）"])
def test_a_share_that_its_format_shows_is_read_as_shown(scene, head):
    workbook = scene.confirm(scene.upload(formatted(head, [(1, "0%"), (0.205, "0.0%")])))

    assert figures(workbook) == [[Decimal(100)], [Decimal("20.5")]]


def test_a_share_and_a_plain_number_may_stand_in_one_column(scene):
    workbook = scene.confirm(scene.upload(formatted("绿化覆盖率（%）", [(0.16, "0.0%"), (20.5, '0.0"%"')])))

    assert figures(workbook) == [[Decimal(16)], [Decimal("20.5")]]


@pytest.mark.parametrize("code", ["0!.0,", "0\\.0,", "0,", '0.0,"万"', "0!.0000"])
def test_a_number_that_its_format_shows_smaller_is_refused(scene, code):
    workbook = scene.confirm(
        scene.upload(formatted("村集体经济收入（万元）", [(48000, code), (3, "#,##0.00")]))
    )

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert "缩小显示" in scene.reasons(workbook)[0]


def test_a_share_in_a_column_of_persons_is_refused(scene):
    workbook = scene.confirm(scene.upload(formatted("参保人数", [(0.95, "0%")])))

    assert scene.outcomes(workbook) == {2: "r"}
    assert "不填百分数" in scene.reasons(workbook)[0]


def test_shares_written_small_under_a_head_in_per_cent_are_a_guess(scene):
    workbook = scene.send([["村名", "绿化覆盖率（%）"], ["泾灵南村", 0.16], ["泾灵北村", 0.205]])

    [plan] = from_json(workbook.mapping).figures
    assert (plan.factor, plan.is_sure) == ("100", False)


def test_more_decimals_than_are_kept_are_rounded_and_said(scene):
    workbook = scene.read([["村名", "绿化覆盖率"], ["泾灵南村", 100 / 3]])

    assert figures(workbook) == [[Decimal("33.3")]]
    assert scene.reasons(workbook) == ["表格里是 33.3333333333333%，按 1 位小数记为 33.3%。"]


@pytest.mark.parametrize("factor", ["1", "0.0001"])
@pytest.mark.parametrize(
    "cell", ["1200①", "10²", "½", "约1200", "1,2O0", "12+8", "(1200)", "三百二十", "=1+1"]
)
def test_what_is_no_figure_is_refused_with_a_factor_and_without(cell, factor):
    reading = ColumnReader(DataElementFactory.build(**MONEY), ColumnPlan(0, "x", "x", factor=factor)).read(
        cell
    )

    assert (reading.mark, reading.value) == ("r", None)


@pytest.mark.parametrize("cell", ["\u202a1480\u202c", "1480\u200e", "'1480", "14\u00ad80"])
def test_signs_that_nobody_sees_are_no_part_of_a_figure(cell):
    reading = ColumnReader(DataElementFactory.build(**MONEY), ColumnPlan(0, "x", "x")).read(cell)

    assert (reading.mark, reading.value) == ("v", Decimal(1480))


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("是☑ 否□", 1),
        ("是□ 否☑", 0),
        ("□是 ☑否", 0),
        ("是（√） 否（ ）", 1),
        ("是（ ） 否（√）", 0),
        ("（√）是 （ ）否", 1),
        ("否√", 0),
    ],
)
def test_a_tick_may_stand_before_its_word_or_behind_it(cell, figure):
    element = DataElementFactory.build(value_type="boolean", unit="")

    assert ColumnReader(element, ColumnPlan(0, "x", "x")).read(cell).value == figure
