"""What is said beside a figure: remarks, "not applicable" with its reason, files that prove it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import audit
from accounts.models import User
from common.transitions import TransitionError
from indicators.models import (
    CellNote,
    DataElement,
    LedgerLine,
    MonthlyReport,
    ProgrammeElement,
    ValueChange,
)
from indicators.models.catalogue import AskedElement
from indicators.permissions import may_explain, own_elements
from indicators.services.headers import (
    advance_version,
    authorize_editing,
    open_locked,
    require_month,
    require_open,
)
from indicators.services.refusals import StaleNote
from villages.models import Evidence, Village
from villages.services.evidence import evidence_add

LONGEST = 300


@dataclass(frozen=True)
class NoteText:
    """What somebody says of a figure; both empty: nothing any more."""

    remark: str = ""
    is_not_applicable: bool = False


Notes = Mapping[int, NoteText]  # by element id


@transaction.atomic
def note_save(
    *,
    village: Village,
    month: date,
    element: DataElement,
    text: NoteText,
    seen_version: int,
    actor: User,
    now: datetime,
) -> MonthlyReport:
    """Write the remark of one figure, and whether it applies; StaleNote if somebody wrote it meanwhile.

    The month's version moves as with a figure, so nobody signs or accepts a remark that they did not see.
    """
    authorize_editing(actor, village)
    asked = ProgrammeElement.objects.asked_of(village)
    check_notes(actor, village, asked, {element.pk: text})
    report = open_locked(village=village, month=month, actor=actor, now=now)
    wanted = notes_to_write(report, {element.pk: text}, seen_version)
    if wanted:
        elements = {item.element.pk: item.element for item in asked}
        require_open(report, elements, wanted)
        advance_version(report)
        write_notes(report, elements, wanted, actor, now)
    return report


@transaction.atomic
def note_attach(
    *, village: Village, month: date, element: DataElement, evidence: Evidence, actor: User, now: datetime
) -> CellNote:
    """Hang a document that the village has filed already on one figure of the month."""
    note = _open_note(village, month, element, actor, now)
    if evidence.village_id != village.pk:
        raise TransitionError("这份材料不是这个村（社区）的。")
    note.evidence.add(evidence)
    _record(note, "添加佐证", actor, now, evidence=evidence.title, sha256=evidence.sha256)
    return note


@transaction.atomic
def note_upload(
    *,
    village: Village,
    month: date,
    element: DataElement,
    upload: UploadedFile,
    title: str,
    actor: User,
    now: datetime,
) -> Evidence:
    """File a document about the village and hang it on one figure, or raise ValidationError."""
    authorize_editing(actor, village)
    evidence = evidence_add(village=village, upload=upload, title=title, actor=actor, now=now)
    note_attach(village=village, month=month, element=element, evidence=evidence, actor=actor, now=now)
    return evidence


@transaction.atomic
def note_detach(
    *, village: Village, month: date, element: DataElement, evidence: Evidence, actor: User, now: datetime
) -> CellNote:
    """Take a document off a figure; the file itself stays with the village."""
    note = _open_note(village, month, element, actor, now)
    note.evidence.remove(evidence)
    _record(note, "移除佐证", actor, now, evidence=evidence.title, sha256=evidence.sha256)
    return note


def check_notes(actor: User, village: Village, asked: Collection[AskedElement], notes: Notes) -> None:
    """Raise PermissionDenied for what is not the actor's to say, ValidationError for what cannot be."""
    items = {item.element.pk: item for item in asked}
    if set(notes) - set(items):
        raise ValidationError("这个村（社区）的月报里没有这一项数据。")
    own = own_elements(actor, village, asked)
    errors: dict[str, str] = {}
    for pk, text in notes.items():
        item = items[pk]
        if not may_explain(actor, village, item) or (text.is_not_applicable and pk not in own):
            owner = item.provider_names or "乡镇（街道）"
            raise PermissionDenied(f"“{item.element}”由{owner}填报，不能由您说明。")
        if refusal := note_refusal(text):
            errors[item.element.code] = f"{item.element}：{refusal}"
    if errors:
        raise ValidationError(errors)


