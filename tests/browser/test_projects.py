"""The project library as people use it: a hasty double click, a phone, both themes."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from projects.models import WorksProgress
from tests.browser.pages import is_wider_than_its_screen
from tests.factories import ProjectFactory, ProjectFundFactory, TownshipFactory, UserFactory


@pytest.fixture
def fund():
    return ProjectFundFactory(
        project=ProjectFactory(status="started", year=2022), budget=100, allocated=80, paid=30
    )


def test_a_hasty_double_click_books_one_payment(open_page, fund):
    page = open_page(UserFactory(roles=[Role.BUREAU]))
    page.goto(fund.project.get_absolute_url())
    page.get_by_text("登记下达或支付").click()
    page.get_by_label("支付", exact=True).check()
    page.get_by_role("combobox", name="资金来源").select_option(label="中央")
    page.get_by_label("金额").fill("20")

    page.get_by_role("button", name="登记款项").dblclick()

    expect(page.get_by_text("已登记：中央支付 20 万元。")).to_be_visible()
    fund.refresh_from_db()
    assert (fund.paid, fund.movements.count()) == (50, 1)


def test_too_much_is_refused_where_it_was_typed_and_can_be_mended(open_page, fund):
    page = open_page(UserFactory(roles=[Role.BUREAU]))
    page.goto(fund.project.get_absolute_url())
    page.get_by_text("登记下达或支付").click()
    page.get_by_label("支付", exact=True).check()
    page.get_by_role("combobox", name="资金来源").select_option(label="中央")
    page.get_by_label("金额").fill("60")
    page.get_by_role("button", name="登记款项").click()
    expect(page.get_by_role("alert")).to_contain_text("超过尚可支付的 50.00 万元")

    page.get_by_label("金额").fill("50")
    page.get_by_role("button", name="登记款项").click()

    expect(page.get_by_text("已登记：中央支付 50 万元。")).to_be_visible()


def test_a_clerk_reports_the_works_from_a_phone(open_page, fund):
    clerk = UserFactory(roles=[Role.CLERK], organisation=TownshipFactory())
    page = open_page(clerk, size="phone")
    page.goto("/projects/")
    page.get_by_role("link", name=fund.project.name).click()
    page.get_by_label("形象进度", exact=True).fill("62.5")

    page.get_by_role("button", name="保存本月进度").click()

    expect(page.get_by_text("形象进度已记为 62.5%。")).to_be_visible()
    assert WorksProgress.objects.get().by == clerk


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_screen(open_page, fund, size, scheme):
    page = open_page(UserFactory(roles=[Role.BUREAU]), size=size, color_scheme=scheme)

    for path in ("/projects/", "/projects/measures/", "/projects/new/"):
        page.goto(path)

        assert not is_wider_than_its_screen(page), path
