"""Steps of a rectification item, taken on the page of its application."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from assessments.forms import LONGEST_NOTE
from assessments.models import RectificationItem
from assessments.services import rectifications
from common import clock
from common.transitions import TransitionError

SERVICES: dict[str, Callable[..., Any]] = {
    "report": rectifications.rectification_report,
    "close": rectifications.rectification_close,
    "reject": rectifications.rectification_reject,
}


@require_POST
def rectification_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Report an item done, close it, or send it back."""
    items = RectificationItem.objects.visible_to(request.user).for_list()
    item = get_object_or_404(items, pk=pk)
    if name not in SERVICES:
        raise Http404("没有这一步。")
    comment = request.POST.get("comment", "")[:LONGEST_NOTE]
    try:
        SERVICES[name](item=item, actor=request.user, now=clock.now(), comment=comment)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"整改事项已办理：{item.WORKFLOW[name].label}。")
    return redirect(item.get_absolute_url())
