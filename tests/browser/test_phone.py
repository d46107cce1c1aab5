"""The pages on a phone (390 x 844) and on an office screen: nothing sticks out, nothing breaks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from assessments.models import Application
from assessments.services import self_checks, submissions
from indicators.services.compliance import compute_request, compute_run
from tests.browser.county import NOW, TYPED, WEST_LAKE, County
from tests.browser.pages import go_by_menu, is_wider_than_its_screen, log_in, press, said, type_in
from tests.factories import ProjectFactory, ProjectFundFactory

pytestmark = pytest.mark.usefixtures("clock_of_the_demo")

SIZES = ("desk", "phone")
FINGER = 40  # pixels
ROLES = ("clerk", "head", "department", "bureau", "city", "leader", "auditor", "administrator")
# Pages behind those of the menu; who may not open one is not sent there.
DEEPER = {
    "clerk": ["/indicators/months/{village}/2025/11/", "/assessments/{application}/", "/villages/{village}/"],
    "head": ["/assessments/{application}/self-check/", "/villages/{village}/evidence/add/"],
    "department": ["/indicators/months/{village}/2025/11/", "/assessments/{application}/"],
    "bureau": ["/projects/new/", "/projects/{project}/", "/indicators/why/{standard}/{village}/2025/"],
    "leader": ["/assessments/orders/new/", "/indicators/standard/{standard}/"],
    "auditor": ["/indicators/standards/lingwu/", "/assessments/{application}/report/"],
    "administrator": ["/accounts/password/"],
}


@pytest.fixture
def county(transactional_db) -> County:
    county = County()
    job = compute_request(programme=county.programme, year=2025, now=NOW)
    compute_run(job_id=job.pk, now=NOW)
    return county


@pytest.fixture
def application(county) -> Application:
    """The self-check of 西湖社区, begun and written."""
    enrolment = county.programme.enrolments.get(village=county.village)
    application = self_checks.application_open(enrolment=enrolment, actor=county.clerk, now=NOW)
    return self_checks.self_check_save(
        application=application,
        seen_version=0,
        report="一年来，西湖社区对照创建标准逐项自查，均已达到。",
        statements=dict.fromkeys(application.items.values_list("standard", flat=True), "已达到，材料齐全。"),
        actor=county.clerk,
        now=NOW,
    )


@pytest.fixture
def numbers(county, application) -> dict[str, object]:
    """What the addresses of the deeper pages are filled with."""
    project = ProjectFactory(programme=county.programme, status="started", villages=[county.village])
    ProjectFundFactory(project=project, budget=100, allocated=80, paid=30)
    standard = county.programme.standards.get(code="S12")
    found = {"village": WEST_LAKE, "application": application, "project": project, "standard": standard}
    return {name: getattr(value, "pk", value) for name, value in found.items()}


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_screen_and_none_complains(open_page, county, numbers, size):
    wider = [
        (role, address)
        for role in ROLES
        for address in wider_pages(open_page(somebody(county, role), size=size), role, numbers)
    ]

    assert wider == []  # and open_page tolerates no complaint in the console


@pytest.mark.parametrize("size", SIZES)
def test_one_comes_in_by_the_login_page(open_page, county, size):
    page = open_page(size=size)
    page.goto("/indicators/months/")
    page.get_by_label("用户名").fill(county.clerk.username)
    page.get_by_label("密码").fill("not-this-one")
    press(page, "登录")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not is_wider_than_its_screen(page)

    log_in(page, county.clerk)

    assert page.url.endswith("/")


def test_the_menu_opens_closes_and_leads_on(open_page, county):
    page = open_page(county.clerk, size="phone")
    page.goto("/")
    menu = page.get_by_role("navigation", name="主导航")
    expect(menu).not_to_be_in_viewport()

    page.get_by_role("button", name="菜单").tap()
    expect(menu.get_by_role("link", name="月报", exact=True)).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(menu).not_to_be_in_viewport()
    page.get_by_role("button", name="菜单").tap()
    go_by_menu(page, "月报")

    expect(page.get_by_role("heading", level=1)).to_contain_text("月报")


def test_a_clerk_fills_a_month_with_the_thumb(open_page, county):
    page = open_page(county.clerk, size="phone")
    page.goto(county.month_url)

    type_in(page, {county.label(code): text for code, text in TYPED.items()})
    too_small = [cell for cell in page.locator(".cell-input").all() if not fits_a_finger(cell)]
    press(page, "保存草稿")

    said(page, f"已保存 {len(TYPED)} 项。")
    assert too_small == []


def test_what_is_wrong_in_a_month_is_seen_and_leads_to_its_cell(open_page, county):
    page = open_page(county.clerk, size="phone")
    page.goto(county.month_url)
    type_in(page, {county.label("population"): "两千"})
    press(page, "保存草稿")

    summary = page.get_by_role("alert")
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link").tap()

    expect(page.get_by_label(county.label("population"), exact=True)).to_be_in_viewport()


def test_a_leader_reads_the_dashboard(open_page, county, application):
    submissions.application_submit(application=application, actor=county.head, now=NOW)
    page = open_page(county.leader, size="phone")

    page.goto("/overview/")

    expect(page.get_by_text("评审中 1，已授牌 0")).to_be_visible()
    charts = page.get_by_role("img").filter(has=page.locator("svg"))
    expect(charts).to_have_count(2)  # the third, of money, waits for a project
    assert all(0 < chart.bounding_box()["width"] <= 390 for chart in charts.all())
    expect(page.get_by_role("region", name="2025 年验收申请")).to_contain_text("西湖社区")


def somebody(county: County, role: str) -> User:
    return county.officers["人社局"] if role == "department" else getattr(county, role)


def wider_pages(page: Page, role: str, numbers: dict[str, object]) -> Iterator[str]:
    """Walk through all that the role's menu offers and what lies behind it."""
    page.goto("/")
    deeper = (path.format(**numbers) for path in DEEPER.get(role, []))
    for address in [*of_the_menu(page), *deeper]:
        if opens(page, address) and is_wider_than_its_screen(page):
            yield address


def of_the_menu(page: Page) -> Iterator[str]:
    links = page.get_by_role("navigation", name="主导航").get_by_role("listitem").get_by_role("link")
    return (link.get_attribute("href") or "" for link in links.all())


def opens(page: Page, address: str) -> bool:
    """Open a page; an error of the server is told with the address."""
    response = page.goto(address)
    assert response is not None
    assert response.status == 200, address
    return True


def fits_a_finger(cell: Locator) -> bool:
    box = cell.bounding_box()
    assert box is not None
    return box["height"] >= FINGER and box["x"] >= 0 and box["x"] + box["width"] <= 390
