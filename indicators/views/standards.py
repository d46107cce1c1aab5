"""The standards and targets of a programme: what is asked of whom, in words."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, authorize
from common import clock
from indicators.engine.catalogue import Catalogue
from indicators.engine.explaining.requirements import requirement
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
    """One standard: what it asks for, how it is computed, who answers for it, how it stands."""
    authorize(request.user, Permission.VIEW_WORK)
    found = get_object_or_404(Standard.objects.visible_to(request.user).for_list(), pk=pk)
    programme = found.programme
    year = min(max(localdate(clock.now()).year, found.first_year), found.last_year)
    verdicts = Verdict.objects.visible_to(request.user).of_year(programme, year).filter(standard=found)
    paginator = Paginator(verdicts, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    names = place_names(programme)
    context = {
        "standard": found,
        "programme": programme,
        "requirement": requirement(found, Catalogue.load(programme)),
        "year": year,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "rows": [(verdict, _place(verdict, names)) for verdict in page.object_list],
        "township": names.get(found.area_code, ""),
    }
    return render(request, "indicators/standard_detail.html", context)


def _place(verdict: Verdict, names: dict[str, str]) -> str:
    return verdict.village.name if verdict.village else names.get(verdict.scope_code, verdict.scope_code)
