"""Every write around an imported workbook: taken in, mapped, read, written into the ledger, let go."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, allows
from common.transitions import TransitionError
from indicators import tasks
from indicators.models import ColumnMapping, ImportedRow, WorkbookImport
from indicators.month_books import outline
from indicators.month_books.content import CheckedBook, check_book
from indicators.month_books.layouts import advice
from indicators.month_books.mapping import BookMapping, from_json, problems, signature
from indicators.month_books.proposing import Proposal, propose
from indicators.month_books.reading import UnreadableBook, read_outlines
from indicators.month_books.running import run_import

State = WorkbookImport.State
SMALL = 2_000  # cells that are read or written while the person waits
PATIENCE = timedelta(seconds=30)
AT_ONCE = 100
MOST_OPEN = 20  # imports of one person that are neither done nor let go
NO_SHEET = "表格里没有可以导入的工作表：各表都是空的或隐藏的。"


@transaction.atomic
def import_upload(*, upload: UploadedFile, month: date, actor: User, now: datetime) -> WorkbookImport:
    """Take a workbook in, or raise ValidationError saying what to do; one of our own is read at once."""
    authorize_import(actor)
    checked = check_book(upload)
    sheets = outline.keep(_outlines(upload, checked), checked.uncached, checked.errors)
    proposal = propose(outline.kept_sheets(sheets), actor, month, file=checked.name)
    if proposal is None:
        raise ValidationError(NO_SHEET)
    if proposal.problems:
        raise ValidationError(list(proposal.problems))
    _refuse_many(actor)
    workbook = WorkbookImport(
        division_code=actor.division_code,
        month=proposal.month or month,
        original_name=checked.name,
        outline=sheets,
        mapping=proposal.mapping.as_json(),
        by=actor,
        at=now,
    )
    upload.seek(0)
    workbook.file.save(f"{uuid.uuid4().hex}{PurePosixPath(checked.name).suffix.lower()}", upload, save=False)
    workbook.save()
    audit.record(actor=actor, action="月报：上传表格", subject=workbook, now=now, file=checked.name)
    if proposal.mapping.is_own:
        _ask(workbook, State.READING, now)
    return workbook


@transaction.atomic
def import_map(
    *, workbook: WorkbookImport, mapping: BookMapping, month: date, actor: User, now: datetime
) -> WorkbookImport:
    """Decide how the workbook is read, remember it for the next one with these heads, and have it read."""
    _authorize_own(workbook, actor)
    workbook = _locked(workbook, State.MAPPING, State.PREVIEW, State.FAILED)
    if found := problems(mapping):
        raise ValidationError(advice(mapping, actor) or found)
    workbook.mapping, workbook.month = mapping.as_json(), month
    workbook.save(update_fields=["mapping", "month"])
    _remember(workbook, mapping, actor, now)
    _ask(workbook, State.READING, now)
    return workbook


@transaction.atomic
def import_apply(*, workbook: WorkbookImport, actor: User, now: datetime) -> WorkbookImport:
    """Have what was previewed written into the ledger: whole, or not at all."""
    _authorize_own(workbook, actor)
    workbook = _locked(workbook, State.PREVIEW)
    if not workbook.to_write:
        raise TransitionError("没有可以写入的数据：与台账相同，或者都不能导入。")
    _ask(workbook, State.APPLYING, now)
    return workbook


@transaction.atomic
def import_cancel(*, workbook: WorkbookImport, actor: User, now: datetime) -> WorkbookImport:
    """Let a workbook go; where a worker has it, the worker stops at its next step and nothing is written."""
    _authorize_own(workbook, actor)
    workbook = _locked(workbook, State.MAPPING, State.READING, State.PREVIEW, State.APPLYING, State.FAILED)
    if workbook.is_working and workbook.lease_until and workbook.lease_until > now:
        workbook.cancel_asked = True
    else:
        workbook.state, workbook.finished_at, workbook.lease_until = State.CANCELLED, now, None
        ImportedRow.objects.filter(workbook=workbook).delete()
    workbook.save()
    audit.record(actor=actor, action="月报：取消导入", subject=workbook, now=now, file=workbook.original_name)
    return workbook


def import_run(*, import_id: int, tick: Callable[[], datetime]) -> None:
    """Do the work of an import here and now; nothing where someone else does."""
    run_import(import_id=import_id, tick=tick)


@transaction.atomic
def imports_clean(*, now: datetime) -> int:
    """Drop the files of old imports and what was read of them; the row itself stays. Return how many."""
    old = list(WorkbookImport.objects.old(at=now).select_for_update(skip_locked=True)[:AT_ONCE])
    for workbook in old:
        ImportedRow.objects.filter(workbook=workbook).delete()
        transaction.on_commit(_deletion(str(workbook.file.name)), robust=True)
        workbook.file, workbook.outline = "", []
        if not workbook.is_over:
            workbook.state, workbook.finished_at = State.CANCELLED, now
        workbook.save()
    return len(old)


def resend_waiting_imports(*, now: datetime) -> int:
    """Send the imports again that nobody works on, oldest first; return how many."""
    waiting = WorkbookImport.objects.overdue(at=now, patience=PATIENCE).values_list("pk", flat=True)[:AT_ONCE]
    for import_id in waiting:
        tasks.run_workbook_import.delay(import_id)
    return len(waiting)


def authorize_import(actor: User) -> None:
    """Raise PermissionDenied unless figures of some village can be the actor's."""
    if not may_import(actor):
        raise PermissionDenied("月报由乡镇（街道）和提供数据的部门填报，您的角色不能导入。")


