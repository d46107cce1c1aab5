"""How complete and how punctual the months of a year are, township by township or village by village."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, authorize
from common import clock
from common.divisions import Level
from indicators.completeness import rate_rows, rates
from indicators.forms import MonthsFilter
from indicators.models import MonthlyReport
from villages.models import Programme, Village

MOST_VILLAGES = 2_000


@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """A year's rates by township; one township's by village."""
    authorize(request.user, Permission.VIEW_WORK)
    today = localdate(clock.now())
    first = min(
        Programme.objects.visible_to(request.user).values_list("first_year", flat=True), default=today.year
    )
    seen = Village.objects.visible_to(request.user).filter(enrolments__isnull=False).distinct()
    townships = seen.townships()
    years = range(today.year, min(first, today.year) - 1, -1)
    form = MonthsFilter(request.GET, years=years, townships=townships)
    year, township = form.chosen("year", today.year), request.GET.get("township", "")
    if township and township not in dict(townships):
        raise Http404("您的管辖范围里没有这个乡镇（街道）。")
    by_village = bool(township) or len(request.user.division_code) >= Level.TOWNSHIP
    villages = list(seen.filter(code__startswith=township).for_list()[:MOST_VILLAGES])
    found = rates(villages, year=year, today=today)
    reports = MonthlyReport.objects.visible_to(request.user).filter(month__year=year)
    context = {
        "is_demonstration": reports.filter(is_demonstration=True).exists(),
        "form": form,
        "year": year,
        "rows": rate_rows(villages, found, by_village=by_village),
        "by_village": by_village,
        "months": [date(year, number, 1) for number in range(1, 13)],
    }
    return render(request, "indicators/completeness.html", context)
