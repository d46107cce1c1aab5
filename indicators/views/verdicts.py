"""Which standards are met: the matrix of a year as of any month, and the year as a workbook."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.workbooks import safe_filename, workbook_response
from indicators.as_of import MatrixForm
from indicators.compliance_sheets import compliance_sheets
from indicators.engine import ExpressionError, as_of, kept_lines
from indicators.models import Forecast, ScoreSection, Verdict
from indicators.views.programme_years import find_programme, is_demonstration, years_so_far
from indicators.views.verdict_matrix import Matrix, matrix_as_of, matrix_of, standards_of
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
    now = clock.now()
    programme = find_programme(request.user, code, year)
    form = MatrixForm(request.GET, latest=as_of(year, now), is_running=localdate(now).year == year)
    enrolments = _enrolments(request.user, programme)
    if form.only_at_risk:
        enrolments = enrolments.filter(village__in=_at_risk(request.user, programme, year))
    paginator = Paginator(enrolments, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "programmes": Programme.objects.visible_to(request.user),
        "year": year,
        "years": years_so_far(programme, localdate(now).year),
        "form": form,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "may_export": allows(request.user, Permission.EXPORT),
        "has_scores": ScoreSection.objects.visible_to(request.user).filter(programme=programme).exists(),
        "is_demonstration": is_demonstration(programme, year),
    }
    try:
        context["matrix"] = _matrix(request.user, programme, form, list(page.object_list), now)
    except ExpressionError as error:
        context["problem"] = str(error)
    return render(request, "indicators/verdict_matrix.html", context)


@require_safe
def compliance_xlsx(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The compliance sheet of a year: what the reader may see, as a workbook."""
    authorize(request.user, Permission.EXPORT)
    programme = find_programme(request.user, code, year)
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
        is_demonstration=is_demonstration(programme, year),
        now=clock.now(),
    )
    return workbook_response(safe_filename(programme.name, f"{year}年达标情况") + ".xlsx", sheets)


def _matrix(
    user: User, programme: Programme, form: MatrixForm, enrolments: list[Enrolment], now: datetime
) -> Matrix:
    """What is stored of a year, or what it would have been as of an earlier month."""
    if form.looks_back:
        return matrix_as_of(user, programme, form.chosen, enrolments, now=now)
    return matrix_of(user, programme, form.latest.year, enrolments)


def _at_risk(user: User, programme: Programme, year: int) -> Any:
    """The villages that may miss a standard at the end of the year."""
    warned = Forecast.objects.visible_to(user).of_year(programme, year).early_warnings()
    return warned.filter(village__isnull=False).order_by().values("village")


def _enrolments(user: User, programme: Programme) -> EnrolmentQuerySet:
    return Enrolment.objects.visible_to(user).filter(programme=programme).for_list()


def _current(programmes: QuerySet[Programme], year: int) -> Programme | None:
    """The running programme, else the one that ended last."""
    return programmes.running_in(year).first() or programmes.order_by("-last_year").first()


def _nearest_year(programme: Programme, year: int) -> int:
    return min(max(year, programme.first_year), programme.last_year)
