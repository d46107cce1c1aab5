"""The front door, the back office, and a file's way in and out, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import is_wider_than_its_screen, log_out, press, said
from tests.common.test_uploads import PDF
from tests.factories import PASSWORD, EnrolmentFactory, TownshipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock_of_the_demo")]
OWN = "jinling-nan-2025"
BACK_OFFICE = {
    "administrator": ["", "accounts/user/", "accounts/user/add/", "accounts/organisation/"],
    "bureau": [
        "",
        "villages/village/",
        "villages/village/add/",
        "villages/village/import/",
        "villages/village/export/",
        "villages/programme/",
        "indicators/referencevalue/",
        "indicators/referencevalue/import/",
        "indicators/dataelement/",
    ],
}


def enter(page, username, password):
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    press(page, "登录")


def test_on_the_first_day_one_changes_the_password_and_then_works(open_page):
    UserFactory(
        username="wangfang",
        name="王芳",
        roles=["clerk"],
        organisation=TownshipFactory(),
        must_change_password=True,
    )
    page = open_page()

    enter(page, "wangfang", PASSWORD)
    expect(page.get_by_text("这是管理员设的初始密码")).to_be_visible()
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再输一次新密码").fill(OWN)
    press(page, "修改密码")
    expect(page.get_by_text("新密码已经生效")).to_be_visible()
    log_out(page)
    enter(page, "wangfang", OWN)

    expect(page.get_by_role("heading", level=1)).to_contain_text("王芳")


def test_five_wrong_passwords_lock_the_door_and_say_for_how_long(open_page, settings):
    settings.AXES_ENABLED = True
    UserFactory(username="wangfang")
    page = open_page(size="phone", expected_errors=("429",))

    for left in (4, 3, 2, 1):
        enter(page, "wangfang", "wrong")
        expect(page.get_by_text(f"还可以再试 {left} 次，之后暂停登录 15 分钟。")).to_be_visible()
    enter(page, "wangfang", "wrong")

    expect(page.get_by_role("heading", name="账号暂时锁定")).to_be_visible()
    expect(page.get_by_text("约 15 分钟后")).to_be_visible()
    assert not is_wider_than_its_screen(page)


def test_after_the_logout_the_back_button_shows_nothing(open_page):
    EnrolmentFactory()
    page = open_page(UserFactory(roles=["bureau"]))
    page.goto("/villages/")
    expect(page.get_by_role("link", name="泾灵南村")).to_be_visible()

    log_out(page)
    page.go_back()

    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.get_by_text("泾灵南村")).to_have_count(0)


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("role", BACK_OFFICE)
def test_the_back_office_works_under_the_strict_policy(open_page, role, size):
    EnrolmentFactory()
    page = open_page(UserFactory(roles=[role]), size=size)

    for path in BACK_OFFICE[role]:
        page.goto(f"/admin/{path}")

        expect(page.get_by_text("示范村创建平台 后台管理")).to_be_visible()
        assert not is_wider_than_its_screen(page), path


def test_an_administrator_opens_an_account(open_page):
    office = TownshipFactory()
    page = open_page(UserFactory(roles=["administrator"]))
    page.goto("/admin/accounts/user/add/")

    page.get_by_label("用户名").fill("wangfang")
    page.get_by_label("姓名").fill("王芳")
    page.get_by_role("combobox", name="单位").select_option(label=office.name)
    page.get_by_label("填报员").check()
    password = page.get_by_label("初始密码").input_value()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("link", name="wangfang")).to_be_visible()
    log_out(page)
    enter(page, "wangfang", password)

    expect(page.get_by_text("这是管理员设的初始密码")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_scan_goes_in_is_listed_and_comes_out_as_it_was(open_page, size):
    village = EnrolmentFactory().village
    page = open_page(UserFactory(roles=["clerk"], organisation=TownshipFactory()), size=size)
    page.goto(f"/villages/{village.code}/")

    page.get_by_role("link", name="上传佐证材料").click()
    page.get_by_label("这份材料说明什么").fill("10月参保花名册")
    page.get_by_label("文件").set_input_files(
        {"name": "花名册.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press(page, "上传")
    said(page, "“10月参保花名册”已存入泾灵南村的佐证材料。")
    with page.expect_download() as download:
        page.get_by_role("link", name="10月参保花名册").click()

    assert download.value.suggested_filename == "花名册.pdf"
    assert download.value.path().read_bytes() == PDF
    assert not is_wider_than_its_screen(page)


def test_a_file_that_is_not_what_it_says_is_told_at_its_field(open_page):
    village = EnrolmentFactory().village
    page = open_page(UserFactory(roles=["clerk"], organisation=TownshipFactory()))
    page.goto(f"/villages/{village.code}/evidence/add/")

    page.get_by_label("这份材料说明什么").fill("花名册")
    page.get_by_label("文件").set_input_files(
        {"name": "花名册.pdf", "mimeType": "application/pdf", "buffer": b"<html></html>"}
    )
    press(page, "上传")

    expect(page.locator(".field-error")).to_have_text(re.compile("文件内容与扩展名不符"))
    expect(page.get_by_label("这份材料说明什么")).to_have_value("花名册")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_was_done_stands_in_the_trail(open_page, size):
    UserFactory(username="wangfang", name="王芳", roles=["leader"])
    auditor = UserFactory(roles=["auditor"])
    enter(open_page(), "wangfang", PASSWORD)
    page = open_page(auditor, size=size)

    page.goto("/accounts/audit/")
    if size == "phone":
        page.get_by_text("筛选条件").click()
    page.get_by_label("人员").fill("王芳")
    press(page, "筛选")
    page.get_by_text("看内容").first.click()

    expect(page.get_by_role("row").filter(has_text="登录")).to_contain_text("网络地址")
    assert not is_wider_than_its_screen(page)
