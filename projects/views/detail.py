"""A project's page and the forms on it: money, progress, steps. What is refused comes back as typed."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from accounts.transitions import Offer, offers
from common import clock
from common.templatetags.display import month as month_words
from common.templatetags.display import percent
from common.transitions import TransitionError
from projects import services
from projects.forms import CancelForm, MovementForm, ProgressForm, StepForm, next_month
from projects.models import FundMovement, Project
from projects.views.progress import chart, monthly_rows
from projects.views.story import history, track
from projects.workflow import CANCEL


@require_safe
def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project: what, where, who, its money, its works, its steps."""
    return _page(request, _project(request.user, pk))


@require_POST
def movement_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book money allocated or paid."""
    project = _project(request.user, pk)
    authorize(request.user, Permission.PROJECT_MANAGE, within=project.division_code)
    form = MovementForm(request.POST, project=project)
    if form.is_valid():
        try:
            movement = _book(form, request.user, clock.now())
        except services.AlreadyBookedError as error:
            messages.info(request, error.message)
            return redirect(project)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已登记：{movement.fund}{movement}。")
            return redirect(project)
    return _page(request, project, movement_form=form)


@require_POST
def progress_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a month's works progress."""
    project = _project(request.user, pk)
    authorize(request.user, Permission.PROJECT_PROGRESS, within=project.division_code)
    form = ProgressForm(request.POST)
    if form.is_valid():
        try:
            known = services.progress_record(
                project=project, actor=request.user, now=clock.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{month_words(known.month)}形象进度已记为 {percent(known.percent)}。")
            return redirect(project)
    return _page(request, project, progress_form=form)


@require_POST
def project_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step: approve, start, complete, accept, suspend, resume, cancel."""
    project = _project(request.user, pk)
    cancels = request.POST.get("step") == CANCEL
    form = CancelForm(request.POST) if cancels else StepForm(request.POST)
    if form.is_valid():
        try:
            step = services.project_step(
                project=project,
                name=form.cleaned_data["step"],
                comment=form.cleaned_data["comment"],
                actor=request.user,
                now=clock.now(),
            )
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已办理：{step.label}。")
            return redirect(project)
    return _page(request, project, **{"cancel_form" if cancels else "step_form": form})


def _project(user: User, pk: int) -> Project:
    projects = Project.objects.visible_to(user).select_related("programme", "measure", "department")
    project = get_object_or_404(projects, pk=pk)
    authorize(user, Permission.VIEW_WORK)
    return project


def _book(form: MovementForm, actor: User, now: datetime) -> FundMovement:
    paying = form.cleaned_data["kind"] == FundMovement.Kind.PAYMENT
    book = services.fund_pay if paying else services.fund_allocate
    return book(fund=form.cleaned_data["fund"], booking=form.booking(), actor=actor, now=now)


def _is_cancel(offer: Offer) -> bool:
    return offer.transition.name == CANCEL and not offer.obstacle


def _page(request: HttpRequest, project: Project, **forms: Any) -> HttpResponse:
    now = clock.now()
    today = localdate(now)
    manages = allows(request.user, Permission.PROJECT_MANAGE, within=project.division_code)
    reports = allows(request.user, Permission.PROJECT_PROGRESS, within=project.division_code)
    progress = list(project.progress.for_detail())
    movements = list(FundMovement.objects.for_list().filter(fund__project=project))
    steps = list(project.steps.for_detail())
    funds = list(project.funds.for_detail())
    possible = offers(project, request.user, now)
    rows = monthly_rows(progress, movements, sum(fund.budget for fund in funds))
    context = {
        "project": project,
        "villages": project.villages.all(),
        "is_late": project.is_late(today),
        "today": today,
        "funds": funds,
        "money": Project.objects.filter(pk=project.pk).money(),
        "movements": movements,
        "rows": rows,
        "chart": chart(rows),
        "track": track(project, steps),
        "history": history(steps),
        "offers": [offer for offer in possible if not _is_cancel(offer)],
        "may_cancel": any(_is_cancel(offer) for offer in possible),
        "can_manage": manages,
        "can_edit": manages and not project.is_closed,
        "can_book": manages and project.is_fundable,
        "can_record": reports and project.is_reportable,
        "is_above_reach": not reports and allows(request.user, Permission.PROJECT_PROGRESS),
        "movement_form": MovementForm(project=project, initial={"movement_date": today}),
        "progress_form": ProgressForm(
            initial={"month": next_month(progress[-1].month if progress else None, today)}
        ),
        "step_form": StepForm(),
        "cancel_form": CancelForm(),
    }
    return render(request, "projects/project_detail.html", context | forms)
