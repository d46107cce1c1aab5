"""Exemptions: who is not asked for what, and why; granted and taken back by the bureau."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, allows, authorize
from common import clock
from common.transitions import TransitionError
from indicators.models import Exemption, Standard
from indicators.score_forms import ExemptionForm, RevokeForm
from indicators.services.exemptions import exemption_grant, exemption_revoke
from villages.models import Programme, Village

PAGE_SIZE = 40


@require_safe
def exemptions(request: HttpRequest, code: str) -> HttpResponse:
    """Every exemption of a programme in the reader's division, newest first."""
    authorize(request.user, Permission.VIEW_WORK)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    found = Exemption.objects.visible_to(request.user).for_list().filter(standard__programme=programme)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "may_exempt": allows(request.user, Permission.PROGRAMME_MANAGE),
    }
    return render(request, "indicators/exemption_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request: HttpRequest, pk: int, village_code: str, year: int) -> HttpResponse:
    """Exempt a village from a standard: why, and by which document."""
    village = get_object_or_404(Village.objects.visible_to(request.user), code=village_code)
    seen = Standard.objects.visible_to(request.user).in_year(year).select_related("programme", "indicator")
    standard = get_object_or_404(seen.distinct(), pk=pk)
    authorize(request.user, Permission.PROGRAMME_MANAGE, within=village.code)
    form = ExemptionForm(request.POST or None)
    if form.is_valid():
        place = {"standard": standard, "village": village, "year": year}
        try:
            exemption_grant(**place, **form.cleaned_data, actor=request.user, now=clock.now())
        except (TransitionError, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            messages.success(request, f"已批准：{village} {year} 年豁免 {standard}。结论正在重新计算。")
            return redirect("indicators:why", standard.pk, village.code, year)
    context = {"standard": standard, "village": village, "year": year, "form": form}
    return render(request, "indicators/exemption_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def exemption_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an exemption back, with the reason."""
    exemption = get_object_or_404(Exemption.objects.visible_to(request.user).for_list(), pk=pk)
    authorize(request.user, Permission.PROGRAMME_MANAGE, within=exemption.division_code)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            exemption_revoke(exemption=exemption, actor=request.user, now=clock.now(), **form.cleaned_data)
        except (TransitionError, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            messages.success(request, "豁免已取消，结论正在重新计算。")
            return redirect("indicators:why", exemption.standard_id, exemption.division_code, exemption.year)
    return render(request, "indicators/exemption_cancel.html", {"exemption": exemption, "form": form})