def note_refusal(text: NoteText) -> str:
    """Say why a note cannot be kept; "" where it can."""
    if text.is_not_applicable and not text.remark.strip():
        return "请写明本月为什么不适用。"
    return f"说明最多 {LONGEST} 字。" if len(text.remark.strip()) > LONGEST else ""


def notes_to_write(report: MonthlyReport, notes: Notes, seen: int) -> dict[int, NoteText]:
    """Those of `notes`, written over version `seen`, that say something new; the header is held locked."""
    known = CellNote.objects.by_element(report) if notes else {}
    wanted: dict[int, NoteText] = {}
    for pk, text in notes.items():
        note = known.get(pk)
        new = NoteText(text.remark.strip(), text.is_not_applicable)
        if new == (NoteText(note.remark, note.is_not_applicable) if note else NoteText()):
            continue
        if note and note.version > seen:
            raise StaleNote(report.version, note, list(ValueChange.objects.since(report, seen)))
        wanted[pk] = new
    return wanted


def write_notes(
    report: MonthlyReport,
    elements: Mapping[int, DataElement],
    notes: Notes,
    actor: User,
    now: datetime,
) -> list[CellNote]:
    """Write notes under a header that was just moved on, with their trail."""
    if not notes:
        return []
    _refuse_figures(report, elements, notes)
    known = CellNote.objects.by_element(report)
    trail: list[dict[str, object]] = [
        {"element": elements[pk].code, "old": known[pk].remark if pk in known else "", "new": text.remark}
        | ({"not_applicable": True} if text.is_not_applicable else {})
        for pk, text in notes.items()
    ]
    version = report.version
    written = CellNote.objects.bulk_create(
        (
            CellNote(report=report, element=elements[pk], by=actor, at=now, version=version, **vars(text))
            for pk, text in notes.items()
        ),
        update_conflicts=True,
        unique_fields=["report", "element"],
        update_fields=["remark", "is_not_applicable", "by", "at", "version"],
    )
    _keep_trail(report, trail, actor, now)
    return written


def _keep_trail(report: MonthlyReport, notes: list[dict[str, object]], actor: User, now: datetime) -> None:
    action = "月报：填写说明"
    audit.record(actor=actor, action=action, subject=report, now=now, version=report.version, notes=notes)


def _refuse_figures(report: MonthlyReport, elements: Mapping[int, DataElement], notes: Notes) -> None:
    """A figure that does not apply is empty: whoever says so clears it first."""
    values = LedgerLine.objects.month_values(report.village, report.month)
    filled = [elements[pk] for pk, text in notes.items() if text.is_not_applicable and pk in values]
    if filled:
        raise ValidationError(
            {element.code: f"{element}：已经填了数，不能同时标为不适用，请先清空。" for element in filled}
        )


def _open_note(village: Village, month: date, element: DataElement, actor: User, now: datetime) -> CellNote:
    """The note of a figure that may change now, made if need be, under a header that was moved on."""
    authorize_editing(actor, village)
    asked = ProgrammeElement.objects.asked_of(village)
    check_notes(actor, village, asked, {element.pk: NoteText()})
    require_month(village, month, now)
    report = open_locked(village=village, month=month, actor=actor, now=now)
    require_open(report, {element.pk: element}, {element.pk})
    advance_version(report)
    note, _ = CellNote.objects.get_or_create(
        report=report, element=element, defaults={"by": actor, "at": now, "version": report.version}
    )
    return note


def _record(note: CellNote, what: str, actor: User, now: datetime, **detail: str) -> None:
    report = note.report
    audit.record(
        actor=actor, action=f"月报：{what}", subject=report, now=now, element=note.element.code, **detail
    )
