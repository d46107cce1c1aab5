"""Workbooks that come in: uploaded, mapped, previewed, written; each page says what comes next."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from common import clock
from common.transitions import TransitionError
from indicators.models import WorkbookImport
from indicators.month_books import outline
from indicators.month_books.errors_back import errors_back
from indicators.month_books.forms import PreviewFilter, UploadForm
from indicators.month_books.mapping import from_json
from indicators.month_books.preview import Reader, rows_with
from indicators.services import imports
from indicators.views.import_columns import columns_page

PAGE_ROWS = 15
LISTED = 30
State = WorkbookImport.State


@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """The person's own workbooks, newest first, and the form for another."""
    imports.authorize_import(request.user)
    today = localdate(clock.now())
    form = UploadForm(request.POST or None, request.FILES or None, today=today)
    if request.method == "POST" and form.is_valid() and (workbook := _uploaded(request, form)):
        return redirect(workbook)
    page = Paginator(_mine(request), LISTED).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "pages": page.paginator.get_elided_page_range(page.number)}
    return render(request, "indicators/import_list.html", context | {"today": today})


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a workbook stands: how far it is, what it would change, what became of it."""
    imports.authorize_import(request.user)
    workbook = get_object_or_404(_mine(request), pk=pk)
    if request.htmx and not workbook.is_working:
        return HttpResponseClientRefresh()
    if workbook.state == State.MAPPING:
        return redirect("indicators:import_columns", pk=pk)
    if workbook.is_working:
        return render(request, "indicators/import_progress.html", {"workbook": workbook})
    return render(request, "indicators/import_detail.html", _preview(request, workbook))


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what each column is; POST has the sheet read."""
    imports.authorize_import(request.user)
    workbook = get_object_or_404(_mine(request), pk=pk)
    if workbook.state not in (State.MAPPING, State.PREVIEW, State.FAILED) or not workbook.file:
        return redirect(workbook)
    page, sent = columns_page(request, workbook)
    if page is None:
        raise Http404("这份表格里没有可以导入的工作表。")
    if sent and not sent.errors and _mapped(request, workbook, sent):
        return redirect(workbook)
    return render(request, "indicators/import_columns.html", page)


@require_POST
def import_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Have it written, or let it go."""
    imports.authorize_import(request.user)
    workbook = get_object_or_404(_mine(request), pk=pk)
    if step not in ("apply", "cancel"):
        raise Http404("没有这一步。")
    try:
        if step == "apply":
            imports.import_apply(workbook=workbook, actor=request.user, now=clock.now())
            _run_small(workbook)
        else:
            imports.import_cancel(workbook=workbook, actor=request.user, now=clock.now())
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect(workbook)


@require_safe
@cache_control(private=True, no_store=True)
def import_errors(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The person's own workbook again, with a column that says what cannot be taken, and the cells marked."""
    imports.authorize_import(request.user)
    workbook = get_object_or_404(_mine(request), pk=pk)
    if not workbook.file or not workbook.counts.get("refused"):
        raise Http404("这份表格没有错误，或者文件已经清除。")
    content, name = errors_back(workbook)
    return FileResponse(content, as_attachment=True, filename=name)


def _mine(request: HttpRequest) -> QuerySet[WorkbookImport]:
    return WorkbookImport.objects.visible_to(request.user)


def _uploaded(request: HttpRequest, form: UploadForm) -> WorkbookImport | None:
    try:
        workbook = imports.import_upload(
            upload=form.cleaned_data["file"],
            month=form.cleaned_data["month"],
            actor=request.user,
            now=clock.now(),
        )
    except ValidationError as refusal:
        form.add_error("file", refusal.messages)
        return None
    _run_small(workbook)
    return workbook


def _mapped(request: HttpRequest, workbook: WorkbookImport, sent: Any) -> bool:
    try:
        imports.import_map(
            workbook=workbook, mapping=sent.mapping, month=sent.month, actor=request.user, now=clock.now()
        )
    except TransitionError as error:
        messages.error(request, str(error))
        return True
    except ValidationError as error:
        sent.errors.extend(error.messages)
        return False
    _run_small(workbook)
    return True


def _run_small(workbook: WorkbookImport) -> None:
    """A workbook of a township is done while the person waits."""
    workbook.refresh_from_db()
    if workbook.is_working and imports.is_small(workbook):
        imports.import_run(import_id=workbook.pk, tick=clock.now)


def _preview(request: HttpRequest, workbook: WorkbookImport) -> dict[str, Any]:
    form = PreviewFilter(request.GET)
    signs, mapping = form.signs(), from_json(workbook.mapping)
    page = Paginator(rows_with(workbook, signs, form.words()), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    return {
        "workbook": workbook,
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "lines": list(Reader(workbook).lines(rows, signs)),
        "to_write": workbook.to_write,
        "refused": workbook.counts.get("refused", 0),
        "unknown": workbook.counts.get("unknown", []),
        "personal": mapping.personal,
        "unread": _unread_words(outline.unread(workbook.outline, mapping.sheet)),
        "is_own": mapping.is_own,
        "is_preview": workbook.state == State.PREVIEW,
        "may_map": not mapping.is_own and workbook.state in (State.PREVIEW, State.FAILED),
        "has_errors": bool(workbook.file and workbook.counts.get("refused")),
    }


def _unread_words(names: list[str]) -> str:
    if not names:
        return ""
    listed = "、".join(names)
    how = "要导入的，请再上传一次，在“列对应”里选那一张。"
    return f"一次读一张工作表。这份文件里还有 {len(names)} 张有数据的没有读：{listed}。{how}"
