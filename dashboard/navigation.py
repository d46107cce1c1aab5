"""The sidebar: one table of where one can go and which permission opens it."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, allows


@dataclass(frozen=True)
class Place:
    """A line of the sidebar; without a permission everybody sees it; `also` names its pages elsewhere."""

    label: str
    url_name: str
    icon: str
    permission: Permission | None = None
    also: tuple[str, ...] = ()


VERDICT_PAGES = (
    "indicators:why",
    "indicators:standards",
    "indicators:standard",
    "indicators:scores",
    "indicators:scorecard",
    "indicators:exemptions",
    "indicators:exempt",
    "indicators:exemption_cancel",
)
REQUEST_PAGES = ("indicators:permit", "indicators:amendment")
GRID_PAGES = ("indicators:township_grid", "indicators:county_grid", "indicators:village_grid")
PLACES = (
    Place("首页", "dashboard:home", "house"),
    Place("看板", "dashboard:overview", "bar-chart-line", Permission.VIEW_DASHBOARD),
    Place("月报", "indicators:months", "calendar3", Permission.VIEW_WORK, GRID_PAGES),
    Place("月报审核", "indicators:review", "check2-square", Permission.MONTH_REVIEW),
    Place("补报与更正", "indicators:requests", "clock-history", Permission.VIEW_WORK, REQUEST_PAGES),
    Place("达标", "indicators:verdicts", "grid-3x3-gap", Permission.VIEW_WORK, VERDICT_PAGES),
    Place("汇总", "indicators:areas", "table", Permission.VIEW_WORK),
    Place("项目", "projects:list", "kanban", Permission.VIEW_WORK),
    Place("工作措施", "projects:measures", "list-check", Permission.VIEW_WORK),
    Place("创建方案", "programme_files:list", "file-earmark-text", Permission.VIEW_WORK),
    Place("创建", "assessments:list", "award", Permission.VIEW_WORK),
    Place("督办", "assessments:orders", "megaphone", Permission.VIEW_WORK),
    Place("村（社区）", "villages:list", "houses", Permission.VIEW_WORK),
    Place("操作记录", "accounts:audit", "journal-text", Permission.VIEW_AUDIT),
    Place("后台管理", "admin:index", "gear", Permission.BACK_OFFICE),
)


def places_for(user: User) -> list[Place]:
    """The places that `user` may open, in order."""
    return [p for p in PLACES if p.permission is None or allows(user, p.permission)]


def items_for(user: User, request: HttpRequest) -> list[dict[str, object]]:
    """The sidebar that `user` has on this request, with where one is marked."""
    items = [(place, reverse(place.url_name)) for place in places_for(user)]
    here = _here(request, items)
    return [
        {"label": place.label, "url": url, "icon": place.icon, "active": url == here} for place, url in items
    ]


def _here(request: HttpRequest, items: list[tuple[Place, str]]) -> str:
    """The place that names the page, else the one with the longest address that fits; home is only itself."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    named = [url for place, url in items if view in place.also]
    fitting = [url for _, url in items if request.path.startswith(url) and url != "/"]
    return (named or sorted(fitting, key=len) or [request.path])[-1]
