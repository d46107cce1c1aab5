"""Every write can be done without a script: the pages are plain forms, the scripts only add comfort."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from assessments.models import Opinion
from tests.assessments.scene import Scene as YearScene
from tests.browser.pages import log_in, press, row, said, type_in
from tests.factories import ProjectFactory, ProjectFundFactory, UserFactory
from tests.indicators.month_scene import set_scene

pytestmark = pytest.mark.usefixtures("clock_of_the_demo")


@pytest.fixture
def open_plain(open_page) -> Callable[[User], Page]:
    """Open a page in a browser that runs no script, and come in by the login form."""

    def opened(user: User) -> Page:
        page = open_page(java_script_enabled=False)
        log_in(page, user)
        return page

    return opened


def test_a_month_is_saved_and_handed_in(open_plain):
    scene = set_scene()
    scene.save({scene.medical: 1500}, actor=scene.officer)
    page = open_plain(scene.head)
    page.goto(scene.url)
    type_in(page, {"应参保人数": "1480", "参保人数": "1410", "绿化覆盖率": "45.5"})
    page.get_by_label("党组织星级", exact=True).select_option("3")

    press(page, "保存草稿")
    said(page, "已保存 4 项。")
    press(page, "上报给乡村振兴局")
    expect(page.get_by_role("alert")).to_contain_text("还没有上报：有 1 项没有填")
    press(page, "确认缺 1 项，仍然上报")

    said(page, "已上报给乡村振兴局，等待受理。")
    assert scene.report.status == "submitted"


def test_a_wrong_figure_comes_back_as_it_was_typed(open_plain):
    scene = set_scene()
    page = open_plain(scene.clerk)
    page.goto(scene.url)
    type_in(page, {"应参保人数": "一千四百八", "参保人数": "1410"})

    press(page, "保存草稿")

    expect(page.get_by_role("alert")).to_contain_text("“一千四百八”不是数字")
    expect(page.get_by_label("应参保人数", exact=True)).to_have_value("一千四百八")
    expect(page.get_by_label("参保人数", exact=True)).to_have_value("1410")


def test_a_reviewer_returns_a_month_with_the_reason(open_plain):
    scene = set_scene()
    scene.fill()
    scene.submit()
    page = open_plain(scene.bureau)
    page.goto(scene.url)

    page.get_by_label("退回理由").fill("绿化覆盖率与上月相差太大，请核实。")
    press(page, "退回给郝家桥镇")

    said(page, "已退回")
    assert scene.report.status == "returned"


def test_an_application_is_written_and_handed_in(open_plain):
    scene = YearScene()
    page = open_plain(scene.head)
    page.get_by_role("link", name="创建", exact=True).click()
    press(row(page, "泾灵南村"), "发起自查")
    page.get_by_label("Q01 自查说明").fill("“两委”健全，三星级党组织。")
    page.get_by_label("自查报告").fill("一年来，泾灵南村对照标准逐项自查，均已达到。")
    press(page, "保存自查内容")
    page.get_by_role("link", name="返回申请，去提交").click()

    press(page, "提交验收申请，报乡村振兴局（农办）")

    said(page, "已办理：提交验收申请。")
    assert scene.enrolment.programme.applications.get().status == "submitted"


def test_a_department_gives_its_opinion(open_plain):
    scene = YearScene()
    application = scene.reach("municipal_review")
    page = open_plain(scene.department)
    page.get_by_role("link", name="泾灵南村 2025年评估验收").click()
    page.get_by_label("需整改").check()
    page.get_by_label("说明").fill("还有 12 人未参保，请于月底前补齐。")

    press(page, "提交意见给农办")

    said(page, "意见")
    opinion = Opinion.objects.get(application=application)
    assert (opinion.outcome, opinion.note) == ("needs_work", "还有 12 人未参保，请于月底前补齐。")


def test_a_payment_is_booked_for_a_project(open_plain):
    project = ProjectFactory(status="started", year=2025)
    fund = ProjectFundFactory(project=project, budget=100, allocated=80, paid=30)
    page = open_plain(UserFactory(roles=[Role.BUREAU], name="王振兴"))
    page.get_by_role("link", name="项目", exact=True).click()
    page.get_by_role("link", name=project.name).click()
    page.get_by_text("登记下达或支付").click()
    page.get_by_label("支付", exact=True).check()
    page.get_by_role("combobox", name="资金来源").select_option(label="中央")
    page.get_by_label("金额").fill("20")

    press(page, "登记款项")

    expect(page.get_by_text("已登记：中央支付 20 万元。")).to_be_visible()
    fund.refresh_from_db()
    assert fund.paid == 50


def test_the_menu_opens_on_a_phone(open_page):
    page = open_page(UserFactory(roles=[Role.BUREAU]), size="phone", java_script_enabled=False)
    page.goto("/projects/")
    menu = page.get_by_role("navigation", name="主导航")
    expect(menu).not_to_be_in_viewport()

    page.get_by_role("link", name="菜单").click()

    expect(menu.get_by_role("link", name="月报", exact=True)).to_be_in_viewport()
