"""Pages with one form: a new project, a changed one, a movement taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Permission, authorize
from common import clock
from projects import services
from projects.forms import BUDGET, ProjectForm, ReverseForm
from projects.models import FundMovement, Project

COLUMNS = (
    "code",
    "name",
    "content",
    "measure",
    "department",
    "year",
    "planned_start_date",
    "planned_end_date",
)


@require_http_methods(["GET", "HEAD", "POST"])
def project_create(request: HttpRequest) -> HttpResponse:
    """Enter a project into the library."""
    authorize(request.user, Permission.PROJECT_MANAGE)
    now = clock.now()
    initial = {"year": localdate(now).year}
    form = ProjectForm(_typed(request), user=request.user, initial=initial)
    if form.is_valid():
        try:
            project = services.project_create(data=form.project_data(), actor=request.user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"“{project}”已入库。")
            return redirect(project)
    return render(request, "projects/project_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a project of the library."""
    project = _manageable(request.user, pk)
    form = ProjectForm(_typed(request), user=request.user, project=project, initial=_initial(project))
    if form.is_valid():
        try:
            _update(project, form, request.user)
        except ValidationError as error:
            form.add_error(None, error)
            form.show_version(project.version)
        else:
            messages.success(request, "已保存。")
            return redirect(project)
    return render(request, "projects/project_form.html", {"form": form, "project": project})


@require_http_methods(["GET", "HEAD", "POST"])
def movement_reverse(request: HttpRequest, pk: int, movement_pk: int) -> HttpResponse:
    """Take a movement back: shows what it was, asks why."""
    project = _manageable(request.user, pk)
    movements = FundMovement.objects.for_list().filter(fund__project=project)
    movement = get_object_or_404(movements, pk=movement_pk)
    now = clock.now()
    form = ReverseForm(_typed(request), initial={"movement_date": localdate(now)})
    if form.is_valid():
        try:
            services.movement_reverse(movement=movement, actor=request.user, now=now, **form.cleaned_data)
        except services.AlreadyBookedError as error:
            messages.info(request, error.message)
            return redirect(project)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已冲回：{movement}。")
            return redirect(project)
    context = {"form": form, "project": project, "movement": movement}
    return render(request, "projects/movement_reverse.html", context)


def _typed(request: HttpRequest) -> QueryDict | None:
    """What was posted, be it nothing at all; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _manageable(user: User, pk: int) -> Project:
    project = get_object_or_404(Project.objects.visible_to(user), pk=pk)
    authorize(user, Permission.PROJECT_MANAGE, within=project.division_code)
    return project


def _update(project: Project, form: ProjectForm, actor: User) -> None:
    services.project_update(
        project=project,
        data=form.project_data(),
        version=form.cleaned_data["version"],
        actor=actor,
        now=clock.now(),
    )


def _initial(project: Project) -> dict[str, Any]:
    columns = {name: getattr(project, name) for name in COLUMNS}
    budgets = {
        f"{BUDGET}{fund.source}": f"{fund.budget:f}".rstrip("0").rstrip(".")
        for fund in project.funds.for_detail()
    }
    return columns | budgets | {"villages": project.villages.all(), "version": project.version}
