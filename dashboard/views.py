"""What people see first, the leaders' dashboard, and the address that says whether the site is well."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import Notice, User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.months import month_before
from dashboard import charts, queries, tiles
from dashboard.dossier import dossier_of
from dashboard.forms import OverviewForm
from dashboard.todo import todo_for
from dashboard.warnings import early_warnings
from villages.models import Programme, Village

NOTICES_SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, then how the month and the year stand."""
    now = clock.now()
    today = localdate(now)
    todo = todo_for(request.user, at=now)
    reads_work = allows(request.user, Permission.VIEW_WORK)
    programme = queries.current_programme(request.user, "", at=now) if reads_work else None
    context = {
        "today": today,
        "todo": todo,
        "overdue": sum(item.is_overdue(today) for item in todo),
        "notices": Notice.objects.of(request.user).unread()[:NOTICES_SHOWN],
        "programme": programme,
        "months": [
            (month, queries.month_states(request.user, month))
            for month in (month_before(today), today.replace(day=1))
        ],
    }
    if programme:
        context["short"] = queries.one_standard_short(request.user, programme, today.year)
        context["counts"] = queries.verdict_counts(request.user, programme, today.year)
        context["warnings"] = early_warnings(request.user, programme, at=now)
    return render(request, "dashboard/home.html", context)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show leaders a programme's year on one page: plan, verdicts, income, money, applications."""
    authorize(request.user, Permission.VIEW_DASHBOARD)
    now = clock.now()
    form = OverviewForm(request.GET, user=request.user, year=localdate(now).year)
    programme = queries.current_programme(request.user, form.programme_code, at=now)
    context: dict[str, Any] = {"form": form, "today": localdate(now), "programme": programme}
    if programme:
        year = form.chosen_year
        context |= _figures(request.user, programme, year, now) | _drawings(request.user, programme)
        context["matrix"] = queries.creation_matrix(request.user, programme, year)
        if year == localdate(now).year:
            context["warnings"] = early_warnings(request.user, programme, at=now)
    return render(request, "dashboard/overview.html", context)


def _figures(user: User, programme: Programme, year: int, now: datetime) -> dict[str, Any]:
    """What is printed as figures and rows."""
    years = queries.plan_and_awards(user, programme)
    return {
        "year": year,
        "tiles": [
            *tiles.creation(years, year, queries.in_review(user, programme, year)),
            tiles.verdicts(programme, year, queries.verdict_counts(user, programme, year)),
            tiles.overdue(queries.overdue_by_township(user, at=now)),
            tiles.money(queries.money(user, programme)),
        ],
        "years": years,
        "plan_chart": charts.plan_and_awards(years),
        "hardest": queries.hardest_standards(user, programme, year),
        "data_until": queries.data_until(user, programme, year),
        "applications": queries.applications_of(user, programme, year),
    }


def _drawings(user: User, programme: Programme) -> dict[str, Any]:
    """What is drawn over all years, each with the rows of the table that stands beside it."""
    income = queries.income_against_reference(user, programme)
    sources = charts.named_sources(queries.money_by_source(user, programme))
    return {
        "income": income,
        "income_chart": charts.reference_comparison(income) if income else None,
        "sources": sources,
        "money_chart": charts.money_by_source(sources),
    }


@require_safe
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything about one village: verdicts, months, applications, projects."""
    authorize(request.user, Permission.VIEW_WORK)
    village = get_object_or_404(Village.objects.visible_to(request.user), code=code)
    return render(request, "dashboard/dossier.html", dossier_of(request.user, village, at=clock.now()))


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when database and broker answer; anything else is an error page, which is the point."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    cache.get("healthz")
    return HttpResponse("ok", content_type="text/plain")
