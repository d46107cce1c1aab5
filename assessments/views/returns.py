"""Sending an application back: why, by when, and what to put right."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.permissions import authorize
from assessments import decisions
from assessments.decisions import View
from assessments.forms import ReturnForm
from assessments.models import Opinion
from assessments.services.reviews import application_return
from assessments.views.loading import find_application
from assessments.workflow import APPLICATION, ApplicationStatus
from common import clock
from common.transitions import TransitionError


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the items, with what the departments objected to as a first draft."""
    application = find_application(request.user, pk)
    in_city = application.status == ApplicationStatus.CITY_REVIEW
    permission = APPLICATION["city_return" if in_city else "return"].permission
    authorize(request.user, permission, within=application.division_code)
    view = decisions.in_view(application)
    form = ReturnForm(request.POST or None, rows=view.sheet.rows, suggestions=_suggestions(view))
    if request.method == "POST" and form.is_valid():
        try:
            application_return(
                application=application,
                demands=form.demands(),
                deadline=form.cleaned_data["deadline"],
                comment=form.cleaned_data["comment"],
                actor=request.user,
                now=clock.now(),
            )
        except (TransitionError, ValidationError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已退回{application.village}整改。")
            return redirect(application)
    context = {"application": application, "form": form} | _fields(form)
    return render(request, "assessments/return_form.html", context)


def _fields(form: ReturnForm) -> dict[str, list[BoundField]]:
    """The lines of the standards: first those with something to mend, the others behind a fold."""
    urgent: list[BoundField] = []
    others: list[BoundField] = []
    for row in form.rows:
        field = form[f"standard_{row.id}"]
        (urgent if row.is_open or field.value() else others).append(field)
    return {"urgent": urgent, "others": others}


def _suggestions(view: View) -> dict[int, str]:
    """What the departments want put right, by standard."""
    found: dict[int, list[str]] = {}
    for opinion in view.opinions:
        if opinion.outcome != Opinion.Outcome.PASS:
            found.setdefault(opinion.standard_id, []).append(f"{opinion.organisation}：{opinion.note}")
    return {standard: "\n".join(notes) for standard, notes in found.items()}
