"""The year's applications: who stands where, who waits for whom, and which villages may begin."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, allows, authorize
from assessments.forms import ApplicationFilterForm
from assessments.models import Application
from assessments.services.self_checks import application_open as open_application
from assessments.views.candidates import candidates, quota
from assessments.views.track import TONES
from common import clock
from common.transitions import TransitionError
from villages.models import Enrolment

PAGE_SIZE = 40


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """List applications of the reader's division, and for a township what it may begin."""
    authorize(request.user, Permission.VIEW_WORK)
    today = localdate(clock.now())
    form = ApplicationFilterForm(request.GET, user=request.user)
    applications = Application.objects.visible_to(request.user).matching(**form.conditions()).for_list()
    page = Paginator(applications, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "rows": [(application, TONES[application.status]) for application in page.object_list],
        "today": today,
        "quota": quota(request.user, today.year),
        "candidates": candidates(request.user, today) if allows(request.user, Permission.SELF_CHECK) else [],
    }
    return render(request, "assessments/application_list.html", context)


@require_POST
def application_open(request: HttpRequest, enrolment_pk: int) -> HttpResponse:
    """Begin the self-check of this year for a village."""
    enrolments = Enrolment.objects.visible_to(request.user).for_list()
    enrolment = get_object_or_404(enrolments, pk=enrolment_pk)
    try:
        application = open_application(enrolment=enrolment, actor=request.user, now=clock.now())
    except (TransitionError, ValidationError) as error:
        messages.error(request, str(error))
        return redirect("assessments:list")
    messages.success(request, f"{application.village} {application.year} 年度自查已发起，请填写自查报告。")
    return redirect("assessments:self_check", pk=application.pk)
