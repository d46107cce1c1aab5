"""Two people on the same month, each in a browser of their own: the second is told and loses nothing."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.pages import press, said, type_in
from tests.indicators.month_scene import NOW, Scene, set_scene

pytestmark = pytest.mark.usefixtures("clock_of_the_demo")


@pytest.fixture
def scene(transactional_db) -> Scene:
    scene = set_scene()
    scene.fill()
    return scene


@pytest.fixture
def open_month(open_page, scene):
    """Open the month as somebody, with their own sign-in."""

    def opened(user: User, **options) -> Page:
        page = open_page(user, **options)
        page.goto(scene.url)
        return page

    return opened


@pytest.fixture
def both(open_month, scene) -> tuple[Page, Page]:
    """The clerk and the head have the same month before them; then the clerk saves two figures."""
    first, second = open_month(scene.clerk), open_month(scene.head)
    type_in(first, {"参保人数": "1415", "绿化覆盖率": "46.0"})
    press(first, "保存草稿")
    said(first, "已保存 2 项。")
    return first, second


def test_who_saves_second_is_told_and_everything_typed_is_still_there(both, scene):
    _, second = both

    type_in(second, {"参保人数": "1420", "应参保人数": "1490"})
    press(second, "保存草稿")

    expect(second.get_by_role("alert")).to_contain_text("还没有保存：有 1 项张三和您都改了")
    expect(second.get_by_role("alert")).to_contain_text("您填 1420，张三填 1,415")
    expect(second.get_by_label("参保人数", exact=True)).to_have_value("1420")
    expect(second.get_by_label("应参保人数", exact=True)).to_have_value("1490")
    assert (scene.value(scene.insured), scene.value(scene.due)) == (1415, 1480)


@pytest.mark.parametrize(("choice", "kept"), [("用我填的 1420", 1420), ("用张三的 1,415", 1415)])
def test_choosing_whose_figure_counts_saves_the_rest_of_both(both, scene, choice, kept):
    _, second = both
    type_in(second, {"参保人数": "1420", "应参保人数": "1490"})
    press(second, "保存草稿")

    second.get_by_label(choice).check()
    press(second, "保存草稿")

    expect(second.locator("#notices")).to_contain_text("已保存")
    assert scene.value(scene.insured) == kept
    assert scene.value(scene.due) == 1490
    assert scene.value(scene.greening) == Decimal("46.0")


def test_a_choice_not_made_is_asked_for_again_and_still_loses_nothing(both, scene):
    _, second = both
    type_in(second, {"参保人数": "1420"})
    press(second, "保存草稿")

    press(second, "保存草稿")

    expect(second.get_by_text("请选择用哪一个数。").first).to_be_visible()
    expect(second.get_by_label("参保人数", exact=True)).to_have_value("1420")
    assert scene.value(scene.insured) == 1415


def test_different_figures_of_two_people_are_both_kept_without_a_question(both, scene):
    _, second = both

    type_in(second, {"应参保人数": "1490"})
    press(second, "保存草稿")

    said(second, "您填写期间张三也改了 2 项，已按对方的保留。")
    said(second, "已保存 1 项。")
    assert (scene.value(scene.insured), scene.value(scene.due)) == (1415, 1490)


def test_what_was_typed_into_a_month_that_went_off_meanwhile_comes_back_when_it_is_returned(
    open_month, scene
):
    clerk = open_month(scene.clerk)
    type_in(clerk, {"参保人数": "1433", "绿化覆盖率": "47.5"})
    scene.submit()

    press(clerk, "保存草稿")
    expect(clerk.get_by_role("alert").first).to_contain_text("需修改请向振兴局申请退回")
    expect(clerk.get_by_text("您填的 1433 没有保存")).to_be_visible()
    assert scene.value(scene.insured) == 1410
    scene.give_back()
    clerk.goto(scene.url)
    press(clerk, "恢复填写内容")
    press(clerk, "保存草稿")

    said(clerk, "已保存 2 项。")
    assert (scene.value(scene.insured), scene.value(scene.greening)) == (1433, Decimal("47.5"))


def test_a_head_who_looked_before_the_clerk_saved_does_not_sign_unseen_figures(open_month, scene):
    head = open_month(scene.head)
    scene.save({scene.insured: 1444}, now=NOW)

    press(head, "上报给乡村振兴局")

    said(head, "您填写期间张三也改了 1 项，已按对方的保留。")
    said(head, "还没有上报：请核对别人改过的数据，再上报。")
    assert scene.report.status == "draft"
