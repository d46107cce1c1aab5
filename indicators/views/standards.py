"""The standards and targets of a programme: what is asked of whom, in words."""

from collections.abc import Sequence
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, authorize
from common import clock
from common.divisions import contains
from indicators.as_of import AsOfForm
from indicators.engine import ExpressionError, Period, as_of, verdicts_as_of
from indicators.engine.explaining.requirements import requirement
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Standard, Verdict
from indicators.places import place_names
from villages.models import Programme

PAGE_SIZE = 40


@require_safe
def standards(request: HttpRequest, code: str) -> HttpResponse:
    """Every standard and target of a programme that the reader may see."""
    authorize(request.user, Permission.VIEW_WORK)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    seen = Standard.objects.visible_to(request.user).filter(programme=programme).for_list()
    catalogue = Catalogue.load(programme)
    listed = [(standard, requirement(standard, catalogue)) for standard in seen]
    sections = [
        (section.label, [row for row in listed if row[0].section == section]) for section in Standard.Section
    ]
    context = {"programme": programme, "sections": [section for section in sections if section[1]]}
    return render(request, "indicators/standard_list.html", context | {"names": place_names(programme)})


@require_safe
def standard(request: HttpRequest, pk: int) -> HttpResponse:
    """One standard: what it asks for, how it is computed, who answers for it, how it stands or stood."""
    authorize(request.user, Permission.VIEW_WORK)
    found = get_object_or_404(Standard.objects.visible_to(request.user).for_list(), pk=pk)
    programme = found.programme
    now = clock.now()
    year = min(max(localdate(now).year, found.first_year), found.last_year)
    months = AsOfForm(request.GET, latest=as_of(year, now))
    verdicts = Verdict.objects.visible_to(request.user).of_year(programme, year).filter(standard=found)
    paginator = Paginator(verdicts, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    names = place_names(programme)
    context = {
        "standard": found,
        "programme": programme,
        "requirement": requirement(found, Catalogue.load(programme)),
        "year": year,
        "months": months,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "township": names.get(found.area_code, ""),
    }
    listed = list(page.object_list)
    try:
        listed = _as_of(request.user, found, listed, months.chosen, now) if months.looks_back else listed
    except ExpressionError as error:
        context["problem"] = str(error)
    context["rows"] = [(verdict, _place(verdict, names)) for verdict in listed]
    return render(request, "indicators/standard_detail.html", context)


def _as_of(
    user: User, standard: Standard, stored: Sequence[Verdict], until: Period, now: datetime
) -> list[Verdict]:
    """The same places as of an earlier month."""
    villages = {verdict.scope_code: verdict.village for verdict in stored if verdict.village}
    found = verdicts_as_of(
        standard.programme,
        until,
        standards=[standard],
        villages=list(villages.values()),
        with_wider=standard.scope != Standard.Scope.VILLAGE,
        now=now,
    )
    seen = [verdict for verdict in found if contains(user.division_code, verdict.scope_code)]
    for verdict in seen:
        verdict.village = villages.get(verdict.scope_code)
    return sorted(seen, key=lambda verdict: verdict.scope_code)


def _place(verdict: Verdict, names: dict[str, str]) -> str:
    return verdict.village.name if verdict.village else names.get(verdict.scope_code, verdict.scope_code)
