"""A clerk who prefers Excel: the form filled in offline, and a workbook of her own with its habits."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from indicators.models import LedgerLine, WorkbookImport
from tests.browser.county import NOVEMBER, County
from tests.browser.pages import is_wider_than_its_screen, press, row
from tests.indicators.book_scene import book

pytestmark = pytest.mark.django_db(transaction=True)

OWN = [
    ["城区街道2025年11月统计表"],
    [
        "序号",
        "村（居）名称",
        "户主姓名",
        "常住户数（户）",
        "常住人口（人）",
        "村集体经济收入（元）",
        "就业人数",
    ],
    [1, "西湖社区居委会", "王某", 812, "2,436", 48033, "约1188"],
    [2, "东湖", "李某", 5, 6, 7, 8],
    ["合计", "", "", 817, 2442, 48040, ""],
]


@pytest.fixture
def county(clock_of_the_demo) -> County:
    return County()


def upload(page: Page, path: Path) -> None:
    page.goto("/indicators/months/imports/")
    page.get_by_label("表格", exact=True).set_input_files(path)
    press(page, "上传并核对")


def test_the_form_is_filled_in_offline_and_comes_back(county, open_page, tmp_path):
    page = open_page(county.clerk)
    page.goto("/indicators/months/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载11月填报表").click()
    path = tmp_path / "十一月.xlsx"
    download.value.save_as(path)
    workbook = load_workbook(path)
    sheet = workbook["月报"]
    codes = [cell.value for cell in sheet[1]]
    at = [cell.value for cell in sheet["D"]].index(county.village.name) + 1
    sheet.cell(at, codes.index("households") + 1).value = 813
    workbook.save(path)

    upload(page, path)
    expect(row(page, "常住户数")).to_contain_text("813")
    press(page, "写入 1 项")

    expect(page.get_by_role("main")).to_contain_text("已写入月报 1 项")
    element = next(e for e in county.programme.elements.all() if e.element.code == "households").element
    assert LedgerLine.objects.month_values(county.village, NOVEMBER)[element.pk] == 813


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_workbook_of_her_own_is_mapped_shown_and_written(county, open_page, tmp_path, size):
    path = tmp_path / "自己的表.xlsx"
    path.write_bytes(book(OWN))
    page = open_page(county.clerk, size=size)

    upload(page, path)
    expect(page.get_by_role("main")).to_contain_text("个人信息，不读取、不保存。")
    expect(page.get_by_label("村集体经济收入（元）换算")).to_have_value("0.0001")
    assert not is_wider_than_its_screen(page)
    press(page, "读取并核对")
    expect(page.get_by_role("main")).to_contain_text("“约1188”不是数字")
    expect(page.get_by_role("main")).to_contain_text("没有找到“东湖”")
    assert not is_wider_than_its_screen(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出错误的表格").click()
    press(page, "导入其余 3 项")

    expect(page.get_by_role("main")).to_contain_text("已写入月报 3 项，另有 5 项不能导入")
    download.value.save_as(tmp_path / "错误.xlsx")
    back = load_workbook(tmp_path / "错误.xlsx").active
    assert back.cell(2, 8).value == "错误原因"
    assert "约1188" in back.cell(3, 8).value
    assert "王某" not in str(WorkbookImport.objects.values_list("outline", "mapping"))


def test_a_name_is_assigned_by_the_initials_of_its_pinyin(county, open_page, tmp_path):
    path = tmp_path / "自己的表.xlsx"
    path.write_bytes(book([["村名", "常住户数"], ["湖西那个社区", 812]]))
    page = open_page(county.clerk)
    upload(page, path)
    press(page, "读取并核对")

    page.get_by_role("link", name="对应村名、改列对应").click()
    page.get_by_label("湖西那个社区", exact=True).fill("xhsq")
    press(page, "读取并核对")

    expect(row(page, "常住户数")).to_contain_text("西湖社区")
    press(page, "写入 1 项")
    expect(page.get_by_role("main")).to_contain_text("已写入月报 1 项")


def test_it_all_works_without_javascript(county, open_page, tmp_path):
    path = tmp_path / "自己的表.xlsx"
    path.write_bytes(book(OWN))
    page = open_page(county.clerk, java_script_enabled=False)

    upload(page, path)
    press(page, "读取并核对")
    press(page, "导入其余 3 项")

    expect(page.get_by_role("main")).to_contain_text("已写入月报 3 项")


def test_what_is_no_workbook_is_refused_at_its_field(county, open_page, tmp_path):
    path = tmp_path / "旧表.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    page = open_page(county.clerk)

    upload(page, path)

    expect(page.get_by_role("alert")).to_contain_text("另存为")
    assert not WorkbookImport.objects.exists()