def may_import(actor: User) -> bool:
    """Whether some figures can be the actor's to bring in."""
    return allows(actor, Permission.MONTH_EDIT) or allows(actor, Permission.MONTH_EDIT_OWNED)


def is_small(workbook: WorkbookImport) -> bool:
    """Whether it is done while the person waits."""
    mapping = from_json(workbook.mapping)
    height = next((one["height"] for one in workbook.outline if one["name"] == mapping.sheet), 0)
    return (height - mapping.body) * len(mapping.figures) <= SMALL


def proposal_of(
    workbook: WorkbookImport, *, sheet: str = "", rows: tuple[int, int] | None = None
) -> Proposal | None:
    """How the workbook could be read, from another sheet or other heads."""
    sheets = outline.kept_sheets(workbook.outline)
    return propose(sheets, workbook.by, workbook.month, sheet=sheet, rows=rows, file=workbook.original_name)


def _authorize_own(workbook: WorkbookImport, actor: User) -> None:
    """Whoever uploaded it goes on with it: what may be written was looked up for that person."""
    authorize_import(actor)
    if workbook.by_id != actor.pk:
        raise PermissionDenied("这份表格是别人上传的，请由上传人办理，或者自己再上传一次。")


def _locked(workbook: WorkbookImport, *states: str) -> WorkbookImport:
    locked = WorkbookImport.objects.select_for_update(of=("self",)).select_related("by__organisation")
    workbook = locked.get(pk=workbook.pk)
    if workbook.state not in states or workbook.cancel_asked:
        raise TransitionError(
            f"这份表格现在是“{workbook.get_state_display()}”，不能这样办理。请刷新页面看看。"
        )
    if not workbook.file:
        raise TransitionError("这份表格的文件已经清除，请重新上传。")
    return workbook


def _ask(workbook: WorkbookImport, state: str, now: datetime) -> None:
    """Queue the next part of the work; a large one is sent to a worker after the commit."""
    workbook.state, workbook.asked_at, workbook.lease_until = state, now, None
    workbook.tries, workbook.rows_done, workbook.notice, workbook.problem = 0, 0, "", ""
    workbook.save()
    if not is_small(workbook):
        transaction.on_commit(_sending(workbook.pk), robust=True)


def _sending(import_id: int) -> Callable[[], Any]:
    def send() -> None:
        tasks.run_workbook_import.delay(import_id)

    return send


def _deletion(name: str) -> Callable[[], Any]:
    return lambda: WorkbookImport._meta.get_field("file").storage.delete(name)


def _remember(workbook: WorkbookImport, mapping: BookMapping, actor: User, now: datetime) -> None:
    found = proposal_of(workbook, sheet=mapping.sheet, rows=(mapping.first, mapping.last))
    if found is None or mapping.is_own:
        return
    ColumnMapping.objects.update_or_create(
        division_code=actor.division_code,
        signature=signature(found.heads),
        defaults={"mapping": mapping.as_json(), "by": actor, "at": now},
    )


def _refuse_many(actor: User) -> None:
    open_ones = WorkbookImport.objects.filter(by=actor, finished_at__isnull=True).count()
    if open_ones >= MOST_OPEN:
        raise ValidationError(f"您有 {open_ones} 份表格还没有办完，请先办完或取消几份，再上传。")


def _outlines(upload: UploadedFile, checked: CheckedBook) -> list[Any]:
    try:
        with _on_disk(upload) as path:
            return read_outlines(path, checked.kind)
    except UnreadableBook as error:
        raise ValidationError(str(error)) from error


@contextmanager
def _on_disk(upload: UploadedFile) -> Iterator[str]:
    """A path of the upload: its own where it came to the disk, else a copy for the moment."""
    if hasattr(upload, "temporary_file_path"):
        yield upload.temporary_file_path()
        return
    upload.seek(0)
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        yield copy.name
