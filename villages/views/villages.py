"""The list of villages and one village's page: what this room knows of it, and the ways on."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import AuditEvent
from accounts.permissions import Permission, allows, authorize
from common import clock
from villages.forms import VillageFilterForm
from villages.models import Village

PAGE_SIZE = 50
SHOWN_AT_ONCE = 5
HISTORY_SHOWN = 10


@require_safe
def village_list(request: HttpRequest) -> HttpResponse:
    """List the villages of one's division."""
    authorize(request.user, Permission.VIEW_WORK)
    form = VillageFilterForm(request.GET, user=request.user)
    villages = Village.objects.visible_to(request.user).matching(**form.conditions()).for_list()
    page = Paginator(villages, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "pages": page.paginator.get_elided_page_range(page.number)}
    return render(request, "villages/village_list.html", context)


@require_safe
def village_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show a village: facts, part in programmes, latest evidence, latest visits, who did what lately."""
    authorize(request.user, Permission.VIEW_WORK)
    village = get_object_or_404(Village.objects.visible_to(request.user), code=code)
    today = localdate(clock.now())
    context = {
        "village": village,
        "enrolments": village.enrolments.for_list(),
        "evidence": village.evidence.for_list()[:SHOWN_AT_ONCE],
        "visits": village.visits.for_list()[:SHOWN_AT_ONCE],
        "visited_this_month": village.visits.in_month(today).exists(),
        "today": today,
        "history": [_entry(event) for event in AuditEvent.objects.at_place(village.code)[:HISTORY_SHOWN]],
        "may_add_evidence": allows(request.user, Permission.EVIDENCE_ADD, within=village.code),
        "may_record_visit": allows(request.user, Permission.VISIT_RECORD, within=village.code),
    }
    return render(request, "villages/village_detail.html", context)


def _entry(event: AuditEvent) -> dict[str, object]:
    """An event as the history component draws it."""
    return {
        "at": event.at,
        "who": event.actor.name if event.actor else "",
        "organisation": event.actor.organisation if event.actor else "",
        "action": f"{event.action}　{event.subject_label}",
    }
