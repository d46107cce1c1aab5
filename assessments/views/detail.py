"""The page of one application, and the steps that are taken on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments import decisions
from assessments.services import awards, reviews, self_checks, submissions
from assessments.views.actions import step_form
from assessments.views.loading import find_application, reread
from assessments.views.page import page_of
from common import clock
from common.transitions import TransitionError

# Steps that need a comment at most; each of the others has a page of its own.
SERVICES: dict[str, Callable[..., Any]] = {
    "submit": submissions.application_submit,
    "resubmit": submissions.application_submit,
    "withdraw": submissions.application_withdraw,
    "reopen": self_checks.application_reopen,
    "extend_self_check": reviews.deadline_extend,
    "extend_rectification": reviews.deadline_extend,
    "start_review": reviews.review_start,
    "pass": reviews.municipal_pass,
    "fail": reviews.application_fail,
    "lapse": reviews.application_lapse,
    "start_city_review": awards.city_review_start,
    "city_fail": reviews.application_fail,
    "revoke": awards.award_revoke,
}


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an application as far as the reader may see it; ?round=1 shows what was submitted then."""
    application = find_application(request.user, pk)
    asked = request.GET.get("round", "")
    round_ = int(asked) if asked.isdecimal() and len(asked) < 4 else None
    context = page_of(request.user, application, now=clock.now(), round_=round_)
    return render(request, "assessments/application_detail.html", context)


@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step; what is refused comes back as it was typed."""
    application = find_application(request.user, pk)
    if name not in SERVICES:
        raise Http404("没有这一步。")
    now = clock.now()
    form = step_form(application, name, decisions.in_view(application), request.POST)
    if form.is_valid():
        try:
            SERVICES[name](application=application, actor=request.user, now=now, **form.cleaned_data)
        except (TransitionError, ValidationError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, f"已办理：{application.WORKFLOW[name].label}。")
            return redirect(application)
    for refusal in form.non_field_errors():
        messages.error(request, refusal)
    reread(application)
    context = page_of(request.user, application, now=now, bound=form)
    return render(request, "assessments/application_detail.html", context)
