"""Writing the self-check: the report, what is said about each standard, the evidence; and its print."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments import sheet
from assessments.forms import EvidenceChoiceForm, EvidenceUploadForm, SelfCheckForm
from assessments.models import Application, SelfCheckItem
from assessments.services import self_checks
from assessments.services.evidence import evidence_attach
from assessments.services.evidence import evidence_choose as choose
from assessments.services.evidence import evidence_detach as detach
from assessments.services.self_checks import SelfCheckConflict
from assessments.views.loading import find_application, reread
from common import clock
from common.transitions import TransitionError
from villages.models import Evidence


@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the self-check. Who saves second is told, keeps what was typed, and sees the other's words."""
    application = _writable(request.user, pk)
    items = list(application.items.select_related("standard"))
    form = SelfCheckForm(request.POST or None, application=application, items=items)
    if request.method == "POST" and form.is_valid():
        try:
            _save(form, application, request.user)
        except SelfCheckConflict as error:
            return _conflict(request, application, form, str(error))
        except TransitionError as error:
            messages.error(request, str(error))
            return redirect(application)
        messages.success(request, "自查内容已保存。")
        return redirect("assessments:self_check", pk=pk)
    return _page(request, application, form)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, pk: int, standard_pk: int) -> HttpResponse:
    """The evidence of one standard: what is there, and a form to add a file."""
    application = _writable(request.user, pk)
    item = _item(application, standard_pk)
    form = EvidenceUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _attached(request, item, form):
        return redirect("assessments:evidence", pk=pk, standard_pk=standard_pk)
    context = {
        "application": application,
        "item": item,
        "files": item.evidence.for_list(),
        "form": form,
        "choice_form": EvidenceChoiceForm(item=item),
    }
    return render(request, "assessments/evidence_form.html", context)


@require_POST
def evidence_choose(request: HttpRequest, pk: int, standard_pk: int) -> HttpResponse:
    """Hang a document that is filed already on a standard."""
    item = _item(_writable(request.user, pk), standard_pk)
    form = EvidenceChoiceForm(request.POST, item=item)
    if form.is_valid():
        chosen = form.cleaned_data["evidence"]
        try:
            choose(item=item, evidence=chosen, actor=request.user, now=clock.now())
        except TransitionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已添加“{chosen}”。")
    else:
        messages.error(request, "请选择一份材料。")
    return redirect("assessments:evidence", pk=pk, standard_pk=standard_pk)


@require_POST
def evidence_detach(request: HttpRequest, pk: int, standard_pk: int) -> HttpResponse:
    """Take a document off a standard; it stays with the village."""
    item = _item(_writable(request.user, pk), standard_pk)
    given = request.POST.get("evidence", "")
    found = get_object_or_404(item.evidence.all(), pk=given if given.isdecimal() else 0)
    try:
        detach(item=item, evidence=found, actor=request.user, now=clock.now())
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{found}”已从这项标准移除，文件仍在村（社区）的材料中。")
    return redirect("assessments:evidence", pk=pk, standard_pk=standard_pk)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The self-check report for the printer: as submitted, or as it stands while it is being written."""
    application = find_application(request.user, pk)
    snapshot = None if application.is_editable else application.snapshots.order_by("-round").first()
    payload = snapshot.payload if snapshot else sheet.collect(application)
    context = {
        "application": application,
        "snapshot": snapshot,
        "sheet": sheet.read(payload).visible_to(request.user),
        "today": localdate(clock.now()),
    }
    return render(request, "assessments/application_report.html", context)


def _writable(user: User, pk: int) -> Application:
    """The application, for who may write its self-check."""
    application = find_application(user, pk)
    authorize(user, Permission.SELF_CHECK, within=application.division_code)
    return application


def _item(application: Application, standard_pk: int) -> SelfCheckItem:
    items = application.items.select_related("standard", "application__village")
    return get_object_or_404(items, standard=standard_pk)


def _save(form: SelfCheckForm, application: Application, actor: User) -> None:
    self_checks.self_check_save(
        application=application,
        seen_version=form.cleaned_data["version"],
        report=form.cleaned_data["report"],
        statements=form.statements(),
        actor=actor,
        now=clock.now(),
    )


def _attached(request: HttpRequest, item: SelfCheckItem, form: EvidenceUploadForm) -> bool:
    try:
        filed: Evidence = evidence_attach(
            item=item,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
            actor=request.user,
            now=clock.now(),
        )
    except ValidationError as refusal:
        form.add_error("file", refusal.messages)
        return False
    except TransitionError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"“{filed}”已添加。")
    return True


def _conflict(
    request: HttpRequest, application: Application, form: SelfCheckForm, sentence: str
) -> HttpResponse:
    """Show what the other person saved beside what was typed; saving again is then about both."""
    reread(application)
    form.add_error(None, sentence)
    form.show_version(application.version)
    return _page(request, application, form, theirs=_theirs(application, form))


def _theirs(application: Application, form: SelfCheckForm) -> dict[str, str]:
    """What stands in the database where it differs from what was typed, by the field's name."""
    stored = {SelfCheckForm.name_of(item): item.statement for item in application.items.all()}
    stored["report"] = application.self_check_report
    return {name: text for name, text in stored.items() if text != form.cleaned_data.get(name, "").strip()}


def _page(
    request: HttpRequest, application: Application, form: SelfCheckForm, theirs: dict[str, str] | None = None
) -> HttpResponse:
    live = sheet.read(sheet.collect(application))
    rows = {row.id: row for row in live.rows}
    theirs = theirs or {}
    lines: list[dict[str, Any]] = [
        {
            "row": rows[item.standard_id],
            "field": form[SelfCheckForm.name_of(item)],
            "theirs": theirs.get(SelfCheckForm.name_of(item)),
        }
        for item in form.items
    ]
    context = {
        "application": application,
        "form": form,
        "lines": lines,
        "their_report": theirs.get("report"),
        "is_demonstration": application.is_demonstration or live.is_demonstration,
        "today": localdate(clock.now()),
    }
    return render(request, "assessments/self_check_form.html", context)
