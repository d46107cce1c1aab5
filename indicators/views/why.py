"""One verdict explained: why it is what it is, how it came there through the year, where the year may end."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, authorize
from common import clock
from common.divisions import contains
from indicators import charts
from indicators.as_of import AsOfForm
from indicators.engine import (
    Explanation,
    ExpressionError,
    UnknownPlaceError,
    as_of,
    is_too_wide,
    kept_line,
    open_case,
    prospect,
    trend,
)
from indicators.models import MonthlyReport, Standard, Verdict
from indicators.views.why_scoring import exemption_of, scoring_of
from indicators.what_if import WhatIfForm


@require_safe
def why(request: HttpRequest, pk: int, scope_code: str, year: int) -> HttpResponse:
    """Why a verdict is what it is, as of any month, and what it would be if."""
    authorize(request.user, Permission.VIEW_WORK)
    standard = _standard(request.user, pk, year)
    if not contains(request.user.division_code, scope_code):
        raise Http404("这个考核对象不在您的管辖范围内。")
    context: dict[str, Any] = {"standard": standard, "programme": standard.programme, "year": year}
    if line := kept_line(standard, scope_code, year):
        kept = {"line": line} | _kept(request.user, standard, scope_code, year)
        return render(request, "indicators/verdict_kept.html", context | kept)
    try:
        context |= _explained(request, standard, scope_code, year, clock.now())
    except UnknownPlaceError as error:
        raise Http404("这项标准没有这个考核对象。") from error
    except ExpressionError as error:
        context["problem"] = str(error)
    return render(request, "indicators/verdict_why.html", context)


def _explained(
    request: HttpRequest, standard: Standard, scope_code: str, year: int, now: datetime
) -> dict[str, Any]:
    months = AsOfForm(request.GET, latest=as_of(year, now))
    case = open_case(standard, scope_code, year, as_of=months.chosen)
    found = case.explain()
    form = WhatIfForm(found, request.GET or None)
    history = Verdict.objects.visible_to(request.user).history_of(standard, scope_code)
    points = trend(case)
    expected = prospect(case) if year == localdate(now).year and not months.looks_back else None
    return {
        "found": found,
        "scoring": scoring_of(request.user, standard, scope_code, year, found.outcome.score),
        **exemption_of(request.user, standard, scope_code, year),
        "months": months,
        "form": form,
        "is_tried": any(name.startswith(f"{form.prefix}-") for name in request.GET),
        "supposed": case.supposing(form.overrides).explain() if form.overrides else None,
        "history": history,
        "is_stale": not months.looks_back and _is_stale(found, history, year),
        "points": points,
        "prospect": expected,
        "is_too_wide": is_too_wide(case),
        "course": _chart(points, expected, standard),
    }


def _chart(points: Any, expected: Any, standard: Standard) -> dict[str, Any] | None:
    """The drawing of the year; None where there is no figure to draw."""
    unit = standard.indicator.unit if standard.indicator else ""
    known = any(point.outcome.value is not None for point in points)
    return charts.course(points, expected, unit, standard.names) if known else None


def _kept(user: User, standard: Standard, scope_code: str, year: int) -> dict[str, Any]:
    """A verdict that stays as it was judged, and what is around it."""
    history = Verdict.objects.visible_to(user).history_of(standard, scope_code)
    reports = MonthlyReport.objects.filter(village__enrolments__programme=standard.programme)
    return exemption_of(user, standard, scope_code, year) | {
        "verdict": next((verdict for verdict in history if verdict.year == year), None),
        "history": history,
        "is_demonstration": reports.filter(month__year=year, is_demonstration=True).exists(),
    }


def _is_stale(found: Explanation, history: list[Verdict], year: int) -> bool:
    """Whether what was computed last says something else than the figures of this moment."""
    kept = next((verdict for verdict in history if verdict.year == year), None)
    return kept is not None and kept.status != found.status


def _standard(user: User, pk: int, year: int) -> Standard:
    seen = Standard.objects.visible_to(user).asked_in(year).select_related("programme", "indicator__choice")
    return get_object_or_404(seen.prefetch_related("departments").distinct(), pk=pk)
