"""Visits of the leaders in charge: listed and written down."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, allows, authorize
from common import clock
from villages.forms import VisitForm
from villages.models import Village
from villages.services.visits import visit_record

PAGE_SIZE = 30


@require_safe
def visit_list(request: HttpRequest, code: str) -> HttpResponse:
    """List the visits to a village, newest first."""
    authorize(request.user, Permission.VIEW_WORK)
    village = get_object_or_404(Village.objects.visible_to(request.user), code=code)
    page = Paginator(village.visits.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "village": village,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "may_add": allows(request.user, Permission.VISIT_RECORD, within=village.code),
    }
    return render(request, "villages/visit_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_add(request: HttpRequest, code: str) -> HttpResponse:
    """Write a visit down."""
    village = get_object_or_404(Village.objects.visible_to(request.user), code=code)
    authorize(request.user, Permission.VISIT_RECORD, within=village.code)
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _recorded(request, village, form):
        return redirect("villages:visits", code=village.code)
    return render(request, "villages/visit_form.html", {"village": village, "form": form})


def _recorded(request: HttpRequest, village: Village, form: VisitForm) -> bool:
    try:
        visit = visit_record(village=village, actor=request.user, now=clock.now(), **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, f"已记下{visit.leader} {visit.visit_date:%Y-%m-%d} 到{village.name}的调研。")
    return True
