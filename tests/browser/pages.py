"""What a person does on a page, in a line each."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tests.factories import PASSWORD


def log_in(page: Page, user: User) -> None:
    """Come in by the front door."""
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1)).to_contain_text(user.name)


def log_out(page: Page) -> None:
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def go_by_menu(page: Page, label: str) -> None:
    """Choose a line of the sidebar."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=label, exact=True).click()


def take_up(page: Page, title: str) -> None:
    """Open what waits on the home page."""
    todo = page.get_by_role("region", name="待办").get_by_role("listitem")
    todo.filter(has_text=title).first.get_by_role("link").click()


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def type_in(page: Page, figures: Mapping[str, str]) -> None:
    """Fill in cells or fields by their labels; where there is a choice, make it."""
    for label, text in figures.items():
        field = page.get_by_label(label, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def said(page: Page, words: str) -> None:
    """What the page answered to the last press."""
    expect(page.locator("#notices")).to_contain_text(words)


def is_wider_than_its_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def row(page: Page, words: str) -> Locator:
    """The row of a table that has these words."""
    return page.get_by_role("row").filter(has_text=words)
