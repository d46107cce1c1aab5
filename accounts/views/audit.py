"""The trail, for those who audit: filtered and paged by the database."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.exports import audit_workbook
from accounts.forms import AuditFilterForm
from accounts.models import AuditEvent, AuditEventQuerySet
from accounts.permissions import Permission, authorize
from common import clock

PAGE_SIZE = 50
DAYS_SHOWN_AT_FIRST = 30


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """List who did what when, newest first."""
    authorize(request.user, Permission.VIEW_AUDIT)
    form = _filter_form(request)
    events = _events(request, form)
    page = Paginator(events, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "pages": page.paginator.get_elided_page_range(page.number)}
    return render(request, "accounts/audit_list.html", context)


@require_safe
def audit_export(request: HttpRequest) -> HttpResponse:
    """Hand out what the list shows as a workbook; that too leaves a trace."""
    authorize(request.user, Permission.VIEW_AUDIT)
    authorize(request.user, Permission.EXPORT)
    now, form = clock.now(), _filter_form(request)
    response = audit_workbook(_events(request, form), now=now)
    record(
        actor=request.user,
        action="操作记录：导出",
        subject=AuditEvent,
        now=now,
        division_code=request.user.division_code,
        conditions={name: str(value) for name, value in form.conditions().items()},
    )
    return response


def _events(request: HttpRequest, form: AuditFilterForm) -> AuditEventQuerySet:
    return AuditEvent.objects.visible_to(request.user).matching(**form.conditions()).for_list()


def _filter_form(request: HttpRequest) -> AuditFilterForm:
    """What was asked for; at first the last thirty days, so that the first look is quick."""
    since = localdate(clock.now()) - timedelta(days=DAYS_SHOWN_AT_FIRST)
    return AuditFilterForm(request.GET or {"since": since.isoformat()})
