"""Workbooks that go out: the month to fill in, the person's own with its errors, the ledger as a table."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from indicators.models import WorkbookImport
from indicators.month_books import errors_back
from tests.factories import DataElementFactory, ProgrammeElementFactory
from tests.indicators.book_scene import HEADS, NORTH, SOUTH, BookScene, saved
from tests.indicators.month_scene import NOW, OCTOBER

BOOK = "/indicators/months/book/2025/10/"


@pytest.fixture
def scene(db, at_nine):
    return BookScene()


def opened(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return load_workbook(io.BytesIO(content))


def month_book(client, user):
    client.force_login(user)
    return opened(client.get(BOOK))


def column(sheet, code):
    return [cell.value for cell in sheet[1]].index(code) + 1


def row_of(sheet, name):
    return [cell.value for cell in sheet["D"]].index(name) + 1


# --- the month to fill in ------------------------------------------------------------------------
def test_it_is_filled_as_far_as_it_is_and_locked_where_it_is_not_theirs(scene, client):
    scene.months.save({scene.months.due: 1480})
    scene.months.save({scene.months.medical: 1500}, actor=scene.months.officer)

    sheet = month_book(client, scene.clerk)["月报"]

    south = row_of(sheet, "泾灵南村")
    due, medical = (sheet.cell(south, column(sheet, code)) for code in ("pension_due", "medical_insured"))
    assert (due.value, due.protection.locked) == (1480, False)
    assert (medical.value, medical.protection.locked) == (1500, True)
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    assert sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "F5"
    assert sheet.cell(4, column(sheet, "greening")).value == "绿化覆盖率（%）"


def test_its_rules_are_checked_where_it_is_filled_in(scene, client):
    sheet = month_book(client, scene.clerk)["月报"]

    rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in sheet.data_validations.dataValidation}
    insured = rules[column(sheet, "pension_insured")]
    plan = rules[column(sheet, "village_plan")]
    assert insured.formula1 == 'AND(ISNUMBER(G5),G5>=0,G5=INT(G5),OR(F5="",G5<=F5))'
    assert insured.error == "填数字，单位：人；不小于 0；填整数；不能大于“应参保人数”。"
    assert plan.formula1 == '"是,否"'
    assert column(sheet, "medical_insured") not in rules


def test_it_says_how_to_fill_it_in(scene, client):
    scene.months.due.help = "报告期末数。"
    scene.months.due.save()

    workbook = month_book(client, scene.clerk)

    sheet = workbook["月报"]
    assert sheet.cell(4, column(sheet, "pension_due")).comment.text == "报告期末数。"
    told = [cell.value for cell in workbook["填表说明"]["A"] if cell.value]
    assert any("空着的格子不改动" in line for line in told)


def test_it_comes_back_without_a_mapping_step(scene, client):
    workbook = month_book(client, scene.clerk)
    sheet = workbook["月报"]
    south = row_of(sheet, "泾灵南村")
    sheet.cell(south, column(sheet, "pension_due")).value = 1480
    sheet.cell(south, column(sheet, "village_plan")).value = "是"

    sent = scene.upload(saved(workbook), month=OCTOBER - timedelta(days=30))
    read = scene.run(sent)

    assert (sent.state, sent.month) == ("reading", OCTOBER)  # whatever month was chosen beside it
    assert scene.counts(read) == {"new": 2}
    scene.apply(read)
    assert scene.value(scene.south, "village_plan") == 1


def test_what_others_changed_since_the_download_is_not_put_back(scene, client):
    scene.months.save({scene.months.due: 1480, scene.months.insured: 1400})
    workbook = month_book(client, scene.clerk)
    sheet = workbook["月报"]
    sheet.cell(row_of(sheet, "泾灵南村"), column(sheet, "pension_insured")).value = 1410
    scene.months.save({scene.months.due: 1500}, actor=scene.months.head)

    read = scene.run(scene.upload(saved(workbook)))
    scene.apply(read)

    assert scene.counts(read) == {"changed": 1, "kept": 1}
    assert scene.value(scene.south, "pension_due") == 1500
    assert scene.value(scene.south, "pension_insured") == 1410


def test_a_department_gets_its_own_figures_for_every_village(scene, client):
    sheet = month_book(client, scene.months.officer)["月报"]

    codes = [cell.value for cell in sheet[1]][5:]
    assert codes == ["medical_insured"]
    assert not sheet.cell(row_of(sheet, "泾灵北村"), 6).protection.locked


def test_a_month_that_is_closed_comes_locked(scene, client):
    scene.months.fill()
    scene.months.submit()

    sheet = month_book(client, scene.clerk)["月报"]

    assert sheet.cell(row_of(sheet, "泾灵南村"), 6).protection.locked
    assert sheet.cell(row_of(sheet, "泾灵南村"), 5).value == "已上报"
    assert not sheet.cell(row_of(sheet, "泾灵北村"), 6).protection.locked


@pytest.mark.parametrize("head", ["参保人数（人）", "应参保人数（百人）", None])
def test_a_head_that_no_longer_fits_its_hidden_code_is_refused(scene, client, head):
    workbook = month_book(client, scene.clerk)
    sheet = workbook["月报"]
    sheet.cell(4, column(sheet, "pension_due")).value = head

    with pytest.raises(ValidationError) as refusal:
        scene.upload(saved(workbook))

    assert "和填报表不一致，这一列是“应参保人数（人）”。请重新下载填报表" in refusal.value.messages[0]


def test_a_code_that_somebody_put_into_it_is_left_out(scene, client):
    workbook = month_book(client, scene.clerk)
    sheet = workbook["月报"]
    sheet.cell(1, 20).value = "no_such_element"
    sheet.cell(row_of(sheet, "泾灵南村"), 20).value = 5

    read = scene.run(scene.upload(saved(workbook)))

    assert scene.counts(read) == {}


# --- errors come back in the person's own workbook -----------------------------------------------
def returned(workbook):
    content, name = errors_back.errors_back(WorkbookImport.objects.get(pk=workbook.pk))
    with content:
        return load_workbook(content), name


def test_errors_come_back_beside_their_rows_with_the_cells_marked(scene):
    rows = [["统计表"], HEADS, ("泾灵南村", "约1480", 1410, 145), NORTH, ("北门村", 1, 2, 3)]
    workbook = scene.read(rows, more={"别的表": [["原样"]]}, merges=["A1:D1"])

    back, name = returned(workbook)

    sheet = back["Sheet1"]
    assert (name, sheet["E2"].value) == ("报表-错误原因.xlsx", "错误原因")
    assert sheet["E3"].value.startswith("应参保人数（人）：“约1480”不是数字")
    assert "绿化覆盖率（%）：不能大于 100%" in sheet["E3"].value
    assert sheet["E4"].value is None
    assert sheet["E5"].value == "没有找到“北门村”，请核对村名，或在“对应村名”里选定。"
    assert sheet["B3"].fill.fgColor.rgb.endswith("FCE6E4")
    assert sheet["C3"].fill.fgColor.rgb == "00000000"
    assert back["别的表"]["A1"].value == "原样"


def test_sent_again_after_mending_the_column_of_errors_is_no_trouble(scene):
    back, _ = returned(scene.read([HEADS, ("泾灵南村", "约1480", 1410, 45.5)]))
    back.active["B2"] = 1480

    again = scene.confirm(scene.upload(saved(back)))

    assert scene.counts(again) == {"new": 3}
    again_back = scene.confirm(scene.upload(saved(_spoilt(back))))
    marked, _ = returned(again_back)
    assert [cell.value for cell in marked.active[1]].count("错误原因") == 1


def _spoilt(workbook):
    workbook.active["C2"] = "约1410"
    return workbook


@pytest.mark.parametrize("limit", ["MOST_CELLS", "MOST_UNPACKED"])
def test_of_a_very_large_workbook_the_rows_with_errors_come_back(scene, monkeypatch, limit):
    monkeypatch.setattr(errors_back, limit, 3)

    back, _ = returned(scene.read([HEADS, NORTH, ("泾灵南村", "约1480", 1410, 45.5)]))

    rows = [[cell.value for cell in row] for row in back.active.iter_rows()]
    assert rows[0] == [*HEADS, "原行号", "错误原因"]
    assert rows[1][:5] == ["泾灵南村", "约1480", 1410, 45.5, 3]
    assert len(rows) == 2


def test_a_csv_comes_back_as_a_workbook(scene):
    content = ",".join(HEADS) + "\n泾灵南村,约1480,1410,45.5\n"

    back, name = returned(scene.confirm(scene.upload(content.encode("gbk"), "十月.csv")))

    assert name == "十月-错误原因.xlsx"
    assert "约1480" in back.active["F2"].value


def test_what_openpyxl_cannot_open_still_comes_back(scene, monkeypatch):
    monkeypatch.setattr(errors_back, "load_workbook", lambda _: 1 / 0)

    back, _ = returned(scene.read([HEADS, ("=1+1", "约1480", 1410, 45.5)]))

    assert back.active.max_row == 2


# --- pages ---------------------------------------------------------------------------------------
def test_the_preview_shows_old_and_new_and_narrows_down(scene, client):
    scene.months.save({scene.months.due: 1470})
    workbook = scene.read([HEADS, ("泾灵南村", 1480, "约1410", 45.5), NORTH])
    client.force_login(scene.clerk)

    page = client.get(workbook.get_absolute_url())
    changed = client.get(workbook.get_absolute_url(), {"outcome": "c"}).content.decode()
    named = client.get(workbook.get_absolute_url(), {"village": "北"}).content.decode()

    assert "导入其余 5 项" in page.content.decode()
    assert "1,470" in changed
    assert "泾灵北村" not in changed
    assert "泾灵北村" in named
    assert "泾灵南村" not in named


def test_the_preview_of_many_rows_asks_few_questions(scene, client, django_assert_max_num_queries):
    rows = [(f"{640181101300 + number}", number, number, 1) for number in range(60)]
    for number in range(60):
        scene.village(f"{640181101300 + number}", f"第{number}村")
    workbook = scene.read([("村代码", *HEADS[1:]), *rows])
    client.force_login(scene.clerk)

    with django_assert_max_num_queries(16):
        page = client.get(workbook.get_absolute_url(), {"page": 2})

    assert "第15村" in page.content.decode()


def test_a_long_import_shows_how_far_it_is_and_then_sends_on(scene, client):
    workbook = scene.read([HEADS, SOUTH])
    WorkbookImport.objects.filter(pk=workbook.pk).update(
        state="reading", rows_total=50_000, rows_done=21_000, lease_until=NOW
    )
    client.force_login(scene.clerk)

    going = client.get(workbook.get_absolute_url(), headers={"HX-Request": "true"})
    WorkbookImport.objects.filter(pk=workbook.pk).update(state="preview")
    over = client.get(workbook.get_absolute_url(), headers={"HX-Request": "true"})

    assert 'max="50000" value="21000"' in going.content.decode()
    assert over.headers["HX-Refresh"] == "true"


def test_a_step_on_what_is_over_is_refused_with_a_sentence(scene, client):
    workbook = scene.apply(scene.read([HEADS, SOUTH]))
    client.force_login(scene.clerk)

    page = client.post(f"{workbook.get_absolute_url()}apply/", follow=True)

    assert "不能这样办理" in page.content.decode()


# --- the ledger as a long table ------------------------------------------------------------------
def test_the_ledger_of_a_month_has_a_line_for_every_village(scene, client):
    scene.apply(scene.read([HEADS, SOUTH, NORTH]))
    scene.months.save({scene.months.plan: 1})
    client.force_login(scene.months.bureau)

    sheet = opened(client.get("/indicators/ledger/table/2025/10/")).active

    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0][:6] == ["村代码", "乡镇（街道）", "村（社区）", "月份", "月报状态", "应参保人数（人）"]
    assert rows[1][:5] == ["640181101219", "郝家桥镇", "泾灵南村", "2025-10", "填报中"]
    assert rows[1][5:] == [1480, 1410, 45.5, "是", None, None]


def test_the_ledger_of_a_township_is_that_township_s(scene, client):
    scene.village("640181201212", "泾兴村", "白土岗乡")
    client.force_login(scene.months.bureau)

    sheet = opened(client.get("/indicators/ledger/table/2025/10/", {"township": "640181201"})).active
    beside = client.get("/indicators/ledger/table/2025/10/", {"township": "640182101"})

    assert [cell.value for cell in sheet["C"][2:]] == ["泾兴村"]
    assert beside.status_code == 404


def test_texts_of_the_ledger_stay_texts_and_negative_numbers_numbers(scene, client):
    scene.south.name = "=HYPERLINK(1)"
    scene.south.save()
    change = DataElementFactory(code="change", name="-增减", value_type="decimal", places=2, position=30)
    ProgrammeElementFactory(programme=scene.months.programme, element=change)
    scene.months.save({change: Decimal("-5.25")})
    client.force_login(scene.clerk)

    sheet = opened(client.get("/indicators/ledger/table/2025/10/")).active

    name, figure = sheet["C3"], sheet.cell(3, sheet.max_column)
    assert (name.value, name.data_type) == ("=HYPERLINK(1)", "s")
    assert (figure.value, figure.data_type) == (-5.25, "n")
    assert sheet.cell(2, sheet.max_column).data_type == "s"


def test_more_rows_than_a_sheet_holds_are_refused(scene, client, monkeypatch):
    monkeypatch.setattr("indicators.views.month_books.MOST_ROWS", 10)
    client.force_login(scene.clerk)

    page = client.get("/indicators/ledger/table/2025/", follow=True)

    assert "一张表放不下这么多行" in page.content.decode()


def test_a_book_is_offered_from_the_list_of_months(scene, client):
    client.force_login(scene.clerk)
    offered = client.get("/indicators/months/").content.decode()
    client.force_login(scene.months.bureau)
    read_only = client.get("/indicators/months/").content.decode()

    assert "导入表格" in offered
    assert "导入表格" not in read_only


def test_the_long_table_can_be_brought_in_again(scene, client):
    scene.apply(scene.read([HEADS, SOUTH, NORTH]))
    scene.months.save({scene.months.plan: 1})
    client.force_login(scene.clerk)
    workbook = opened(client.get("/indicators/ledger/table/2025/10/"))
    workbook.active["F3"] = 1490

    read = scene.confirm(scene.upload(saved(workbook), month=OCTOBER.replace(month=9)))

    assert scene.counts(read) == {"changed": 1, "unchanged": 6}
