"""Accepting together what nobody needs to look at one by one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, authorize
from common import clock
from indicators.models import MonthlyReport
from indicators.services.batches import month_accept_batch

MOST = 500  # months of one click


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept the ticked months, each as it was when the page was opened."""
    authorize(request.user, Permission.MONTH_REVIEW)
    seen = dict(filter(None, map(_ticked, request.POST.getlist("month")[:MOST])))
    reports = list(
        MonthlyReport.objects.visible_to(request.user).select_related("village").filter(pk__in=seen)
    )
    if not reports:
        messages.error(request, "请先勾选要一并受理的月报。")
        return redirect("indicators:review")
    result = month_accept_batch(reports=reports, seen_versions=seen, actor=request.user, now=clock.now())
    if result.accepted:
        messages.success(request, f"已受理 {len(result.accepted)} 份月报，达标情况正在重新计算。")
    for report, why in result.refused.items():
        messages.error(
            request, f"{report.village} {report.month.year}年{report.month.month}月没有受理：{why}"
        )
    return redirect("indicators:review")


def _ticked(text: str) -> tuple[int, int] | None:
    """A ticked month, "id.version"; None for what is neither."""
    pk, _, version = text.partition(".")
    good = all(part.isascii() and part.isdigit() and len(part) < 10 for part in (pk, version))
    return (int(pk), int(version)) if good else None
