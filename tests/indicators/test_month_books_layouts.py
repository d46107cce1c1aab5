"""Workbooks as they really are: titles, two rows of heads, merges, units, totals, codes that lost digits."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from indicators.models import ColumnMapping, ImportedRow, WorkbookImport
from indicators.month_books.headings import read_heads
from indicators.month_books.mapping import from_json
from indicators.month_books.reading import SheetOutline, read_outlines
from indicators.month_books.titles import is_personal, read_title
from indicators.services import imports
from tests.factories import DataElementFactory, ProgrammeElementFactory, TownshipFactory, UserFactory
from tests.indicators.book_scene import HEADS, NORTH, SOUTH, BookScene, saved
from tests.indicators.month_scene import OCTOBER, SEPTEMBER

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "spreadsheets"
RENHE = SHARED / "renhe"
needs_shared = pytest.mark.skipif(not RENHE.exists(), reason="没有 ../shared/data/spreadsheets")


@pytest.fixture
def scene():
    return BookScene()


def more_element(scene, code, name, **fields):
    element = DataElementFactory(code=code, name=name, position=20, **fields)
    ProgrammeElementFactory(programme=scene.months.programme, element=element)
    scene.months.__dict__.setdefault("extra", []).append(element)
    return element


def test_a_title_above_totals_between_blanks_and_what_hangs_on_behind(scene):
    workbook = scene.read(
        [
            ["郝家桥镇2025年9月社会保障情况统计表"],
            ["填报单位：郝家桥镇", "", "", "单位：人"],
            HEADS,
            ["甲", 1, 2, 3],
            SOUTH,
            [],
            ["小 计", 1480, 1410, 45.5],
            NORTH,
            ["合计", 2470, 2360, ""],
            [],
            ["填表人：", "", "审核人："],
        ],
        merges=["A1:D1"],
    )

    assert scene.outcomes(workbook) == {5: "nnn", 8: "nnn"}
    assert workbook.month == SEPTEMBER  # as the title says


def test_two_rows_of_heads_whose_lower_titles_repeat(scene):
    more_element(scene, "city_paid", "市级资金支付数", unit="万元", value_type="decimal", places=2)
    more_element(scene, "county_paid", "县级资金支付数", unit="万元", value_type="decimal", places=2)
    workbook = scene.send(
        [
            ["村名", "市级资金（万元）", "", "县级资金（万元）", "", "合计", ""],
            ["", "到账数", "支付数", "到账数", "支付数", "到账数", "支付数"],
            ["泾灵南村", 10, 8, 5, 4, 15, 12],
        ],
        merges=["A1:A2", "B1:C1", "D1:E1", "F1:G1"],
    )

    assert scene.targets(workbook) == ["@name", "", "city_paid", "", "county_paid", "", ""]
    read = scene.confirm(workbook)
    assert ImportedRow.objects.get(workbook=read).new == [Decimal(8), Decimal(4)]


@pytest.mark.parametrize("head", ["参保数", "参保人数", "参保人数（人）"])
def test_the_same_title_twice_is_left_to_the_person(scene, head):
    workbook = scene.send([["村名", head, head], ["泾灵南村", 1, 2]])

    assert scene.targets(workbook) == ["@name", "", ""]


@pytest.mark.parametrize(
    ("head", "cell", "figure"),
    [
        ("村集体经济收入（元）", 48033, "4.80"),
        ("B20 村集体经济收入(元)", "48,033", "4.80"),
        ("村集体经济收入，万元", 4.8, "4.8"),
        ("村集体经济收入（千元）", 48, "4.8"),
        ("村集体经济收入", "48000元", "4.8"),
        ("村集体经济收入（亿元）", "0.0005", "5"),
    ],
)
def test_units_are_converted_exactly(scene, head, cell, figure):
    more_element(scene, "income", "村集体经济收入", unit="万元", value_type="decimal", places=2)

    workbook = scene.read([["村名", head], ["泾灵南村", cell]])

    assert ImportedRow.objects.get(workbook=workbook).new == [Decimal(figure)]


@pytest.mark.parametrize("cells", [("16%", "20.5%"), (0.16, 0.205), (16, 20.5), ("16", "２０．５")])
def test_a_share_is_read_however_it_is_written(scene, cells):
    rows = zip(("泾灵南村", "泾灵北村"), cells, strict=True)

    workbook = scene.read([["村名", "绿化覆盖率"], *rows])

    found = ImportedRow.objects.filter(workbook=workbook).order_by("row")
    assert [row.new for row in found] == [[Decimal(16)], [Decimal("20.5")]]


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("村代码", "640181101219"),
        ("村代码", 640181101219),
        ("行政区划代码", "6.40181101219E+11"),
        ("代码", "'640181101219"),
        ("村编码", "219"),
        ("村名", "泾灵南村村民委员会"),
        ("村（社区）", "泾灵南"),
        ("行政村名称", "郝家桥镇泾灵南村"),
        ("单位", " 泾 灵 南 村 "),
        ("村居", "郝家桥泾灵南村委会"),
    ],
)
def test_a_village_is_found_however_it_is_written(scene, head, cell):
    workbook = scene.read([[head, "参保人数"], [cell, 1410]])

    assert ImportedRow.objects.get(workbook=workbook).village_id == scene.south.pk


def test_a_code_that_lost_its_digits_is_not_guessed(scene):
    workbook = scene.read([["村代码", "参保人数"], ["640181101220", 1], ["6.4E+11", 1410]])

    assert scene.outcomes(workbook) == {2: "n", 3: "r"}
    assert "已经丢失" in scene.reasons(workbook)[0]


def test_a_code_and_a_name_that_disagree_are_refused(scene):
    workbook = scene.read([["村代码", "村名", "参保人数"], ["640181101219", "泾灵北村", 1]])

    assert scene.outcomes(workbook) == {2: "r"}
    assert "请核对是哪个村" in scene.reasons(workbook)[0]


def test_a_village_of_another_township_is_refused_by_name_and_by_code(scene):
    scene.village("640181201212", "泾兴村", "白土岗乡")

    by_name = scene.read([["村名", "参保人数"], ["泾兴村", 1]])
    by_code = scene.read([["村代码", "参保人数"], ["640181201212", 1]])

    assert (
        scene.reasons(by_name) == scene.reasons(by_code) == ["白土岗乡泾兴村不在您单位的管辖范围，不能导入。"]
    )


def test_two_rows_for_one_village_are_both_refused(scene):
    workbook = scene.read([HEADS, SOUTH, NORTH, ("泾灵南", 1, 1, 1)])

    assert scene.outcomes(workbook) == {2: "rrr", 3: "nnn", 4: "rrr"}
    assert set(scene.reasons(workbook)) == {"第 2、4 行是同一个村（社区）的同一个月，请只保留一行。"}
    assert scene.counts(workbook) == {"new": 3, "refused": 6}


def test_names_merged_downwards_go_with_a_column_of_months(scene):
    workbook = scene.read(
        [
            ["村名", "月份", "参保人数"],
            ["泾灵南村", "2025.9", 1400],
            ["", "2025年10月", 1410],
            ["泾灵北村", 45901, 940],  # a serial number: 1 September 2025
            ["", "10月", 950],
        ],
        merges=["A2:A3", "A4:A5"],
    )

    found = ImportedRow.objects.filter(workbook=workbook).order_by("row")
    assert [(row.village_id, row.month) for row in found] == [
        (scene.south.pk, SEPTEMBER),
        (scene.south.pk, OCTOBER),
        (scene.north.pk, SEPTEMBER),
        (scene.north.pk, OCTOBER),
    ]


def test_months_side_by_side_are_written_each_to_its_own(scene):
    workbook = scene.read(
        [["村名", "参保人数", "", ""], ["", "8月", "9月", "10月"], ["泾灵南村", 1390, 1400, 1410]],
        merges=["A1:A2", "B1:D1"],
    )
    scene.apply(workbook)

    months = [date(2025, 8, 1), SEPTEMBER, OCTOBER]
    assert [scene.value(scene.south, "pension_insured", month) for month in months] == [1390, 1400, 1410]


def test_what_stands_for_nothing_is_empty_and_never_zero(scene):
    scene.apply(scene.read([HEADS, SOUTH]))

    workbook = scene.read([HEADS, ("泾灵南村", "—", "/", "无")])

    assert scene.counts(workbook) == {"empty": 3}
    assert all("不是 0" in reason for reason in scene.reasons(workbook))
    assert scene.value(scene.south, "pension_due") == 1480


def test_an_error_of_the_spreadsheet_is_no_empty_cell(scene):
    workbook = Workbook()
    workbook.active.append(HEADS)
    workbook.active.append(SOUTH)
    cell = workbook.active["C2"]
    cell.value, cell.data_type = "#DIV/0!", "e"

    read = scene.confirm(scene.upload(saved(workbook)))

    assert scene.outcomes(read) == {2: "nrn"}
    assert "#DIV/0!" in scene.reasons(read)[0]


def test_ticks_and_stars(scene):
    workbook = scene.read(
        [["村名", "村庄规划已完成", "党组织星级"], ["泾灵南村", "√", "三星级"], ["泾灵北村", "□", "★★★★☆"]]
    )

    found = ImportedRow.objects.filter(workbook=workbook).order_by("row")
    assert [row.new for row in found] == [[1, 3], [0, 4]]


def test_data_of_persons_is_named_and_never_read(scene):
    workbook = scene.read(
        [
            ("户主姓名", "身份证号", "联系电话", *HEADS),
            ("王某某", "640322198001010011", "13909510000", *SOUTH),
        ]
    )

    mapping = from_json(workbook.mapping)
    kept = json.dumps([workbook.outline, workbook.mapping], ensure_ascii=False)
    assert mapping.personal == ["户主姓名", "身份证号", "联系电话"]
    assert not any(secret in kept for secret in ("王某某", "640322198001010011", "13909510000"))
    assert scene.counts(workbook) == {"new": 3}


def test_a_number_of_a_person_in_a_wrong_column_is_masked(scene):
    workbook = scene.read([HEADS, ("泾灵南村", "640322198001010011张", 1410, 45.5)])

    assert "640****" in scene.reasons(workbook)[0]
    assert "198001010011" not in str(ImportedRow.objects.values_list("remarks", "label"))


def test_the_right_sheet_is_proposed_and_another_can_be_chosen(scene):
    workbook = scene.send(
        [["说明"], ["请按时填报"]], more={"数据": [HEADS, SOUTH], "上月": [HEADS, NORTH]}, title="说明"
    )

    other = imports.proposal_of(workbook, sheet="上月")

    assert from_json(workbook.mapping).sheet == "数据"
    assert (other.mapping.sheet, other.mapping.column_of("@name")) == ("上月", 0)


def test_sheets_that_were_not_read_are_named(scene, client):
    sheets = {"说明": [["请按时填报"]], "上月": [HEADS, NORTH]}
    workbook = scene.read([HEADS, SOUTH], more=sheets, title="数据")
    client.force_login(scene.clerk)

    page = client.get(workbook.get_absolute_url()).content.decode()

    assert "还有 1 张有数据的没有读：上月。" in page


def test_what_was_decided_is_remembered_for_the_same_heads(scene):
    rows = [["村名", "参保的人（合作医疗除外）"], ["泾灵南村", 1410]]
    first = scene.send(rows)
    mapping = from_json(first.mapping)
    decided = [
        plan if plan.target == "@name" else plan.__class__(plan.column, plan.title, "pension_insured")
        for plan in mapping.columns
    ]
    scene.confirm(first, mapping.__class__(mapping.sheet, 0, 0, tuple(decided)))

    again, moved = scene.send(rows), scene.send([["", *row] for row in rows])

    assert scene.targets(first) != scene.targets(again)
    assert scene.targets(again) == ["@name", "pension_insured"]
    assert scene.targets(moved) == ["@name", "pension_insured"]
    assert ColumnMapping.objects.get().division_code == "640181101"


def test_another_township_remembers_nothing_of_it(scene):
    scene.read([HEADS, SOUTH])
    other = UserFactory(
        organisation=TownshipFactory(name="白土岗乡", division_code="640181201"), roles=["clerk"]
    )

    proposal = imports.proposal_of(scene.send([HEADS, SOUTH], actor=other))

    assert not proposal.is_remembered


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_in_any_usual_encoding(scene, encoding):
    text = '村名,应参保人数,参保人数,,,\r\n泾灵南村,"1,480",1410,,,\n泾灵北村,990,950,,,\r\n'

    workbook = scene.confirm(scene.upload(text.encode(encoding), "十月.csv"))

    assert scene.counts(workbook) == {"new": 4}


def test_the_used_range_may_run_far_to_the_right(scene):
    workbook = scene.read([[*HEADS, *[""] * 190, " "], [*SOUTH, *[""] * 190, " "]])

    assert scene.counts(workbook) == {"new": 3}


def test_a_date_in_place_of_a_figure_is_refused(scene):
    workbook = scene.read([HEADS, ("泾灵南村", date(2025, 10, 1), 1410, 45.5)])

    assert scene.outcomes(workbook) == {2: "rnn"}


def test_a_row_of_units_and_a_repeated_head_are_no_villages(scene):
    workbook = scene.read(
        [
            ["村名", "应参保人数", "参保人数"],
            ["", "人", "人"],
            SOUTH[:3],
            ["村名", "应参保人数", "参保人数"],
            NORTH[:3],
        ]
    )

    assert scene.outcomes(workbook) == {3: "nn", 5: "nn"}


# --- workbooks that nobody here has made ---------------------------------------------------------
@needs_shared
def test_a_list_of_households_by_village(scene):
    more_element(scene, "households", "常住户数", unit="户")
    scene.village("640181101301", "混撒拉村")
    scene.village("640181101302", "新街村")

    workbook = scene.confirm(scene.upload((RENHE / "households_by_village.xlsx").read_bytes()))

    assert (scene.targets(workbook), scene.counts(workbook)) == (
        ["@name", "households"],
        {"new": 2, "refused": 4},
    )
    assert workbook.counts["unknown"] == ["裕民村", "拉鲊村", "干坝子村", "大龙潭村"]


@needs_shared
def test_the_same_as_csv_with_commas_behind(scene):
    more_element(scene, "households", "常住户数", unit="户")
    scene.village("640181101301", "混撒拉村")
    content = (RENHE / "households_by_village_trailing_commas.csv").read_bytes()

    workbook = scene.confirm(scene.upload(content, "户数.csv"))

    assert scene.counts(workbook) == {"new": 1, "refused": 5}


@needs_shared
@pytest.mark.parametrize("name", ["township_summary_text_percent.xlsx", "township_summary_mixed_eol_bom.csv"])
def test_a_summary_of_a_township_with_percents_as_text(scene, name):
    more_element(scene, "medical", "全民医疗保险参保率", unit="%", value_type="decimal", places=1)

    workbook = scene.upload((RENHE / name).read_bytes(), name)

    plans = {plan["title"]: plan["target"] for plan in workbook.mapping["columns"]}
    assert plans["全民医疗保险参保率"] == "medical"
    assert workbook.state == "mapping"


@needs_shared
@pytest.mark.parametrize("name", ["area_codes_vertical_merges.xlsx", "nbs_codes_split_columns.xlsx"])
def test_lists_of_codes_open_without_a_figure(scene, name):
    workbook = scene.upload((RENHE / name).read_bytes(), name)

    assert workbook.state == "mapping"
    assert "@code" in scene.targets(workbook) or "@name" in scene.targets(workbook)


@needs_shared
def test_a_summary_with_two_rows_of_heads_and_formulas(scene):
    workbook = scene.upload((SHARED / "adyliu_summary.xlsx").read_bytes())

    [years, _] = read_outlines(workbook.file.path, "xlsx")
    heads = read_heads(years, 0, 1)
    assert [heading.title for heading in heads.columns[:4]] == [
        "级别",
        "描述",
        "2023 / 数量",
        "2023 / 同比去年",
    ]


@needs_shared
def test_layouts_of_real_ledgers_are_taken_apart():
    layouts = json.loads((SHARED / "ledger_headers.json").read_text())
    titles = [column for layout in layouts.values() for column in layout.get("columns", ())]
    texts = [title if isinstance(title, str) else title["text"] for title in titles]

    read = {text: read_title(text) for text in texts}

    assert read["B20 村集体经济收入（元）"].unit == "元"
    assert read["B20 村集体经济收入（元）"].words == "村集体经济收入"
    assert (read["项目预算总投资(万元)"].words, read["项目预算总投资(万元)"].unit) == (
        "项目预算总投资",
        "万元",
    )
    assert read["用地情况（m²）"].unit == "m2"
    assert all(title.words or title.month for title in read.values())
    assert not is_personal("项目名称")


@needs_shared
def test_a_monthly_report_of_funds_as_a_city_lays_it_out():
    layout = json.loads((SHARED / "ledger_headers.json").read_text())["gz_fund_monthly"]
    upper, lower, merges = [], [], []
    for column in layout["columns"]:
        children = column.get("children", [""])
        corner = [0, len(upper)], [0 if children != [""] else 1, len(upper) + len(children) - 1]
        merges.append([*corner])
        upper += [column["text"], *[""] * (len(children) - 1)]
        lower += children
    sheet = SheetOutline("月报", 3, len(upper), is_hidden=False, head=[upper, lower, ["1"]], merges=merges)

    titles = [heading.title for heading in read_heads(sheet, 0, 1).columns]

    assert "区专项资金 / 支付数" in titles
    assert len(set(titles)) == len(titles) == len(upper)


def test_an_import_of_a_person_is_hidden_from_everybody_else(scene):
    scene.send([HEADS, SOUTH])

    assert WorkbookImport.objects.visible_to(scene.clerk).count() == 1
    assert not WorkbookImport.objects.visible_to(scene.months.head).exists()


def test_a_roster_of_one_village_is_refused_in_few_words(scene):
    workbook = scene.read([HEADS, *[("泾灵南村", 1480, 1410, 45.5)] * 100])

    [said] = set(scene.reasons(workbook))
    assert said.startswith("第 2、3、4 行等 100 行是同一个村")
    assert said.endswith("请先按村汇总成一行。")
