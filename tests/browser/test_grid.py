"""The grid in a real browser: keys, blocks, a lost line, a closed tab, two people, no script, a phone."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from indicators.models import CellNote, LedgerLine, MonthlyReport
from indicators.services import months
from tests.browser.pages import is_wider_than_its_screen, log_in, press, said
from tests.factories import EnrolmentFactory, VillageFactory
from tests.indicators.month_scene import NOW, OCTOBER, Scene, set_scene

pytestmark = pytest.mark.usefixtures("clock_of_the_demo")

DUE, INSURED, GREENING, PLAN, STARS, MEDICAL = range(6)
SAVED = re.compile("已全部保存")
PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def scene(transactional_db) -> Scene:
    scene = set_scene()
    village = VillageFactory(code=f"{scene.village.township_code}299", name="泾灵新村")
    first = scene.programme.enrolments.get(village=scene.village)
    EnrolmentFactory(programme=scene.programme, village=village, kind=first.kind)
    return scene


@pytest.fixture
def url(scene) -> str:
    return f"/indicators/grid/{scene.village.township_code}/2025/10/"


@pytest.fixture
def open_grid(open_page, scene, url) -> Callable[..., Page]:
    """Open the township's October as somebody, by default the clerk."""

    def opened(user: User | None = None, **options) -> Page:
        page = open_page(user or scene.clerk, **options)
        page.goto(url)
        expect(page.locator("td.is-active")).to_be_visible()
        return page

    return opened


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator("tbody tr:not(.group-row)").nth(row).locator("td").nth(column)


def type_at(page: Page, row: int, column: int, text: str) -> None:
    cell(page, row, column).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def paste_at(page: Page, row: int, column: int, text: str) -> None:
    cell(page, row, column).click()
    page.evaluate(PASTE, text)


def saved(page: Page) -> None:
    expect(page.locator("[data-grid-status]")).to_have_text(SAVED)


def go_offline(page: Page) -> BrowserContext:
    page.context.set_offline(True)
    return page.context


# --- keys ------------------------------------------------------------------------------------------


def test_figures_are_typed_as_in_a_workbook_and_save_themselves(open_grid, scene):
    page = open_grid()
    cell(page, 0, DUE).click()

    page.keyboard.type("1480")
    page.keyboard.press("Tab")
    page.keyboard.type("１，４１０")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("45.5%")
    page.keyboard.press("Tab")
    page.keyboard.type("是")
    page.keyboard.press("Enter")

    saved(page)
    expect(cell(page, 0, INSURED)).to_have_text("1,410")
    assert (scene.value(scene.due), scene.value(scene.insured)) == (1480, 1410)
    assert (scene.value(scene.greening), scene.value(scene.plan)) == (Decimal("45.5"), 1)
    expect(page.locator("[data-count]").first).to_have_text("4/6")


def test_an_input_method_chooses_its_words_in_the_cell_before_a_key_leaves_it(open_grid, scene):
    page = open_grid()
    keyboard = page.context.new_cdp_session(page)
    cell(page, 0, PLAN).click()

    for so_far in ("s", "sh", "shi"):
        keyboard.send("Input.imeSetComposition", {"text": so_far, "selectionStart": 3, "selectionEnd": 3})
    for key in ("ArrowDown", "Enter"):  # among the words that are offered: the input method's own
        event = {"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": 229}
        keyboard.send("Input.dispatchKeyEvent", event)
    keyboard.send("Input.insertText", {"text": "是"})
    page.keyboard.press("Enter")

    saved(page)
    assert scene.value(scene.plan) == 1
    expect(cell(page, 1, PLAN)).to_have_class(re.compile("is-active"))


def test_the_active_cell_moves_with_the_keys_of_a_workbook(open_grid):
    page = open_grid()
    cell(page, 0, INSURED).click()

    for key, row, column in [
        ("ArrowDown", 1, INSURED),
        ("Shift+Enter", 0, INSURED),
        ("End", 0, MEDICAL),
        ("Tab", 1, DUE),
        ("Shift+Tab", 0, MEDICAL),
        ("Home", 0, DUE),
        ("Control+End", 1, MEDICAL),
        ("Control+Home", 0, DUE),
    ]:
        page.keyboard.press(key)
        expect(cell(page, row, column)).to_have_class(re.compile("is-active"))


