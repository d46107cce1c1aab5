"""The review's two sheets: a department's opinions on its own standards, and the bureau's judgements."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments import decisions
from assessments.forms import JudgementForm, OpinionForm
from assessments.models import Application
from assessments.services.opinions import judgement_decide, opinions_give
from assessments.sheet import Sheet
from assessments.views.loading import find_application
from common import clock
from common.transitions import TransitionError
from indicators.models import Standard


@require_http_methods(["GET", "HEAD", "POST"])
def opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """All standards of the reader's department on one page, each with its frozen figures and a line."""
    application = find_application(request.user, pk)
    authorize(request.user, Permission.OPINION_GIVE, within=application.division_code)
    frozen = decisions.in_view(application).sheet
    forms = _opinion_forms(application, frozen, request.user, request.POST or None)
    refused = [form for form in forms if not form.is_valid()]
    if request.method == "POST" and not refused:
        drafts = [draft for form in forms if (draft := form.draft())]
        try:
            changed = opinions_give(
                application=application, drafts=drafts, actor=request.user, now=clock.now()
            )
        except TransitionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已提交 {len(changed)} 项意见，农办作出结论前可以修改。")
            return redirect(application)
    context = {
        "application": application,
        "forms": forms,
        "today": localdate(clock.now()),
        "is_demonstration": application.is_demonstration or frozen.is_demonstration,
    }
    return render(request, "assessments/opinion_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def judgements(request: HttpRequest, pk: int) -> HttpResponse:
    """The judged standards, each with what the township says, its evidence, and a form of its own."""
    application = find_application(request.user, pk)
    authorize(request.user, Permission.MUNICIPAL_REVIEW, within=application.division_code)
    asked = request.POST.get("standard", "")
    forms = _judgement_forms(application, asked, request.POST or None)
    bound = next((form for form in forms if form.is_bound), None)
    if bound and bound.is_valid() and _judged(request, application, bound):
        return redirect("assessments:judgements", pk=pk)
    context = {"application": application, "forms": forms, "view": decisions.in_view(application)}
    return render(request, "assessments/judgement_form.html", context)


def _opinion_forms(application: Application, frozen: Sheet, user: User, data: object) -> list[OpinionForm]:
    own = frozen.about(Standard.objects.answered_by(user.organisation))
    given = application.opinions.filter(round=application.round, organisation=user.organisation)
    known = {opinion.standard_id: opinion for opinion in given}
    return [OpinionForm(data, row=row, known=known.get(row.id)) for row in own.rows]


def _judgement_forms(application: Application, asked: str, data: object) -> list[JudgementForm]:
    view = decisions.in_view(application)
    forms = []
    for row in view.sheet.rows:
        if row.is_judged:
            said = _said(view.judgements.get(row.code))
            forms.append(JudgementForm(data if asked == str(row.id) else None, row=row, initial=said))
    return forms


def _said(judged: decisions.Judged | None) -> dict[str, object]:
    if judged is None:
        return {}
    points = "" if judged.points is None else f"{judged.points.normalize():f}"
    return {"is_met": "1" if judged.is_met else "0", "note": judged.note, "points": points}


def _judged(request: HttpRequest, application: Application, form: JudgementForm) -> bool:
    standard = Standard.objects.get(pk=form.row.id)
    try:
        judgement_decide(
            application=application,
            standard=standard,
            actor=request.user,
            now=clock.now(),
            **form.cleaned_data,
        )
    except TransitionError as refusal:
        messages.error(request, str(refusal))
        return False
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, f"{standard}：判定已记下。")
    return True
