"""What an area's villages add up to, and the way down from a province to a village."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, authorize
from common import clock
from common.divisions import Level, contains
from indicators.area_sheet import area_name, area_sheet
from indicators.engine import Period
from indicators.forms import AreaFilter
from indicators.models import DataElement, MonthlyReport
from villages.models import Programme


@require_safe
def area(request: HttpRequest) -> HttpResponse:
    """The parts of an area with what their villages add up to, as of a month: one group of elements."""
    authorize(request.user, Permission.VIEW_WORK)
    code = _area(request)
    today = localdate(clock.now())
    programmes = Programme.objects.visible_to(request.user)
    asked = list(DataElement.objects.filter(asked_by__programme__in=programmes).distinct())
    groups = list(dict.fromkeys(element.group for element in asked))
    latest = {"year": today.year, "month": today.month, "group": groups[0] if groups else ""}
    form = AreaFilter(latest | request.GET.dict(), years=_years(programmes, today), groups=groups)
    period, group = _period(form, today), form.chosen("group", latest["group"])
    shown = [element for element in asked if element.group == group]
    sheet = area_sheet(code, period, shown, within=request.user.division_code)
    reports = MonthlyReport.objects.accepted().visible_to(request.user)
    context = {"form": form, "name": area_name(code), "sheet": sheet, "group": group}
    context |= {"month": period.first_day, "above": list(_above(request.user, code))}
    context["is_demonstration"] = reports.filter(month__year=period.year, is_demonstration=True).exists()
    return render(request, "indicators/area_detail.html", context)


def _area(request: HttpRequest) -> str:
    """The area that was asked for, the reader's own if none; 404 for what lies outside it."""
    home = request.user.division_code[: Level.TOWNSHIP]
    code = request.GET.get("area", "") or home
    if not (contains(home, code) and len(code) in {*Level} - {Level.VILLAGE}):
        raise Http404("您的管辖范围里没有这个地区。")
    return code


def _period(form: AreaFilter, today: date) -> Period:
    """The month that was chosen; the last one of an earlier year, this month of the running one."""
    year = form.chosen("year", today.year)
    latest = today.month if year == today.year else 12
    return Period(year, min(form.chosen("month", latest), latest))


def _years(programmes: QuerySet[Programme], today: date) -> list[int]:
    first = min((programme.first_year for programme in programmes), default=today.year)
    return list(range(today.year, min(first, today.year) - 1, -1))


def _above(user: User, code: str) -> Iterator[tuple[str, str]]:
    """The areas that lie between the reader's own and this one: code and name."""
    own = len(user.division_code)
    for level in Level:
        if own <= level < len(code):
            yield code[:level], area_name(code[:level])
