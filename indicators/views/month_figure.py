"""One figure of one month: its remark, whether it applies, its files, and who changed it when.

The same address answers a script in JSON (Accept: application/json): the note, or why it is not kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.transitions import TransitionError
from indicators.forms import FileForm, NoteForm
from indicators.models import DataElement, ValueChange
from indicators.models.catalogue import AskedElement
from indicators.permissions import may_explain
from indicators.services import notes
from indicators.services.notes import NoteText
from indicators.services.refusals import StaleNote
from indicators.views.month_cells import Cell
from indicators.views.month_desk import Desk, find_place, lay_out
from indicators.views.month_sheet import build_sheet, shown
from villages.models import Evidence


@dataclass(frozen=True)
class Figure:
    """One figure of a desk."""

    desk: Desk
    item: AskedElement

    @property
    def element(self) -> DataElement:
        return self.item.element

    @property
    def cell(self) -> Cell:
        return next(cell for cell in build_sheet(self.desk).cells if cell.element == self.element)

    @property
    def where(self) -> dict[str, Any]:
        """What services are told of it."""
        place = self.desk.place
        return {"village": place.village, "month": place.month, "element": self.element}

    def get_absolute_url(self) -> str:
        place = self.desk.place
        code, month, pk = place.village.code, place.month, self.element.pk
        return reverse("indicators:figure", args=[code, month.year, month.month, pk])


@require_http_methods(["GET", "HEAD", "POST"])
def figure(request: HttpRequest, code: str, year: str, month: str, element: str) -> HttpResponse:
    """Show a figure with what is said of it; POST writes the remark."""
    found = _find(request, code, year, month, element)
    if request.method != "POST":
        return _json(request, found) if _wants_json(request) else _show(request, found)
    _authorize(request, found)
    form = NoteForm(request.POST)
    if not form.is_valid() and _wants_json(request):
        return _json(request, found, form.first_error, 400)
    if not form.is_valid():
        return _show(request, found, form)
    return _write(request, found, form)


def _write(request: HttpRequest, found: Figure, form: NoteForm) -> HttpResponse:
    try:
        notes.note_save(
            **found.where,
            text=NoteText(form.cleaned_data["remark"], form.cleaned_data["is_not_applicable"]),
            seen_version=form.cleaned_data["version"],
            actor=request.user,
            now=clock.now(),
        )
    except (TransitionError, ValidationError) as refusal:
        return _refuse(request, found, form, refusal)
    if _wants_json(request):
        return _json(request, Figure(lay_out(request.user, found.desk.place), found.item))
    messages.success(request, "说明已保存。")
    return redirect(found)


@require_POST
def figure_file(request: HttpRequest, code: str, year: str, month: str, element: str) -> HttpResponse:
    """Hang a file on a figure: one that the village has filed already, or a new one; or take one off."""
    found = _find(request, code, year, month, element)
    _authorize(request, found)
    filed = Evidence.objects.filter(village=found.desk.place.village)
    if "remove" in request.POST:
        evidence = get_object_or_404(filed, pk=_number(request.POST["remove"]))
        detach = partial(notes.note_detach, **found.where, evidence=evidence)
        return _do(request, found, "佐证材料已移除，文件仍存在村里。", detach)
    form = FileForm(request.POST, request.FILES, filed=filed)
    if not form.is_valid():
        return _show(request, found, files=form)
    given = form.cleaned_data
    if given["evidence"]:
        attach = partial(notes.note_attach, **found.where, evidence=given["evidence"])
        return _do(request, found, "佐证材料已加上。", attach)
    upload = partial(notes.note_upload, **found.where, upload=given["file"], title=given["title"])
    return _do(request, found, "佐证材料已上传。", upload)


def _find(request: HttpRequest, code: str, year: str, month: str, element: str) -> Figure:
    place = find_place(request.user, code, int(year), int(month), clock.now())
    if place.refusal:
        raise Http404(place.refusal)
    desk = lay_out(request.user, place)
    item = next((item for item in desk.asked if item.element.pk == int(element)), None)
    if item is None:
        raise Http404("这个村（社区）的月报里没有这一项数据。")
    return Figure(desk, item)


def _authorize(request: HttpRequest, found: Figure) -> None:
    """Nothing is read of a form from somebody who may say nothing of this figure."""
    if not may_explain(request.user, found.desk.place.village, found.item):
        owner = found.item.provider_names or "乡镇（街道）"
        raise PermissionDenied(f"“{found.element}”由{owner}填报，不能由您说明。")


def _do(request: HttpRequest, found: Figure, done: str, write: Callable[..., Any]) -> HttpResponse:
    try:
        write(actor=request.user, now=clock.now())
    except TransitionError as refusal:
        messages.error(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect(found)


def _refuse(
    request: HttpRequest, found: Figure, form: NoteForm, refusal: TransitionError | ValidationError
) -> HttpResponse:
    """Back to what was typed, with the reason; a script is told which version to send next."""
    sentence = str(refusal) if isinstance(refusal, TransitionError) else "".join(refusal.messages)
    if _wants_json(request):
        return _json(request, found, sentence, 409 if isinstance(refusal, TransitionError) else 400)
    form.add_error(None, sentence)
    if isinstance(refusal, StaleNote):
        form.show_version(refusal.version)
    return _show(request, found, form)


def _show(
    request: HttpRequest, found: Figure, form: NoteForm | None = None, files: FileForm | None = None
) -> HttpResponse:
    desk, cell = found.desk, found.cell
    note = desk.notes.get(found.element.pk)
    said = {"remark": note.remark, "is_not_applicable": note.is_not_applicable} if note else {}
    form = form or NoteForm(initial=said | {"version": desk.report.version})
    filed = Evidence.objects.filter(village=desk.place.village)
    changes = ValueChange.objects.of_figure(desk.report, found.element)
    page = {
        "place": desk.place,
        "report": desk.report,
        "cell": cell,
        "form": form,
        "files": files or FileForm(filed=filed),
        "attached": cell.note.files,
        "history": [_step(change, found.element) for change in changes],
    }
    if not cell.note.may_exempt:
        del form.fields["is_not_applicable"]
    return render(request, "indicators/month_figure.html", page)


def _step(change: ValueChange, element: DataElement) -> dict[str, Any]:
    return {
        "at": change.at,
        "who": change.by.name,
        "action": change.get_way_display(),
        "from": shown(change.old, element),
        "to": shown(change.new, element),
    }


def _json(request: HttpRequest, found: Figure, error: str = "", status: int = 200) -> JsonResponse:
    """What a script shows beside a cell."""
    cell = found.cell
    note = cell.note.kept
    answer = {
        "version": found.desk.report.version,
        "remark": note.remark if note else "",
        "is_not_applicable": bool(note and note.is_not_applicable),
        "by": str(note.by) if note else "",
        "at": localtime(note.at).isoformat(timespec="minutes") if note else "",
        "mark": cell.mark,
        "problem": cell.problem,
        "question": cell.question,
        "wants_remark": cell.wants_remark,
        "is_open": cell.note.is_open,
        "may_exempt": cell.note.may_exempt,
        "evidence": [{"title": str(file), "url": file.get_absolute_url()} for file in cell.note.files],
        "url": found.get_absolute_url(),
    }
    return JsonResponse(answer | ({"error": error} if error else {}), status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
