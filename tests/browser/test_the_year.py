"""A year of 西湖社区 from a month's entry to the award, everybody in a browser of their own."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from indicators.services.compliance import compute_request
from tests.browser.county import NOW, PROVIDED, TYPED, County
from tests.browser.pages import go_by_menu, log_in, press, row, said, take_up, type_in
from tests.conftest import WORKER_SECONDS

pytestmark = pytest.mark.usefixtures("clock_of_the_demo")

SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OPINIONS = ("人社局", "医保局", "教体局", "组织部")


@pytest.fixture
def county(celery_worker_process) -> County:
    return County()


@pytest.fixture
def come_in(open_page) -> Callable[[User], Page]:
    """Sign in as somebody, in a browser of their own."""

    def at_home(user: User) -> Page:
        page = open_page()
        log_in(page, user)
        return page

    return at_home


def test_a_village_goes_from_its_month_to_the_award(county, come_in):
    compute_request(programme=county.programme, year=2025, now=NOW)
    leader = come_in(county.leader)
    verdict_becomes(leader, "S12", "缺数据")

    fill_the_month(come_in(county.clerk), county)
    for name, figures in PROVIDED.items():
        fill_own_figures(come_in(county.officers[name]), county, figures)
    head = come_in(county.head)
    hand_the_month_in(head, county)
    bureau = come_in(county.bureau)
    accept_the_month(bureau)

    verdict_becomes(leader, "S12", "达标")
    asks_why(leader, county)

    write_the_self_check(come_in(county.clerk))
    hand_the_application_in(head)
    publish_the_average(bureau)
    verdict_becomes(leader, "S07", "未达标")
    take_the_application_up(bureau)
    for name in OPINIONS:
        give_opinions(come_in(county.officers[name]))
    judge_what_cannot_be_measured(bureau)
    pass_with_the_reason(bureau)
    award(come_in(county.city))

    sees_the_award(leader)
    reads_the_trail(come_in(county.auditor), county)


def fill_the_month(page: Page, county: County) -> None:
    take_up(page, "西湖社区 2025年11月月报")
    type_in(page, {county.label(code): text for code, text in TYPED.items()})
    page.get_by_label(county.label("village_plan_done"), exact=True).select_option(label="是")
    press(page, "保存草稿")
    said(page, f"已保存 {len(TYPED) + 1} 项。")


def fill_own_figures(page: Page, county: County, figures: dict[str, str]) -> None:
    """A department finds its own cells open, and nothing else."""
    take_up(page, "西湖社区 2025年11月数据")
    expect(page.locator(".cell-input")).to_have_count(len(figures))
    type_in(page, {county.label(code): text for code, text in figures.items()})
    press(page, "保存草稿")
    said(page, f"已保存 {len(figures)} 项。")


def hand_the_month_in(page: Page, county: County) -> None:
    """Nothing is missing: a community is not asked for what it does not have. The unusual is explained."""
    take_up(page, "西湖社区 2025年11月月报")
    press(page, "上报给乡村振兴局")
    said(page, "还没有上报：有 4 处数据要核对")
    for remark in page.locator(".cell-note[open] textarea").all():
        remark.fill("新增居民较多，已核实。")
    press(page, "上报给乡村振兴局")
    said(page, "已上报给乡村振兴局，等待受理。")


def accept_the_month(page: Page) -> None:
    take_up(page, "2025年11月月报审核")
    page.get_by_role("link", name="西湖社区 2025年11月").click()
    press(page, "受理，数据计入达标计算")
    said(page, "已受理")


def verdict_becomes(page: Page, code: str, word: str) -> None:
    """Look at the matrix until the worker has computed."""
    go_by_menu(page, "达标")
    expect(page.get_by_role("heading", level=1)).to_contain_text("达标情况")
    deadline = time.monotonic() + WORKER_SECONDS
    while not verdict(page, code).get_by_text(word, exact=True).count():
        assert time.monotonic() < deadline, f"{code} 没有变成{word}"
        page.wait_for_timeout(200)
        page.reload()


def verdict(page: Page, code: str) -> Locator:
    return row(page, "西湖社区").locator(f"a[title^='{code} ']")


def asks_why(page: Page, county: County) -> None:
    """The way down: the sentence, the formula with its figures, who typed them and who accepted them."""
    verdict(page, "S12").click()
    why = page.get_by_role("main")
    expect(why).to_contain_text("98.93%")
    expect(why).to_contain_text("2,410 ÷ 2,436 × 100")
    expect(why).to_contain_text(county.officers["医保局"].name)
    expect(why).to_contain_text(county.bureau.name)


def write_the_self_check(page: Page) -> None:
    """Begin the year's self-check, say what was found, and put a scan beside one standard."""
    take_up(page, "西湖社区 2025年创建")
    press(row(page, "西湖社区"), "发起自查")
    said(page, "自查已发起")
    type_in(
        page, {"Q01 自查说明": "“两委”健全，党组织三星级。", "Q02 自查说明": "收益分配经居民代表会议通过。"}
    )
    page.get_by_label("自查报告").fill("一年来，西湖社区对照创建标准逐项自查，十项达到，一项参照值尚未公布。")
    press(page, "保存自查内容")
    said(page, "自查内容已保存。")
    row(page, "Q02").get_by_role("link", name="添加佐证").click()
    page.get_by_label("这份材料说明什么").fill("2025年收益分配方案（居民代表会议纪要）")
    page.get_by_label("文件").set_input_files(
        {"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )
    press(page, "上传并添加")
    said(page, "已添加")


def hand_the_application_in(page: Page) -> None:
    page.goto("/")
    take_up(page, "西湖社区 2025年创建")
    press(page, "提交验收申请，报乡村振兴局（农办）")
    said(page, "已办理：提交验收申请。")
    expect(page.get_by_text("提交时冻结")).to_be_visible()


def publish_the_average(page: Page) -> None:
    """The region's figure comes out after the application was handed in."""
    page.goto("/admin/indicators/referencevalue/add/")
    page.get_by_label("参照序列").select_option(label="农村居民人均可支配收入")
    figure = {"地区代码:": "64", "年份:": "2025", "数值:": "25000", "来源:": "自治区统计局公布数"}
    type_in(page, figure)
    press(page, "保存")
    expect(page.locator(".messagelist .success")).to_be_visible()


def take_the_application_up(page: Page) -> None:
    page.goto("/")
    take_up(page, "西湖社区 2025年创建")
    press(page, "开始评估验收，请成员单位提意见")
    said(page, "已办理：开始评估验收。")


def give_opinions(page: Page) -> None:
    """A department finds its own standards, reads what was handed in, and agrees."""
    take_up(page, "西湖社区 2025年评估验收")
    for choice in page.get_by_label("同意", exact=True).all():
        choice.check()
    press(page, "提交意见给农办")
    said(page, "意见")


def judge_what_cannot_be_measured(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="作评审判定", exact=True).click()
    for code in ("Q01", "Q02"):
        standard = page.get_by_role("region", name=code)
        standard.get_by_label("达标", exact=True).check()
        standard.get_by_label("判定依据").fill("现场查看，材料齐全。")
        press(standard, "记下判定")
        said(page, f"{code} ")


def pass_with_the_reason(page: Page) -> None:
    """What nobody published cannot be judged: the bureau may pass it, but has to say why."""
    page.get_by_role("link", name="返回申请，去作结论").click()
    decision = page.get_by_role("region", name="办理", exact=True)
    expect(decision).to_contain_text("S07 人均可支配收入达到全区农民平均：缺数据")
    expect(decision).to_contain_text("项标准还缺成员单位意见")
    decision.get_by_label("理由").first.fill("全区数据次年公布，收入已高于上年全区平均，同意通过。")
    press(decision, "通过，报请市级复审复验")
    said(page, "已办理：通过评估验收。")


def award(page: Page) -> None:
    take_up(page, "西湖社区 2025年创建")
    press(page, "开始复审复验")
    page.get_by_role("link", name="通过，授牌…").click()
    page.get_by_label("以奖代补资金").fill("50")
    press(page, "通过复审复验并授牌")
    said(page, "已授予西湖社区“银川市移民致富提升示范村(社区)”称号。")


def sees_the_award(page: Page) -> None:
    """On the dashboard, and behind it the application with its title and funds."""
    go_by_menu(page, "看板")
    expect(page.get_by_role("main")).to_contain_text("评审中 0，已授牌 1")
    page.get_by_role("region", name="2025 年验收申请").get_by_role("link", name="西湖社区").click()
    given = page.get_by_role("region", name="授牌和以奖代补")
    expect(given).to_contain_text("银川市移民致富提升示范村(社区)")
    expect(given).to_contain_text("50.00 万元")
    expect(row(page, "S07")).to_contain_text("缺数据")  # as it was handed in


def reads_the_trail(page: Page, county: County) -> None:
    """Every step stands in the trail, with the person who took it."""
    go_by_menu(page, "操作记录")
    steps = [
        ("月报", county.clerk),
        ("提交验收申请", county.head),
        ("通过评估验收", county.bureau),
        ("授牌", county.city),
    ]
    for action, person in steps:
        expect(row(page, action).filter(has_text=person.name).first).to_be_visible()
