"""Which month a workbook is about: by its title, sheets, name and heads; never a guess in silence."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from indicators.models import ImportedRow
from indicators.month_books.mapping import from_json
from indicators.month_books.periods import month_in, read_month
from indicators.month_books.reading import number
from indicators.month_books.titles import read_title
from indicators.services import imports
from tests.factories import DataElementFactory, ProgrammeElementFactory
from tests.indicators.book_scene import HEADS, NORTH, SOUTH, BookScene, book
from tests.indicators.month_scene import OCTOBER, SEPTEMBER

AUGUST = date(2025, 8, 1)


@pytest.fixture
def scene(db):
    scene = BookScene()
    element = DataElementFactory(
        code="income", name="村集体经济收入", unit="万元", value_type="decimal", places=2
    )
    ProgrammeElementFactory(programme=scene.months.programme, element=element)
    return scene


def months(workbook):
    return [row.month for row in ImportedRow.objects.filter(workbook=workbook).order_by("row", "month")]


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("郝家桥镇2025年9月统计表", SEPTEMBER),
        ("郝家桥镇 2025 年 9 月统计表", SEPTEMBER),
        ("2025年1月至9月统计表", SEPTEMBER),
        ("2025年1—9月统计表", SEPTEMBER),
        ("截至2025年9月30日", SEPTEMBER),
        ("9月份统计表", SEPTEMBER),
        ("九月统计表", SEPTEMBER),
        ("填报日期：2025年10月8日", None),
        ("请于10月底前上报", None),
        ("附件3 月报表", None),
        ("2024年12月至2025年2月", date(2025, 2, 1)),
        ("上月、近三月", None),
        ("2025.9", SEPTEMBER),
        ("2025-09", SEPTEMBER),
        ("202509月报", SEPTEMBER),
        ("郝家桥镇2025.09移民村统计表", SEPTEMBER),
        ("统计表2025年9", SEPTEMBER),
        ("2025年9统计表", SEPTEMBER),
        ("2025/9统计表", SEPTEMBER),
        ("统计表（截止2025.9.30）", SEPTEMBER),
        ("2025-09-统计", SEPTEMBER),
        ("2025.1-2025.9", SEPTEMBER),
        ("统计表2025.10.8", None),
        ("统计表20251008", None),
        ("填报日期：2025.10", None),
        ("2024-2025年统计表", None),
        ("2025-2026", None),
        ("灵政发[2025]10号", None),
        ("灵政发2025-10号", None),
        ("640181202510", None),
        ("NX-202510", None),
        ("资金2025.10万元", None),
        ("2025年10个村统计表", None),
        ("2025.10%", None),
    ],
)
def test_the_month_of_a_title(title, month):
    assert month_in(title, 2025) == month


def test_a_title_without_a_year_names_a_month_only_beside_a_year():
    assert month_in("9月份统计表") is None


def test_the_day_a_form_was_filled_in_is_not_its_month(scene):
    rows = [["郝家桥镇月报"], ["填报日期：2025年10月8日", "", date(2025, 10, 1)], HEADS, SOUTH]

    workbook = scene.read(rows, month=SEPTEMBER)

    assert months(workbook) == [SEPTEMBER]


def test_a_month_in_a_cell_of_its_own_became_a_day(scene):
    workbook = scene.read([["统计表", "", date(2025, 9, 1)], HEADS, SOUTH])

    assert months(workbook) == [SEPTEMBER]


def test_of_sheets_for_each_month_the_wanted_one_is_proposed(scene):
    sheets = {f"{month}月": [HEADS, SOUTH] for month in (9, 10, 11)}

    workbook = scene.send([HEADS, SOUTH], title="8月", more=sheets)

    assert (workbook.mapping["sheet"], workbook.month) == ("10月", OCTOBER)


def test_a_sheet_of_another_month_brings_its_own(scene):
    workbook = scene.send([HEADS, SOUTH], title="8月", more={"9月": [HEADS, NORTH]})

    other = imports.proposal_of(workbook, sheet="9月")

    assert (workbook.mapping["sheet"], workbook.month, other.month) == ("8月", AUGUST, SEPTEMBER)


def test_the_name_of_the_file_may_say_it(scene):
    workbook = scene.upload(book([HEADS, SOUTH]), "郝家桥镇2025年9月.xlsx")

    assert workbook.month == SEPTEMBER


@pytest.mark.parametrize("name", ["202509月报.xlsx", "2025.9.xlsx", "2025-09-统计.xlsx", "9月报表.xlsx"])
def test_the_name_of_the_file_says_it_in_many_ways(scene, name):
    workbook = scene.upload(book([HEADS, SOUTH]), name)

    assert workbook.month == SEPTEMBER


@pytest.mark.parametrize(
    ("sheet", "month"),
    [("2025.8", AUGUST), ("202508", AUGUST), ("08", AUGUST), ("8月", AUGUST), ("3", OCTOBER)],
)
def test_the_name_of_the_sheet_says_it_in_many_ways(scene, sheet, month):
    workbook = scene.send([HEADS, SOUTH], title=sheet)

    assert workbook.month == month


@pytest.mark.parametrize(
    ("title", "sheet"),
    [("2024年统计表", "Sheet1"), ("2025年第三季度统计表", "Sheet1"), ("统计表", "上半年"), ("统计表", "3")],
)
def test_a_time_that_is_not_the_chosen_month_is_asked_for(client, scene, title, sheet):
    workbook = scene.send([[title], HEADS, SOUTH], title=sheet)
    client.force_login(scene.clerk)
    page = reverse("indicators:import_columns", args=[workbook.pk])

    shown, answer = client.get(page), client.post(page, {"month": ""})

    for one in (shown, answer):
        assert '<option value="" selected>请选择月份</option>' in one.content.decode()
    assert "请选择月份。" in answer.content.decode()


@pytest.mark.parametrize("title", ["2025年10月统计表", "2025年统计表", "2024年至2025年统计表", "统计表"])
def test_a_time_that_goes_with_the_chosen_month_is_not_asked_for(scene, title):
    workbook = scene.send([[title], HEADS, SOUTH])

    assert not imports.proposal_of(workbook).is_month_open


def test_a_year_in_the_title_counts_for_a_sheet_that_names_a_month(scene):
    workbook = scene.send([["2024年统计表"], HEADS, SOUTH], title="9月")

    assert workbook.month == date(2024, 9, 1)


@pytest.mark.parametrize(
    "title",
    ["2025年1-10月统计表", "2025.1-2025.10统计表", "一至十月统计表", "第三季度", "上半年", "2025年度统计表"],
)
def test_what_is_added_up_over_months_is_no_months_figure(scene, title):
    element = DataElementFactory(code="output", name="农业总产值", unit="万元", aggregation="sum")
    ProgrammeElementFactory(programme=scene.months.programme, element=element)
    heads, south = ["村名", "农业总产值（万元）", "参保人数"], ["泾灵南村", 30, 1410]
    scene.read([["2025年9月"], heads, south])

    workbook = scene.send([[title], heads, south])

    assert [plan.is_sure for plan in from_json(workbook.mapping).figures] == [False, True]


def test_heads_that_became_days_are_still_months(scene):
    heads = ["", datetime(2025, 8, 1), datetime(2025, 9, 1), datetime(2025, 10, 1)]
    rows = [["村名", "参保人数", "", ""], heads, ["泾灵南村", 1390, 1400, 1410]]

    workbook = scene.read(rows, merges=["A1:A2", "B1:D1"])

    assert months(workbook) == [AUGUST, SEPTEMBER, OCTOBER]


def test_heads_may_name_months_in_chinese_numerals():
    assert [read_title(text).month for text in ("八月", "十月份", "十二月", "上月")] == [
        (0, 8),
        (0, 10),
        (0, 12),
        None,
    ]


@pytest.mark.parametrize(
    "head",
    [
        "1-9月村集体经济收入",
        "去年同期村集体经济收入",
        "村集体经济收入目标",
        "村集体经济收入增长率",
        "2024年村集体经济收入",
    ],
)
def test_a_figure_of_another_time_or_kind_is_left_to_the_person(scene, head):
    workbook = scene.send([["村名", f"{head}（万元）"], ["泾灵南村", 30]])

    assert scene.targets(workbook) == ["@name", ""]


def test_what_a_head_adds_in_brackets_is_to_be_looked_at(scene):
    workbook = scene.send([["村名", "参保人数（女）"], ["泾灵南村", 700]])

    assert [plan.is_sure for plan in from_json(workbook.mapping).figures] == [False]


@pytest.mark.parametrize("merges", [["A1:A2", "B1:D1"], []])
def test_a_second_row_of_heads_that_says_nothing_we_ask_for_still_counts(scene, merges):
    heads = [["村名", "村集体经济收入（万元）", "", ""], ["", "去年同期", "本月", "增减%"]]

    workbook = scene.send([*heads, ["泾灵南村", 3, 4.8, 60]], merges=merges)

    expected = ["@name", "", "income", ""] if merges else ["@name", "", "", ""]
    assert scene.targets(workbook) == expected


def test_months_that_are_only_counted_are_months(scene):
    rows = [["村名", "村集体经济收入（万元）"], ["", *range(1, 13)], ["泾灵南村", *range(11, 23)]]

    workbook = scene.read(rows)

    assert months(workbook) == [date(2025, 1, 1)]


@pytest.mark.parametrize("merges", [["A1:A2", "B1:D1"], []])
@pytest.mark.parametrize(
    "heads",
    [
        ["2025.08", "2025.09", "2025.10"],
        ["2025-08", "2025-09", "2025-10"],
        [202508, 202509, 202510],
        [45870, 45901, 45931],
        [8, 9, 10],
        ["8", "9", "10"],
        [datetime(2025, 8, 31), datetime(2025, 9, 30), datetime(2025, 10, 31)],
    ],
)
def test_months_of_a_second_row_are_known_however_they_are_written(scene, heads, merges):
    rows = [["村名", "村集体经济收入（万元）", "", ""], ["", *heads], ["泾灵南村", 1, 2, 3]]

    workbook = scene.send(rows, merges=merges)

    months = [plan.month for plan in from_json(workbook.mapping).columns]
    assert months[1:] == ["2025-08", *(["2025-09", "2025-10"] if merges else ["", ""])]


def test_figures_of_a_row_without_a_name_are_no_months(scene):
    workbook = scene.send([["村名", "应参保人数", "参保人数"], ["", 8, 9], ["泾灵南村", 1480, 1410]])

    assert [plan.month for plan in from_json(workbook.mapping).figures] == ["", ""]


def test_a_column_that_a_person_maps_by_hand_keeps_the_month_of_its_head(scene):
    workbook = scene.send([["村名", "参加的人（9月）"], ["泾灵南村", 1400]])

    [_, plan] = from_json(workbook.mapping).columns
    assert (plan.target, plan.month) == ("", "2025-09")


def test_months_without_a_year_are_of_the_year_in_the_title(scene):
    beside = scene.send([["2024年统计表"], ["村名", "9月参保人数", "10月参保人数"], ["泾灵南村", 1290, 1300]])
    below = scene.read([["2024年统计表"], ["村名", "月份", "参保人数"], ["泾灵南村", "9月", 1290]])

    assert [plan.month for plan in from_json(beside.mapping).figures] == ["2024-09", "2024-10"]
    assert months(below) == [date(2024, 9, 1)]


def test_a_column_of_years_goes_with_the_column_of_months(scene):
    workbook = scene.read([["村名", "年份", "月份", "参保人数"], ["泾灵南村", 2024, 10, 1300]])

    assert months(workbook) == [date(2024, 10, 1)]


def test_a_year_that_is_not_the_months_is_refused(scene):
    workbook = scene.read(
        [["村名", "年度", "参保人数"], ["泾灵南村", "2024年", 1300], ["泾灵北村", 2025, 950]]
    )

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert "不是 2025 年" in scene.reasons(workbook)[0]


def test_a_title_between_the_rows_that_names_another_month_is_believed(scene):
    rows = [["2025年9月"], HEADS, SOUTH, [], ["2025年10月"], HEADS, NORTH, ["2025年9月"], ["泾灵北", 1, 1, 1]]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {3: "nnn", 7: "rrr", 9: "nnn"}
    assert "第 5 行写着 2025年10月" in scene.reasons(workbook)[0]


def test_a_column_of_months_with_a_gap_is_not_filled_up(scene):
    workbook = scene.read([["月份", "村名", "参保人数"], ["9月", "泾灵南村", 1400], ["", "泾灵北村", 940]])

    assert scene.outcomes(workbook) == {2: "n", 3: "r"}
    assert "没有写月份" in scene.reasons(workbook)[0]


def test_the_day_of_filling_in_is_no_column_of_months(scene):
    workbook = scene.read([["村名", "填报日期", "参保人数"], ["泾灵南村", date(2025, 11, 3), 1410]])

    assert months(workbook) == [OCTOBER]


def test_october_that_became_a_number_is_not_january():
    assert read_month(number("2025.1"), 2025) is None
    assert read_month("2025.1", 2025) == date(2025, 1, 1)
    assert read_month(number("2025.9"), 2025) == SEPTEMBER
