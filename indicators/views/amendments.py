"""Asking for an accepted month to be corrected, and deciding about it."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, allows, authorize
from common import clock
from common.transitions import TransitionError
from indicators.forms import MonthForm, field_name, read_month_form
from indicators.models import Amendment, DataElement, RequestState
from indicators.request_forms import DecisionForm, ReasonForm
from indicators.services.amendments import amendment_ask, amendment_grant, amendment_refuse
from indicators.services.headers import authorize_editing
from indicators.views.month_desk import Desk, find_place, lay_out
from indicators.workflow import MonthStatus


@dataclass(frozen=True)
class Line:
    """A figure that may be corrected: as it stands, what was typed, what is wrong with that."""

    element: DataElement
    name: str
    now: Decimal | None
    text: str
    error: str
    is_emptied: bool


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """Ask for other figures in an accepted month: what is left empty stays as it is."""
    place = find_place(request.user, code, int(year), int(month), clock.now())
    authorize_editing(request.user, place.village)
    desk = lay_out(request.user, place)
    if desk.report.status != MonthStatus.ACCEPTED:
        raise Http404("这个月还没有受理，直接修改或申请退回即可，不用更正。")
    form, typed = ReasonForm(request.POST or None), _typed(request.POST, desk)
    if request.method == "POST" and _asked(request, desk, form, typed):
        messages.success(request, "更正申请已提交，振兴局同意后数据才改。")
        return redirect(place)
    context = {"place": place, "form": form, "lines": _lines(desk, typed)}
    return render(request, "indicators/amendment_form.html", context)


@require_safe
def amendment(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: old and new side by side, why, what was answered; the bureau answers here."""
    authorize(request.user, Permission.VIEW_WORK)
    return _show(request, _seen(request, pk), DecisionForm())


@require_POST
def amendment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a correction, which writes it, or refuse it."""
    found = _seen(request, pk)
    authorize(request.user, Permission.MONTH_REVIEW, within=found.division_code)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        _answer(request, found, form)
    except TransitionError as error:
        form.add_error(None, str(error))
        return _show(request, found, form)
    return redirect("indicators:requests")


def _seen(request: HttpRequest, pk: int) -> Amendment:
    return get_object_or_404(Amendment.objects.visible_to(request.user).for_page(), pk=pk)


def _show(request: HttpRequest, found: Amendment, form: DecisionForm) -> HttpResponse:
    may_decide = allows(request.user, Permission.MONTH_REVIEW, within=found.division_code)
    context = {"amendment": found, "form": form}
    context["may_decide"] = may_decide and found.state == RequestState.ASKED
    context["answer_url"] = reverse("indicators:amendment_answer", kwargs={"pk": found.pk})
    return render(request, "indicators/amendment_detail.html", context)


def _typed(data: QueryDict, desk: Desk) -> MonthForm:
    """What was typed; a cell that is left empty is no wish to empty it: for that stands the box beside it."""
    sent = data.copy()
    for item in desk.asked:
        name = field_name(item.element.pk)
        if not sent.get(name, "").strip() and f"empty{item.element.pk}" not in sent:
            sent.pop(name, None)
    return read_month_form(sent, [item.element for item in desk.asked if item.element.pk in desk.own])


def _asked(request: HttpRequest, desk: Desk, form: ReasonForm, typed: MonthForm) -> bool:
    if not (form.is_valid() and typed.is_valid):
        return False
    try:
        amendment_ask(
            report=desk.report,
            values=typed.values,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=clock.now(),
        )
    except (TransitionError, ValidationError) as error:
        form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        return False
    return True


def _lines(desk: Desk, typed: MonthForm) -> list[Line]:
    return [
        Line(
            item.element,
            field_name(item.element.pk),
            desk.figure(item.element.pk),
            typed.texts.get(item.element.pk, ""),
            typed.errors.get(item.element.pk, ""),
            item.element.pk in typed.texts and not typed.texts[item.element.pk].strip(),
        )
        for item in desk.asked
        if item.element.pk in desk.own
    ]


def _answer(request: HttpRequest, found: Amendment, form: DecisionForm) -> None:
    note, now = form.cleaned_data["note"], clock.now()
    if form.cleaned_data["answer"] == DecisionForm.REFUSE:
        amendment_refuse(amendment=found, note=note, actor=request.user, now=now)
        messages.success(request, "已答复，申请人会收到消息。")
        return
    moved = amendment_grant(amendment=found, note=note, actor=request.user, now=now)
    changed = f"有 {len(moved)} 项结论随之改变，已通知相关人员。" if moved else "没有结论因此改变。"
    messages.success(request, f"已同意，数据已更正。{changed}")
