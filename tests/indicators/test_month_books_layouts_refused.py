"""Layouts that are not read are refused with how to lay them out; our own workbook where it was changed."""

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from indicators.month_books.errors_back import errors_back
from indicators.month_books.reading import read_rows
from indicators.month_books.template_marks import mark
from tests.indicators.book_scene import HEADS, SOUTH, BookScene, book
from tests.indicators.month_scene import OCTOBER, SEPTEMBER

ACROSS = [["指标", "泾灵南村", "泾灵北村"], ["应参保人数", 1480, 990], ["参保人数", "1,410", "950"]]


@pytest.fixture
def scene(db):
    return BookScene()


@pytest.mark.parametrize(
    ("rows", "title", "words"),
    [
        (ACROSS, "Sheet1", "转置"),
        ([["指标", "数值"], ["应参保人数", 1480]], "泾灵南村", "合到一张表里"),
        ([["月份", "应参保人数"], ["9月", 1480]], "泾灵南村", "合到一张表里"),
        ([["村名", "指标", "数值"], ["泾灵南村", "应参保人数", 1480]], "Sheet1", "一行一个指标"),
    ],
)
def test_it_is_said_how_to_lay_it_out_anew(scene, rows, title, words):
    with pytest.raises(ValidationError, match=words):
        scene.read(rows, title=title)


def test_villages_that_need_no_change_are_given_no_advice(scene):
    with pytest.raises(ValidationError) as refusal:
        scene.read([["村名", "低保户数"], ["泾灵南村", 3]])

    assert refusal.value.messages == ["还没有一列对应到数据项，没有可导入的数据。"]


def own(month, title, *codes):
    """The workbook that we hand out, with these columns of figures."""
    first = [mark(month), "@version", "", "@name", "", *codes]
    heads = ["村代码", "版本", "乡镇（街道）", "村（社区）", "月报状态", *["应参保人数（人）"] * len(codes)]
    row = ["640181101219", 0, "郝家桥镇", "泾灵南村", "", *range(1480, 1480 + len(codes))]
    return book([first, ["", "", title], [""], heads, row])


def test_our_workbook_with_another_month_written_over_it_is_refused(scene):
    with pytest.raises(ValidationError, match="请下载2025年10月的月报表格"):
        scene.upload(own(SEPTEMBER, "郝家桥镇2025年10月月报填报表", "pension_due"))


def test_our_workbook_with_a_column_copied_is_refused(scene):
    with pytest.raises(ValidationError, match="请只保留一列"):
        scene.upload(own(OCTOBER, "郝家桥镇2025年10月月报填报表", "pension_due", "pension_due"))


def test_our_workbook_as_it_was_is_taken(scene):
    workbook = scene.run(scene.upload(own(OCTOBER, "郝家桥镇2025年10月月报填报表", "pension_due")))

    assert scene.counts(workbook) == {"new": 1}


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "@SUM(1)"])
def test_a_head_that_looks_like_a_formula_comes_back_as_a_text(scene, title):
    workbook = scene.read([["村名", f"{title}参保人数", "绿化覆盖率"], ["泾灵南村", "约1410", 145]])

    content, _ = errors_back(workbook)
    sheet = load_workbook(content).active
    content.close()
    assert sheet["D2"].data_type == "s"


def test_a_sheet_whose_name_no_workbook_may_have_comes_back(scene, monkeypatch):
    monkeypatch.setattr("indicators.month_books.errors_back.MOST_CELLS", 0)
    workbook = scene.read([HEADS, (*SOUTH[:3], 145)])
    name = workbook.mapping["sheet"]
    monkeypatch.setattr(
        "indicators.month_books.errors_back.read_rows", lambda path, kind, _: read_rows(path, kind, name)
    )
    workbook.mapping["sheet"] = "a/b:c?*[十月]" + "长" * 40

    content, _ = errors_back(workbook)

    content.seek(0, 2)
    assert content.tell()
    content.close()