def test_escape_restores_and_f2_goes_on_where_the_figure_ends(open_grid, scene):
    scene.save({scene.due: 1480})
    page = open_grid()
    cell(page, 0, DUE).click()
    page.keyboard.type("9")

    page.keyboard.press("Escape")
    expect(cell(page, 0, DUE)).to_have_text("1,480")
    page.keyboard.press("F2")
    page.keyboard.type("5")
    page.keyboard.press("Enter")

    saved(page)
    assert scene.value(scene.due) == 14805


def test_a_cleared_cell_is_empty_and_not_zero(open_grid, scene):
    scene.save({scene.due: 1480})
    page = open_grid()
    cell(page, 0, DUE).click()

    page.keyboard.press("Delete")

    saved(page)
    assert scene.value(scene.due) is None


# --- blocks ----------------------------------------------------------------------------------------


def test_a_block_from_a_workbook_falls_into_the_cells_and_bad_ones_stay_as_they_were_typed(open_grid, scene):
    page = open_grid()

    paste_at(page, 0, DUE, '1,480\t"1 410"\t45.5%\t是\r\n１５００\t约一千\t120\t否\r\n')

    expect(page.locator("[data-grid-status]")).to_have_text("2 格要改正")
    assert (scene.value(scene.due), scene.value(scene.insured)) == (1480, 1410)
    assert values_of(page, 1)[:2] == ["1,500", "约一千"]
    expect(cell(page, 1, INSURED)).to_have_attribute("title", re.compile("“约一千”不是数字"))
    expect(cell(page, 1, GREENING)).to_have_attribute("title", re.compile("不能大于 100%"))


def values_of(page: Page, row: int) -> list[str]:
    return [cell(page, row, column).inner_text() for column in range(6)]


def test_a_pasted_block_is_undone_in_one_step_and_the_undoing_is_saved(open_grid, scene):
    scene.save({scene.due: 1480})
    page = open_grid()
    paste_at(page, 0, DUE, "1\t2\t3\n4\t5\t6")
    saved(page)

    page.keyboard.press("Control+z")
    expect(cell(page, 1, DUE)).to_have_text("")
    saved(page)
    assert (scene.value(scene.due), scene.value(scene.insured)) == (1480, None)
    page.keyboard.press("Control+y")
    expect(cell(page, 1, GREENING)).to_have_text("6.0")
    saved(page)

    assert (scene.value(scene.due), scene.value(scene.insured)) == (1, 2)


def test_what_belongs_to_a_department_is_shown_locked_and_no_block_falls_into_it(open_grid, scene):
    scene.save({scene.medical: 1500}, actor=scene.officer)
    page = open_grid()

    paste_at(page, 0, STARS, "3\t9999")

    saved_words = page.locator("[data-grid-words]")
    saved(page)
    expect(saved_words).to_contain_text("1 格不由您填写或已锁定")
    expect(cell(page, 0, MEDICAL)).to_have_text("1,500")
    cell(page, 0, MEDICAL).click()
    expect(saved_words).to_contain_text(f"由{scene.department}填报")


def test_a_chosen_block_is_copied_as_a_workbook_takes_it(open_grid, scene):
    scene.save({scene.due: 1480, scene.insured: 1410})
    page = open_grid()
    cell(page, 0, DUE).click()
    page.keyboard.press("Shift+ArrowRight")

    copied = page.evaluate("""() => {
        const data = new DataTransfer();
        document.activeElement.dispatchEvent(
            new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
        return data.getData("text/plain");
    }""")

    assert copied == "1480\t1410"


# --- a line that breaks ------------------------------------------------------------------------------


def test_what_is_typed_without_a_line_is_sent_when_it_returns(open_grid, scene):
    page = open_grid(expected_errors=("ERR_INTERNET_DISCONNECTED", "Failed to load"))
    context = go_offline(page)

    type_at(page, 0, DUE, "1480")
    expect(page.locator("[data-grid-status]")).to_contain_text("未保存（离线）1 格")
    assert scene.value(scene.due) is None
    context.set_offline(False)

    saved(page)
    assert scene.value(scene.due) == 1480


def test_what_was_typed_before_the_tab_closed_is_offered_and_saved(open_grid, scene, url):
    page = open_grid(expected_errors=("ERR_INTERNET_DISCONNECTED", "Failed to load"))
    context = go_offline(page)
    type_at(page, 0, DUE, "1480")
    type_at(page, 1, INSURED, "一千")
    expect(page.locator("[data-grid-status]")).to_contain_text("未保存（离线）2 格")
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(url)
    expect(cell(again, 0, DUE)).to_have_text("1480")
    assert scene.value(scene.due) is None
    press(again, "保存这 2 格")

    expect(again.locator("[data-grid-status]")).to_have_text("1 格要改正")
    assert scene.value(scene.due) == 1480
    expect(cell(again, 1, INSURED)).to_have_text("一千")


