"""Supervision orders: the list, a new one, and the way of one to its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from accounts.transitions import offers
from assessments.forms import OrderFilterForm, OrderForm, StepForm
from assessments.models import SupervisionOrder
from assessments.services import supervision
from assessments.workflow import SUPERVISION, SupervisionStatus
from common import clock
from common.transitions import TransitionError

PAGE_SIZE = 40
SERVICES: dict[str, Callable[..., Any]] = {
    "answer": supervision.order_answer,
    "close": supervision.order_close,
    "reissue": supervision.order_reissue,
}
TONES: dict[str, str] = {
    SupervisionStatus.ISSUED: "attention",
    SupervisionStatus.ANSWERED: "active",
    SupervisionStatus.CLOSED: "good",
}


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """Open ones first, by deadline."""
    authorize(request.user, Permission.VIEW_WORK)
    form = OrderFilterForm(request.GET)
    orders = SupervisionOrder.objects.visible_to(request.user).filter(**form.conditions()).for_list()
    page = Paginator(orders, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": [(order, TONES[order.status]) for order in page.object_list],
        "today": localdate(clock.now()),
        "may_issue": allows(request.user, Permission.SUPERVISE),
    }
    return render(request, "assessments/order_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: HttpRequest) -> HttpResponse:
    """Write an instruction; ?village=… starts from a village."""
    authorize(request.user, Permission.SUPERVISE)
    initial = {"village": request.GET.get("village"), "standard": request.GET.get("standard")}
    form = OrderForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            issued = supervision.order_issue(actor=request.user, now=clock.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"督办单已下达给{issued.organisation}。")
            return redirect(issued)
    return render(request, "assessments/order_form.html", {"form": form})


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an order, its answers, and what the reader may do."""
    return _page(request, _find(request.user, pk))


@require_POST
def order_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer, close, or issue again."""
    found = _find(request.user, pk)
    if name not in SERVICES:
        raise Http404("没有这一步。")
    form = StepForm(request.POST, transition=SUPERVISION[name])
    if form.is_valid():
        try:
            SERVICES[name](order=found, actor=request.user, now=clock.now(), **form.cleaned_data)
        except TransitionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已办理：{SUPERVISION[name].label}。")
            return redirect(found)
    found.refresh_from_db(fields=["status", "deadline"])
    return _page(request, found, form)


def _find(user: User, pk: int) -> SupervisionOrder:
    found = get_object_or_404(SupervisionOrder.objects.visible_to(user).for_list(), pk=pk)
    authorize(user, Permission.VIEW_WORK, within=found.division_code)
    return found


def _page(request: HttpRequest, found: SupervisionOrder, bound: StepForm | None = None) -> HttpResponse:
    now = clock.now()
    context = {
        "order": found,
        "tone": TONES[found.status],
        "today": localdate(now),
        "history": _history(found),
        "actions": _actions(found, request.user, bound),
    }
    return render(request, "assessments/order_detail.html", context)


def _actions(found: SupervisionOrder, user: User, bound: StepForm | None) -> list[dict[str, Any]]:
    """What the reader may do; only the office that was asked answers."""
    possible = [
        offer
        for offer in offers(found, user, clock.now())
        if offer.transition.name != "answer" or found.organisation_id == user.organisation_id
    ]
    return [
        {
            "transition": offer.transition,
            "obstacle": offer.obstacle,
            "form": bound
            if bound and bound.prefix == offer.transition.name
            else StepForm(transition=offer.transition),
        }
        for offer in possible
    ]


def _history(found: SupervisionOrder) -> list[dict[str, Any]]:
    steps = found.steps.select_related("by__organisation").order_by("-at", "-pk")
    return [
        {
            "at": step.at,
            "who": step.by.name,
            "organisation": step.by.organisation.name,
            "action": "下达" if step.name == "issue" else SUPERVISION[step.name].label,
            "to": SUPERVISION.labels[step.to_status],
            "reason": f"{step.comment}\n期限：{step.deadline:%Y-%m-%d}" if step.deadline else step.comment,
        }
        for step in steps
    ]
