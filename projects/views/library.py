"""The library as a list, and as a workbook."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, allows, authorize
from common import clock
from common.workbooks import safe_filename, workbook_response
from projects.filters import ProjectFilter
from projects.models import Project
from projects.views.workbook import library_sheets

PAGE_SIZE = 20


@dataclass(frozen=True)
class Row:
    project: Project
    is_late: bool


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """List the projects one may see: searched, ordered, paged and summed by the database."""
    authorize(request.user, Permission.VIEW_WORK)
    asked = _asked(request)
    page = Paginator(asked.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": asked.form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "money": asked.qs.money(),
        "rows": [Row(project, project.is_late(asked.today)) for project in page],
        "can_manage": allows(request.user, Permission.PROJECT_MANAGE),
        "can_export": allows(request.user, Permission.EXPORT),
    }
    return render(request, "projects/project_list.html", context)


@require_safe
def project_export(request: HttpRequest) -> HttpResponse:
    """Send the projects of the list, as it is searched and ordered, as a workbook."""
    authorize(request.user, Permission.EXPORT)
    now = clock.now()
    filename = safe_filename("项目库", f"{localdate(now):%Y%m%d}") + ".xlsx"
    return workbook_response(filename, library_sheets(_asked(request).qs, now))


def _asked(request: HttpRequest) -> ProjectFilter:
    projects = Project.objects.visible_to(request.user).for_list()
    return ProjectFilter(request.GET, projects, request=request, today=localdate(clock.now()))
