"""The grid: a township's month or a village's year on one screen, typed as in a workbook."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.division_names import division_name
from common.divisions import Level
from common.months import month_after, month_before
from indicators.models import MonthlyReport
from indicators.models.due import due_date
from indicators.views.grid_cells import authorize_typing
from indicators.views.grid_desk import Grid, month_grid, village_grid
from indicators.views.grid_plain import PlainOutcome, plain_rows, save_plain
from indicators.views.grid_table import body_of, head_of, script_data
from indicators.views.month_carry import take_over
from villages.models import Village

Context = Callable[[User, Grid], dict[str, Any]]


@require_safe
def grid(request: HttpRequest) -> HttpResponse:
    """To the grid of the month that waits longest for this person, else of this month."""
    authorize(request.user, Permission.VIEW_WORK)
    place = _first_place(request.user)
    if place is None:
        return redirect("indicators:months")
    township, month = place
    only_owned = not allows(request.user, Permission.MONTH_EDIT)
    if only_owned and allows(request.user, Permission.MONTH_EDIT_OWNED):
        return redirect(_month_url(township[: Level.COUNTY], month))
    return redirect(_month_url(township, month))


@require_http_methods(["GET", "HEAD", "POST"])
def township(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """A township's month: villages are rows, elements are columns."""

    def lay_out() -> Grid:
        return month_grid(request.user, code, int(year), int(month), clock.now())

    return _answer(request, lay_out, _township_context)


@require_http_methods(["GET", "HEAD", "POST"])
def county(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """A county's month for a department: what it provides, of every village."""
    authorize(request.user, Permission.MONTH_EDIT_OWNED)

    def lay_out() -> Grid:
        return month_grid(request.user, code, int(year), int(month), clock.now())

    return _answer(request, lay_out, _county_context)


@require_http_methods(["GET", "HEAD", "POST"])
def village(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """A village's year: elements are rows, months are columns."""

    def lay_out() -> Grid:
        return village_grid(request.user, code, int(year), clock.now())

    return _answer(request, lay_out, _village_context)


def _answer(request: HttpRequest, lay_out: Callable[[], Grid], context: Context) -> HttpResponse:
    found = lay_out()
    if request.method != "POST":
        return (
            _plain(request, found, PlainOutcome(), context)
            if "plain" in request.GET
            else _sheet(request, found, context)
        )
    authorize_typing(request.user)
    outcome = save_plain(request.user, found, request.POST)
    _say(request, outcome)
    if outcome.is_clean:
        if "carry" in request.POST and found.is_month:
            take_over(request, [sheet.village for sheet in found.sheets], found.sheets[0].month)
        return redirect(f"{request.path}?plain")
    return _plain(request, lay_out(), outcome, context)


def _sheet(request: HttpRequest, found: Grid, context: Context) -> HttpResponse:
    page = {"grid": found, "head": head_of(found), "body": body_of(found), "may_type": found.is_open}
    page |= {"data": script_data(found, request.user)}
    return render(request, "indicators/grid.html", page | context(request.user, found))


def _plain(request: HttpRequest, found: Grid, outcome: PlainOutcome, context: Context) -> HttpResponse:
    page = {"grid": found, "head": head_of(found), "rows": plain_rows(found, outcome), "outcome": outcome}
    return render(request, "indicators/grid_plain.html", page | context(request.user, found))


def _say(request: HttpRequest, outcome: PlainOutcome) -> None:
    if outcome.taken:
        messages.info(request, f"您填写期间别人改了 {outcome.taken} 格，已按对方的保留。")
    if outcome.saved:
        messages.success(request, f"已保存 {outcome.saved} 格。")
    elif outcome.is_clean and "carry" not in request.POST:
        messages.info(request, "没有新的改动，不用保存。")


def _township_context(user: User, found: Grid) -> dict[str, Any]:
    village = found.sheets[0].village
    return _month_context(user, found, village.township_code, village.township_name) | {
        "may_submit": allows(user, Permission.MONTH_SUBMIT, within=village.township_code),
        "may_export": allows(user, Permission.EXPORT),
    }


def _county_context(user: User, found: Grid) -> dict[str, Any]:
    code = found.sheets[0].village.code[: Level.COUNTY]
    return _month_context(user, found, code, division_name(code))


def _month_context(user: User, found: Grid, code: str, name: str) -> dict[str, Any]:
    month, today = found.sheets[0].month, localdate(clock.now())
    before, after = month_before(month), month_after(month)
    return {
        "title": f"{name} {month.year}年{month.month}月",
        "place_code": code,
        "place_name": name,
        "month": month,
        "today": today,
        "due_date": due_date(found.programmes, month) if _has_open_sheet(found) else None,
        "before_url": _month_url(code, before),
        "after_url": _month_url(code, after) if after <= today else "",
        "townships": _neighbours(user, code, month),
    }


def _village_context(user: User, found: Grid) -> dict[str, Any]:
    village, month = found.sheets[0].village, found.sheets[0].month
    now = localdate(clock.now())
    return {
        "title": f"{village.name} {month.year}年",
        "place_name": village.township_name,
        "village": village,
        "month": month,
        "today": now,
        "before_url": reverse("indicators:village_grid", args=[village.code, month.year - 1]),
        "after_url": reverse("indicators:village_grid", args=[village.code, month.year + 1])
        if month.year < now.year
        else "",
        "townships": [],
    }


def _has_open_sheet(found: Grid) -> bool:
    return any(sheet.report.is_editable for sheet in found.sheets)


def _month_url(code: str, month: date) -> str:
    """The grid of a township's month, or of a county's."""
    name = "township_grid" if len(code) == Level.TOWNSHIP else "county_grid"
    return reverse(f"indicators:{name}", args=[code, month.year, month.month])


def _neighbours(user: User, code: str, month: date) -> list[dict[str, Any]]:
    """The townships of a person who sees more than one: a page each, and for a department one of all."""
    if len(user.division_code) >= Level.TOWNSHIP:
        return []
    county = code[: Level.COUNTY]
    enrolled = Village.objects.visible_to(user).filter(code__startswith=county, enrolments__isnull=False)
    places = list(enrolled.townships())
    if allows(user, Permission.MONTH_EDIT_OWNED):
        places.insert(0, (county, "全部"))
    return [{"name": name, "url": _month_url(each, month), "is_here": each == code} for each, name in places]


def _first_place(user: User) -> tuple[str, date] | None:
    """Township and month: what is due longest, else this month in the first township with villages."""
    now = clock.now()
    if allows(user, Permission.MONTH_EDIT):
        due = MonthlyReport.objects.months_due(user, at=now)[:1]
    elif allows(user, Permission.MONTH_EDIT_OWNED):
        due = MonthlyReport.objects.figures_due(user, at=now)[:1]
    else:
        due = []
    if due:
        return due[0].village.township_code, due[0].month
    villages = Village.objects.visible_to(user).filter(enrolments__isnull=False)
    first = villages.order_by("code").first()
    return (first.township_code, localdate(now).replace(day=1)) if first else None