def test_what_somebody_else_changed_meanwhile_stands_beside_what_was_typed_offline(open_grid, scene, url):
    scene.save({scene.due: 1480, scene.insured: 1400})
    page = open_grid(expected_errors=("ERR_INTERNET_DISCONNECTED", "Failed to load"))
    context = go_offline(page)
    type_at(page, 0, INSURED, "1420")
    expect(page.locator("[data-grid-status]")).to_contain_text("未保存（离线）")
    page.close()
    scene.save({scene.insured: 1415}, actor=scene.head)
    context.set_offline(False)
    again = context.new_page()
    again.goto(url)

    press(again, "保存这 1 格")
    conflict = again.locator("[data-grid-conflicts]")
    expect(conflict).to_contain_text("用王镇长的 1,415")
    assert scene.value(scene.insured) == 1415
    press(again, "用我填的 1420")

    saved(again)
    assert scene.value(scene.insured) == 1420


def test_an_expired_login_loses_nothing_and_goes_on_after_the_next(open_grid, scene):
    page = open_grid(expected_errors=("Failed to load",))
    cookies = page.context.cookies()
    page.context.clear_cookies()

    type_at(page, 0, DUE, "1480")
    expect(page.get_by_role("alert").filter(has_text="登录已过期")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    log_in(opened.value, scene.clerk)
    press(page, "已经登录，继续保存")

    saved(page)
    assert scene.value(scene.due) == 1480
    assert cookies


def test_somebody_else_at_the_same_computer_saves_nothing_of_mine(open_grid, scene):
    page = open_grid(expected_errors=("403", "409"))
    other = page.context.new_page()
    page.context.clear_cookies()
    log_in(other, scene.head)

    type_at(page, 0, DUE, "1480")

    expect(page.get_by_role("alert").filter(has_text="另一个人")).to_be_visible()
    assert scene.value(scene.due) is None


# --- two people ----------------------------------------------------------------------------------------


def test_each_sees_what_the_other_changed_with_the_next_answer(open_grid, scene):
    first, second = open_grid(scene.clerk), open_grid(scene.head)
    type_at(first, 0, DUE, "1480")
    saved(first)

    type_at(second, 0, INSURED, "1410")

    saved(second)
    expect(cell(second, 0, DUE)).to_have_text("1,480")
    expect(cell(second, 0, DUE)).to_have_attribute("title", re.compile("张三"))
    assert (scene.value(scene.due), scene.value(scene.insured)) == (1480, 1410)


@pytest.mark.parametrize(("choice", "kept"), [("用我填的 1420", 1420), ("用张三的 1,415", 1415)])
def test_two_figures_for_one_cell_stand_side_by_side_and_one_is_chosen(open_grid, scene, choice, kept):
    first, second = open_grid(scene.clerk), open_grid(scene.head)
    type_at(first, 0, INSURED, "1415")
    saved(first)

    type_at(second, 0, INSURED, "1420")
    expect(second.locator("[data-grid-conflicts]")).to_contain_text("有 1 格和别人改的不一样")
    assert scene.value(scene.insured) == 1415
    press(second, choice)

    expect(second.locator("[data-grid-conflicts]")).to_be_hidden()
    expect(cell(second, 0, INSURED)).to_have_text(f"{kept:,}")
    saved(second)
    assert scene.value(scene.insured) == kept


def test_undoing_gives_way_to_what_somebody_else_typed(open_grid, scene):
    scene.save({scene.insured: 1400})
    first, second = open_grid(scene.clerk), open_grid(scene.head)
    type_at(first, 0, INSURED, "1415")
    saved(first)
    type_at(second, 0, INSURED, "1420")
    expect(second.locator("[data-grid-conflicts]")).to_contain_text("有 1 格和别人改的不一样")

    second.keyboard.press("Control+z")

    expect(second.locator("[data-grid-conflicts]")).to_be_hidden()
    expect(cell(second, 0, INSURED)).to_have_text("1,415")
    second.keyboard.press("Control+y")
    expect(second.locator("[data-grid-words]")).to_have_text("没有可以重做的改动。")
    assert scene.value(scene.insured) == 1415


def test_another_figure_typed_into_a_conflict_is_asked_about_too(open_grid, scene):
    first, second = open_grid(scene.clerk), open_grid(scene.head)
    type_at(first, 0, INSURED, "1415")
    saved(first)
    type_at(second, 0, INSURED, "1420")
    expect(second.locator("[data-grid-conflicts]")).to_contain_text("有 1 格和别人改的不一样")

    type_at(second, 0, INSURED, "1430")
    expect(second.get_by_role("button", name="用我填的 1430")).to_be_visible()
    assert scene.value(scene.insured) == 1415
    press(second, "用我填的 1430")

    saved(second)
    assert scene.value(scene.insured) == 1430


def test_what_somebody_changed_since_is_not_taken_back(open_grid, scene):
    first, second = open_grid(scene.clerk), open_grid(scene.head)
    type_at(second, 0, INSURED, "1420")
    saved(second)
    first.reload()
    type_at(first, 0, INSURED, "1415")
    saved(first)
    type_at(second, 0, DUE, "1480")
    expect(cell(second, 0, INSURED)).to_have_text("1,415")

    second.keyboard.press("Control+z")
    expect(cell(second, 0, DUE)).to_have_text("")
    second.keyboard.press("Control+z")

    expect(second.locator("[data-grid-words]")).to_have_text("没有可以撤销的改动。")
    saved(second)
    assert scene.value(scene.insured) == 1415


def test_a_month_handed_in_meanwhile_keeps_its_figures_and_says_so(open_grid, scene):
    scene.fill()
    page = open_grid()
    scene.submit()

    type_at(page, 0, INSURED, "1433")

    expect(page.get_by_text("有 1 格没有保存，已锁定。")).to_be_visible()
    expect(page.get_by_text(re.compile("您填的 1433 没有保存。本月已于"))).to_be_visible()
    assert scene.value(scene.insured) == 1410
    press(page, "不要了，恢复原来的数")
    expect(cell(page, 0, INSURED)).to_have_text("1,410")


# --- beside the cell -------------------------------------------------------------------------------------


def test_beside_a_cell_stand_its_past_who_typed_it_and_what_it_breaks(open_grid, scene):
    for month in (OCTOBER.replace(month=8), OCTOBER.replace(month=9)):
        scene.save({scene.due: 1480, scene.insured: 1400 + month.month}, month=month)
    scene.save({scene.due: 1480, scene.insured: 1410})
    page = open_grid()
    cell(page, 0, INSURED).click()

    page.keyboard.press("Shift+F2")
    strip = page.get_by_role("complementary", name="这一格")
    expect(strip).to_contain_text("1,409")
    expect(strip).to_contain_text("张三 2025-11-12")
    expect(strip.get_by_role("img")).to_be_visible()
    page.keyboard.type("1500")

    expect(page.locator(".grid-hint")).to_have_text("上月 1,409 人")
    expect(strip).to_contain_text("1,500")
    assert scene.value(scene.insured) == 1410


def begin_remark(page: Page, words: str) -> Locator:
    """Type a remark beside 泾灵南村's 参保人数, and leave it at that."""
    cell(page, 0, INSURED).click()
    page.get_by_role("button", name="写说明").click()
    field = page.get_by_label("说明", exact=True)
    field.fill(words)
    return field


def remark_of(scene: Scene) -> str:
    return CellNote.objects.get(report=scene.report, element=scene.insured).remark


def test_a_remark_is_written_beside_the_grid(open_grid, scene):
    scene.save({scene.due: 1480, scene.insured: 1410})
    page = open_grid()
    page.get_by_role("button", name="这一格", exact=True).click()
    begin_remark(page, "新增 10 人，已核实。")

    press(page, "保存说明")

    expect(page.get_by_role("button", name="写说明")).to_be_visible()
    expect(page.get_by_role("complementary", name="这一格")).to_contain_text("新增 10 人，已核实。")
    expect(cell(page, 0, INSURED)).to_have_attribute("title", "说明：新增 10 人，已核实。")
    assert remark_of(scene) == "新增 10 人，已核实。"


def test_a_remark_that_was_not_saved_waits_beside_its_cell(open_grid, scene, url):
    scene.save({scene.due: 1480, scene.insured: 1410})
    page = open_grid(expected_errors=("ERR_INTERNET_DISCONNECTED", "Failed to load"))
    page.get_by_role("button", name="这一格", exact=True).click()
    begin_remark(page, "新增 10 人。")
    context = go_offline(page)

    press(page, "保存说明")
    expect(page.get_by_text("网络不通，说明还没有保存。")).to_be_visible()
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(url)
    cell(again, 0, DUE).click()
    cell(again, 0, INSURED).click()
    expect(again.get_by_label("说明", exact=True)).to_have_value("新增 10 人。")
    press(again, "保存说明")

    expect(again.get_by_role("button", name="写说明")).to_be_visible()
    assert remark_of(scene) == "新增 10 人。"


def test_a_remark_that_is_saved_while_one_moves_on_is_not_kept_as_unsaved(open_grid, scene):
    scene.save({scene.due: 1480, scene.insured: 1410})
    page = open_grid()
    page.get_by_role("button", name="这一格", exact=True).click()
    begin_remark(page, "新增 10 人。")
    held = []
    page.route("**/figures/**", lambda route: held.append(route))

    press(page, "保存说明")
    cell(page, 0, DUE).click()
    expect(page.get_by_role("button", name="写说明")).to_be_visible()
    with page.expect_response("**/figures/**"):
        held[0].continue_()
    cell(page, 0, INSURED).click()

    expect(page.get_by_role("complementary", name="这一格")).to_contain_text("新增 10 人。")
    expect(page.get_by_role("button", name="写说明")).to_be_visible()


def test_a_village_s_year_is_typed_month_by_month(open_page, scene):
    page = open_page(scene.clerk)
    page.goto(f"/indicators/grid/{scene.village.code}/2025/")

    type_at(page, 0, 8, "1470")
    type_at(page, 0, 9, "1480")

    saved(page)
    september = LedgerLine.objects.month_values(scene.village, OCTOBER.replace(month=9))
    assert (september[scene.due.pk], scene.value(scene.due)) == (1470, 1480)
    cell(page, 0, 11).click()
    expect(page.locator("[data-grid-words]")).to_contain_text("12月还没有到")


def test_a_department_types_its_own_figures_for_all_villages(open_grid, scene):
    page = open_grid(scene.officer)
    expect(page.get_by_role("columnheader", name="医保参保人数")).to_be_visible()

    paste_at(page, 0, 0, "1500\n800")

    saved(page)
    assert scene.value(scene.medical) == 1500
    assert MonthlyReport.objects.filter(month=OCTOBER).count() == 2


# --- without a script, and on a phone ----------------------------------------------------------------------


def test_without_a_script_one_form_does_the_same(open_page, scene, url):
    page = open_page(java_script_enabled=False)
    log_in(page, scene.clerk)
    page.goto(url)
    page.get_by_role("link", name="换用普通表格填报").click()
    page.get_by_label("泾灵南村 10月 应参保人数").fill("1480")
    page.get_by_label("泾灵新村 10月 应参保人数").fill("一千")

    press(page, "保存")
    said(page, "已保存 1 格。")
    expect(page.get_by_label("泾灵新村 10月 应参保人数")).to_have_value("一千")
    expect(page.get_by_text("“一千”不是数字")).to_be_visible()
    page.get_by_label("泾灵新村 10月 应参保人数").fill("1000")
    press(page, "保存")

    said(page, "已保存 1 格。")
    assert scene.value(scene.due) == 1480


def test_without_a_script_two_figures_for_one_cell_are_chosen_between(open_page, scene, url):
    scene.save({scene.due: 1480})
    page = open_page(java_script_enabled=False)
    log_in(page, scene.head)
    page.goto(f"{url}?plain")
    months.month_save(
        village=scene.village,
        month=OCTOBER,
        values={scene.due.pk: Decimal(1490)},
        seen_version=1,
        actor=scene.clerk,
        now=NOW,
    )
    page.get_by_label("泾灵南村 10月 应参保人数").fill("1500")

    press(page, "保存")
    expect(page.get_by_text("请选择用哪一个数。")).to_be_visible()
    assert scene.value(scene.due) == 1490
    page.get_by_label("用我填的 1500").check()
    press(page, "保存")

    said(page, "已保存 1 格。")
    assert scene.value(scene.due) == 1500


def test_on_a_phone_the_list_leads_to_the_form_and_the_grid_still_works(open_page, scene, url):
    page = open_page(scene.clerk, size="phone")
    page.goto("/indicators/months/")
    expect(page.get_by_role("link", name="表格填报")).to_be_hidden()
    page.goto(url)

    cell(page, 0, DUE).tap()
    page.keyboard.type("1480")
    page.keyboard.press("Enter")

    saved(page)
    assert scene.value(scene.due) == 1480
    assert not is_wider_than_its_screen(page)
