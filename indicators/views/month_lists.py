"""The lists of months: a township's year at a glance, and what waits for the bureau."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.divisions import Level
from common.workbooks import safe_filename, workbook_response
from indicators.exports import ledger_sheet
from indicators.forms import MonthsFilter
from indicators.models import MonthlyReport
from indicators.services.imports import may_import
from indicators.views.month_calendar import calendar_of
from indicators.views.month_queue import queue_rows
from villages.models import Programme, Village

PAGE_SIZE = 40
REVIEW_SIZE = 100
MOST_COLUMNS = 200


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """A year of months, village by village, as far as the reader's division goes."""
    authorize(request.user, Permission.VIEW_WORK)
    now = clock.now()
    today = localdate(now)
    form = MonthsFilter(
        request.GET, years=_years(request.user, today.year), townships=_townships(request.user)
    )
    year, township = form.chosen("year", today.year), form.chosen("township", "")
    page = _page(request, _villages(request.user, township, year))
    calendar = calendar_of(request.user, list(page.object_list), year=year, today=today)
    context = {"form": form, "year": year, "township": township, "today": today, "calendar": calendar}
    context |= {"page": page, "pages": _pages(page)}
    return render(request, "indicators/month_list.html", context | _next_steps(request.user, now))


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """What the bureau has not looked at yet: what can be accepted together, then the rest."""
    authorize(request.user, Permission.MONTH_REVIEW)
    waiting = MonthlyReport.objects.visible_to(request.user).waiting_for_review().in_queue_order()
    waiting = waiting.prefetch_related("village__enrolments__programme", "steps__by")
    page = Paginator(waiting, REVIEW_SIZE).get_page(request.GET.get("page"))
    rows = queue_rows(list(page.object_list), request.user)
    context = {
        "page": page,
        "pages": _pages(page),
        "rows": rows,
        "clean": [row for row in rows if not row.reasons],
        "others": [row for row in rows if row.reasons],
        "today": localdate(clock.now()),
    }
    return render(request, "indicators/month_review.html", context)


@require_safe
def ledger_xlsx(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """The ledger of a month as a workbook: the reader's villages, or those of one township."""
    authorize(request.user, Permission.EXPORT)
    try:
        first_day = date(int(year), int(month), 1)
    except ValueError as error:
        raise Http404("没有这个月份。") from error
    townships = dict(_townships(request.user))
    code = request.GET.get("township", "")
    if code and code not in townships:
        raise Http404("没有这个乡镇（街道）。")
    villages = _villages(request.user, code, first_day.year)
    if villages.count() > MOST_COLUMNS:
        messages.error(request, f"一张台账最多放 {MOST_COLUMNS} 个村（社区），请先选择一个乡镇（街道）。")
        return redirect("indicators:months")
    place = townships.get(code, "") or (next(iter(townships.values())) if len(townships) == 1 else "")
    sheet = ledger_sheet(villages, first_day, place=place)
    return workbook_response(f"{safe_filename(f'{first_day:%Y-%m}', place, '月度台账')}.xlsx", [sheet])


def _villages(user: User, township: str, year: int) -> QuerySet[Village]:
    enrolled = Village.objects.visible_to(user).filter(enrolments__programme__first_year__lte=year + 1)
    return enrolled.filter(code__startswith=township).for_list().distinct()


def _years(user: User, this_year: int) -> list[int]:
    """From the year before the first programme, whose figures growth is measured against, to this year."""
    first_years = Programme.objects.visible_to(user).values_list("first_year", flat=True)
    return list(range(this_year, min(first_years, default=this_year + 1) - 2, -1))


def _townships(user: User) -> list[tuple[str, str]]:
    code = Left("code", Level.TOWNSHIP.value)
    villages = Village.objects.visible_to(user).filter(enrolments__isnull=False)
    return list(villages.order_by(code).values_list(code, "township_name").distinct())


def _next_steps(user: User, now: Any) -> dict[str, Any]:
    """The one thing to do next from here: the month that is due longest, or the queue."""
    next_due = (
        MonthlyReport.objects.months_due(user, at=now)[:1] if allows(user, Permission.MONTH_EDIT) else []
    )
    return {
        "next_due": next_due[0] if next_due else None,
        "may_type": allows(user, Permission.MONTH_EDIT) or allows(user, Permission.MONTH_EDIT_OWNED),
        "may_review": allows(user, Permission.MONTH_REVIEW),
        "may_export": allows(user, Permission.EXPORT),
        "may_import": may_import(user),
    }


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def _pages(page: Page[Any]) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number))
