"""Asking for leave to report a locked month, and deciding about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, allows, authorize
from common import clock
from common.transitions import TransitionError
from indicators.lateness import month_lock
from indicators.models import LatePermit, MonthlyReport, RequestState
from indicators.request_forms import DecisionForm, PermitDecisionForm, ReasonForm
from indicators.services.headers import authorize_editing
from indicators.services.late_permits import permit_ask, permit_grant, permit_refuse
from indicators.views.month_desk import find_place


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """Ask for leave to report a village's month that is locked."""
    now = clock.now()
    place = find_place(request.user, code, int(year), int(month), now)
    authorize_editing(request.user, place.village)
    if place.refusal:
        raise Http404(place.refusal)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            permit_ask(
                village=place.village, month=place.month, actor=request.user, now=now, **form.cleaned_data
            )
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "补报申请已提交，请等振兴局答复。")
            return redirect(place)
    report = MonthlyReport.objects.filter(village=place.village, month=place.month).first()
    lock = month_lock(place.village, place.month, report.status if report else "", today=localdate(now))
    return render(request, "indicators/permit_form.html", {"place": place, "form": form, "lock": lock})


@require_safe
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: why, what was answered; the bureau answers here."""
    authorize(request.user, Permission.VIEW_WORK)
    return _show(request, _seen(request, pk), PermitDecisionForm(today=localdate(clock.now())))


@require_POST
def permit_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a request until a day, or refuse it."""
    found = _seen(request, pk)
    authorize(request.user, Permission.MONTH_REVIEW, within=found.division_code)
    form = PermitDecisionForm(request.POST, today=localdate(clock.now()))
    if not form.is_valid():
        return _show(request, found, form)
    try:
        _answer(request, found, form)
    except TransitionError as error:
        form.add_error(None, str(error))
        return _show(request, found, form)
    messages.success(request, "已答复，申请人会收到消息。")
    return redirect("indicators:requests")


def _seen(request: HttpRequest, pk: int) -> LatePermit:
    seen = LatePermit.objects.visible_to(request.user).select_related("village", "asked_by", "decided_by")
    return get_object_or_404(seen, pk=pk)


def _show(request: HttpRequest, found: LatePermit, form: PermitDecisionForm) -> HttpResponse:
    may_decide = allows(request.user, Permission.MONTH_REVIEW, within=found.division_code)
    context = {"permit": found, "form": form, "may_decide": may_decide and found.state == RequestState.ASKED}
    context["answer_url"] = reverse("indicators:permit_answer", kwargs={"pk": found.pk})
    return render(request, "indicators/permit_detail.html", context)


def _answer(request: HttpRequest, found: LatePermit, form: PermitDecisionForm) -> None:
    given, now = form.cleaned_data, clock.now()
    if given["answer"] == DecisionForm.GRANT:
        permit_grant(permit=found, until=given["until"], note=given["note"], actor=request.user, now=now)
    else:
        permit_refuse(permit=found, note=given["note"], actor=request.user, now=now)
