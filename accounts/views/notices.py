"""What a person was told, newest first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Notice
from accounts.services.notices import notices_read
from common import clock

PAGE_SIZE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List the reader's own notices."""
    mine = Notice.objects.of(request.user)
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "unread": mine.unread().count(),
    }
    return render(request, "accounts/notice_list.html", context)


@require_POST
def notices_done(request: HttpRequest) -> HttpResponse:
    """Put the reader's notices away."""
    notices_read(actor=request.user, now=clock.now())
    return redirect("accounts:notices")
