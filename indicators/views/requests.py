"""What townships ask the bureau for: leave to report late, and corrections; what waits stands first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, allows, authorize
from indicators.models import Amendment, LatePermit

PAGE_SIZE = 30
MOST_WAITING = 200


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests of the reader's division: waiting ones whole, answered ones paged."""
    authorize(request.user, Permission.VIEW_WORK)
    permits = LatePermit.objects.visible_to(request.user).select_related("village", "asked_by")
    amendments = Amendment.objects.visible_to(request.user).for_page()
    waiting = [*permits.waiting()[:MOST_WAITING], *amendments.waiting()[:MOST_WAITING]]
    chosen = amendments if request.GET.get("kind") == "amendment" else permits
    paginator = Paginator(chosen.decided(), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "waiting": sorted(waiting, key=lambda row: row.asked_at),
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "kind": "amendment" if chosen is amendments else "permit",
        "may_decide": allows(request.user, Permission.MONTH_REVIEW),
    }
    return render(request, "indicators/request_list.html", context)
