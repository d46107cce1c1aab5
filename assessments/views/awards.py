"""Giving the title with its funds, paying them, and the yearly re-check."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, authorize
from assessments.forms import AwardForm, PaymentForm, RecheckForm
from assessments.models import Application, Award
from assessments.services import awards
from assessments.views.loading import find_application
from common import clock
from common.transitions import TransitionError


@require_http_methods(["GET", "HEAD", "POST"])
def award(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the re-review: the title, its day and its funds together."""
    application = find_application(request.user, pk)
    authorize(request.user, Permission.CITY_REVIEW, within=application.division_code)
    now = clock.now()
    form = AwardForm(request.POST or None, initial={"award_date": localdate(now)})
    if request.method == "POST" and form.is_valid():
        try:
            awards.application_award(
                application=application, actor=request.user, now=now, **form.cleaned_data
            )
        except (TransitionError, ValidationError) as error:
            _show(form, error)
        else:
            messages.success(request, f"已授予{application.village}“{application.programme.title}”称号。")
            return redirect(application)
    return render(request, "assessments/award_form.html", {"application": application, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Register that award funds were paid."""
    application = find_application(request.user, pk)
    authorize(request.user, Permission.PROJECT_MANAGE, within=application.division_code)
    given = _award(application)
    now = clock.now()
    form = PaymentForm(request.POST or None, initial={"paid_date": localdate(now)})
    if request.method == "POST" and form.is_valid():
        try:
            paid = awards.award_pay(award=given, actor=request.user, now=now, **form.cleaned_data)
        except (TransitionError, ValidationError) as error:
            _show(form, error)
        else:
            messages.success(request, f"已登记：{paid.amount:.2f} 万元。")
            return redirect(application)
    context = {"application": application, "award": given, "form": form, "payments": given.payments.all()}
    return render(request, "assessments/payment_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Record whether the title is still deserved this year."""
    application = find_application(request.user, pk)
    authorize(request.user, Permission.MUNICIPAL_REVIEW, within=application.division_code)
    given = _award(application)
    now = clock.now()
    form = RecheckForm(request.POST or None, years=_years(application, localdate(now)))
    if request.method == "POST" and form.is_valid():
        try:
            awards.recheck_record(award=given, actor=request.user, now=now, **form.cleaned_data)
        except (TransitionError, ValidationError) as error:
            _show(form, error)
        else:
            messages.success(request, "年度复核已登记。")
            return redirect(application)
    return render(request, "assessments/recheck_form.html", {"application": application, "form": form})


def _award(application: Application) -> Award:
    return get_object_or_404(Award, application=application)


def _years(application: Application, today: date) -> range:
    return range(today.year, application.year, -1)


def _show(form: Form, error: TransitionError | ValidationError) -> None:
    form.add_error(None, error if isinstance(error, ValidationError) else str(error))
