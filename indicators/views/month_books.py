"""Workbooks that go out: a month to fill in, and the ledger as a long table."""

from datetime import date

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, authorize
from common import clock
from common.divisions import contains
from common.workbooks import CONTENT_TYPE, safe_filename
from indicators.ledger_books import MOST_ROWS, LedgerWanted, ledger_file
from indicators.models import DataElement
from indicators.month_books.rights import fillable_elements
from indicators.month_books.template import month_book
from indicators.services.imports import authorize_import
from villages.models import Village

MOST_VILLAGES = 5_000  # in a workbook that is filled in by hand


@require_safe
@cache_control(private=True, no_store=True)
def month_template(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """A month of the person's villages as a workbook to fill in and bring back."""
    authorize_import(request.user)
    first_day, place = _month(year, month), _place(request)
    villages = list(_villages(request, place[0]).order_by("code")[: MOST_VILLAGES + 1])
    if not villages:
        messages.error(request, "您单位管理范围内没有要填月报的村（社区）。")
        return redirect("indicators:months")
    if len(villages) > MOST_VILLAGES:
        messages.error(request, f"一份填报表最多 {MOST_VILLAGES} 个村（社区），请先选择一个乡镇（街道）。")
        return redirect("indicators:months")
    content = month_book(request.user, villages, first_day, place=place[1], today=localdate(clock.now()))
    name = f"{safe_filename(f'{first_day:%Y-%m}', place[1], '月报填报表')}.xlsx"
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@require_safe
@cache_control(private=True, no_store=True)
def ledger_table(request: HttpRequest, year: str, month: str = "") -> HttpResponseBase:
    """The ledger of a month or a year as one long table: a township's, or all that the reader sees."""
    authorize(request.user, Permission.EXPORT)
    months = [_month(year, month)] if month else [date(int(year), number, 1) for number in range(1, 13)]
    code, place = _place(request)
    if _villages(request, code).count() * len(months) > MOST_ROWS:
        messages.error(request, "一张表放不下这么多行，请先选择一个乡镇（街道），或者按月下载。")
        return redirect("indicators:months")
    period = f"{year}年{months[0].month}月" if month else f"{year}年"
    wanted = LedgerWanted(code, months, _elements(request), f"{place}{period}台账")
    name = f"{safe_filename(year + (f'-{months[0]:%m}' if month else ''), place, '台账明细')}.xlsx"
    return FileResponse(ledger_file(wanted), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _month(year: str, month: str) -> date:
    try:
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise Http404("没有这个月份。") from error


def _villages(request: HttpRequest, code: str):
    mine = Village.objects.visible_to(request.user).filter(enrolments__isnull=False)
    return mine.filter(code__startswith=code).distinct()


def _place(request: HttpRequest) -> tuple[str, str]:
    """The division whose villages are wanted, and its name: the person's own, or a township inside it."""
    code = request.GET.get("township", "")
    if not code:
        organisation = request.user.organisation
        is_township = organisation.kind == organisation.Kind.TOWNSHIP
        return request.user.division_code, str(organisation) if is_township else ""
    names = dict(_villages(request, "").townships())
    if code not in names or not contains(request.user.division_code, code):
        raise Http404("没有这个乡镇（街道）。")
    return code, names[code]


def _elements(request: HttpRequest) -> list[DataElement]:
    return fillable_elements(request.user)
