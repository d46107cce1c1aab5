"""Which standards are met, and why: the matrix of a year, one verdict explained, the year as a workbook."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.divisions import contains
from common.workbooks import safe_filename, workbook_response
from indicators.compliance_sheets import compliance_sheets
from indicators.engine import (
    Explanation,
    ExpressionError,
    UnknownPlaceError,
    as_of,
    explain,
    kept_line,
    kept_lines,
)
from indicators.models import MonthlyReport, Standard, Verdict
from indicators.views.verdict_matrix import matrix_of, standards_of
from indicators.what_if import WhatIfForm
from villages.models import Enrolment, EnrolmentQuerySet, Programme

PAGE_SIZE = 40
MOST_VILLAGES = 500


@require_safe
def verdicts(request: HttpRequest) -> HttpResponse:
    """Go to the running programme's matrix of this year, or say that there is none."""
    authorize(request.user, Permission.VIEW_WORK)
    today = localdate(clock.now())
    programme = _current(Programme.objects.visible_to(request.user), today.year)
    if programme is None:
        return render(request, "indicators/verdict_none.html")
    return redirect("indicators:matrix", programme.code, _nearest_year(programme, today.year))


@require_safe
def matrix(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Villages against standards: five verdicts, each a way down to its reasons."""
    authorize(request.user, Permission.VIEW_WORK)
    programme = _programme(request.user, code, year)
    paginator = Paginator(_enrolments(request.user, programme), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "programmes": Programme.objects.visible_to(request.user),
        "year": year,
        "years": _years(programme, localdate(clock.now()).year),
        "matrix": matrix_of(request.user, programme, year, list(page.object_list)),
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "may_export": allows(request.user, Permission.EXPORT),
        "is_demonstration": _is_demonstration(programme, year),
    }
    return render(request, "indicators/verdict_matrix.html", context)


@require_safe
def why(request: HttpRequest, pk: int, scope_code: str, year: int) -> HttpResponse:
    """Why a verdict is what it is, and what it would be if."""
    authorize(request.user, Permission.VIEW_WORK)
    standard = _standard(request.user, pk, year)
    if not contains(request.user.division_code, scope_code):
        raise Http404("这个考核对象不在您的管辖范围内。")
    context: dict[str, Any] = {"standard": standard, "programme": standard.programme, "year": year}
    if line := kept_line(standard, scope_code, year):
        kept = {"line": line} | _kept(request.user, standard, scope_code, year)
        return render(request, "indicators/verdict_kept.html", context | kept)
    try:
        context |= _explained(request, standard, scope_code, year)
    except UnknownPlaceError as error:
        raise Http404("这项标准没有这个考核对象。") from error
    except ExpressionError as error:
        context["problem"] = str(error)
    return render(request, "indicators/verdict_why.html", context)


@require_safe
def compliance_xlsx(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The compliance sheet of a year: what the reader may see, as a workbook."""
    authorize(request.user, Permission.EXPORT)
    programme = _programme(request.user, code, year)
    enrolments = list(_enrolments(request.user, programme)[: MOST_VILLAGES + 1])
    if len(enrolments) > MOST_VILLAGES:
        messages.error(
            request, f"一张达标表最多放 {MOST_VILLAGES} 个村（社区），请由各县（市、区）或乡镇分别导出。"
        )
        return redirect("indicators:matrix", programme.code, year)
    seen = Verdict.objects.visible_to(request.user).of_year(programme, year)
    sheets = compliance_sheets(
        programme=programme,
        year=year,
        standards=standards_of(request.user, programme, year),
        enrolments=enrolments,
        verdicts=list(seen.prefetch_related("standard__departments")),
        kept=kept_lines(programme, year),
        is_demonstration=_is_demonstration(programme, year),
        now=clock.now(),
    )
    return workbook_response(safe_filename(programme.name, f"{year}年达标情况") + ".xlsx", sheets)


def _explained(request: HttpRequest, standard: Standard, scope_code: str, year: int) -> dict[str, Any]:
    period = as_of(year, clock.now())
    found = explain(standard, scope_code, year, as_of=period)
    form = WhatIfForm(found, request.GET or None)
    supposed = (
        explain(standard, scope_code, year, as_of=period, overrides=form.overrides)
        if form.overrides
        else None
    )
    history = Verdict.objects.visible_to(request.user).history_of(standard, scope_code)
    return {
        "found": found,
        "form": form,
        "supposed": supposed,
        "history": history,
        "is_stale": _is_stale(found, history, year),
    }


def _kept(user: User, standard: Standard, scope_code: str, year: int) -> dict[str, Any]:
    """A verdict that stays as it was judged, and what is around it."""
    history = Verdict.objects.visible_to(user).history_of(standard, scope_code)
    return {
        "verdict": next((verdict for verdict in history if verdict.year == year), None),
        "history": history,
        "is_demonstration": _is_demonstration(standard.programme, year),
    }


def _is_stale(found: Explanation, history: list[Verdict], year: int) -> bool:
    """Whether what was computed last says something else than the figures of this moment."""
    kept = next((verdict for verdict in history if verdict.year == year), None)
    return kept is not None and kept.status != found.status


def _standard(user: User, pk: int, year: int) -> Standard:
    seen = Standard.objects.visible_to(user).asked_in(year).select_related("programme", "indicator")
    return get_object_or_404(seen.prefetch_related("departments").distinct(), pk=pk)


def _programme(user: User, code: str, year: int) -> Programme:
    programme = get_object_or_404(Programme.objects.visible_to(user), code=code)
    if year not in programme.years:
        raise Http404("方案不包括这一年。")
    return programme


def _enrolments(user: User, programme: Programme) -> EnrolmentQuerySet:
    return Enrolment.objects.visible_to(user).filter(programme=programme).for_list()


def _current(programmes: QuerySet[Programme], year: int) -> Programme | None:
    """The running programme, else the one that ended last."""
    return programmes.running_in(year).first() or programmes.order_by("-last_year").first()


def _nearest_year(programme: Programme, year: int) -> int:
    return min(max(year, programme.first_year), programme.last_year)


def _years(programme: Programme, this_year: int) -> list[int]:
    return [year for year in programme.years if year <= max(this_year, programme.first_year)]


def _is_demonstration(programme: Programme, year: int) -> bool:
    reports = MonthlyReport.objects.filter(village__enrolments__programme=programme, month__year=year)
    return reports.filter(is_demonstration=True).exists()
