"""The steps of a village's month: submitted, taken back, accepted, sent back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from accounts.transitions import advance
from common.transitions import TransitionError
from indicators.engine.sql.area_sums import area_sums_kept
from indicators.findings import findings_of, unexplained
from indicators.models import CellNote, DataElement, LedgerLine, MonthlyReport, ProgrammeElement
from indicators.openness import open_elements
from indicators.services.compliance import compute_request_month
from indicators.services.figures import Figures
from indicators.services.headers import locked, month_open, require_unlocked, require_version
from indicators.services.notes import LONGEST, NoteText, note_save
from indicators.services.refusals import (
    BrokenRules,
    FiguresFrozen,
    MissingFigures,
    MonthClosed,
    StaleNote,
    StaleVersion,
    Unexplained,
)
from indicators.services.saving import Saved, month_save
from indicators.workflow import MonthStatus

__all__ = [
    "BrokenRules",
    "Figures",
    "FiguresFrozen",
    "MissingFigures",
    "MonthClosed",
    "NoteText",
    "Saved",
    "StaleNote",
    "StaleVersion",
    "Unexplained",
    "month_accept",
    "month_mark",
    "month_open",
    "month_return",
    "month_save",
    "month_submit",
    "month_withdraw",
    "note_save",
]

Marks = Mapping[int, str]  # what to change, by element id


@transaction.atomic
def month_submit(
    *,
    report: MonthlyReport,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
    incomplete_ok: bool = False,
) -> MonthlyReport:
    """Sign the month off to the bureau, or raise TransitionError saying why not.

    Hard findings stop it, soft ones want a remark. Empty figures that nobody declared not applicable count as
    no data, never as zero: they are submitted only where `incomplete_ok` says so.
    """
    report = locked(report)
    authorize(actor, Permission.MONTH_SUBMIT, within=report.division_code)
    _refuse_second_submit(report)
    require_version(report, seen_version)
    if report.is_editable:
        require_unlocked(report, now)
        _require_figures(report, incomplete_ok=incomplete_ok)
    advance(report, "submit", actor=actor, now=now, version=report.version)
    return report


@transaction.atomic
def month_withdraw(*, report: MonthlyReport, actor: User, now: datetime) -> MonthlyReport:
    """Take back a month that the bureau has not looked at yet."""
    report = locked(report)
    authorize(actor, Permission.MONTH_SUBMIT, within=report.division_code)
    advance(report, "withdraw", actor=actor, now=now, version=report.version)
    return report


@transaction.atomic
def month_accept(
    *, report: MonthlyReport, actor: User, now: datetime, seen_version: int | None = None
) -> MonthlyReport:
    """Accept the month: from now on its figures count, and verdicts are computed anew."""
    report = locked(report)
    authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    require_version(report, seen_version)
    with area_sums_kept([report.village], report.month.year):
        take_acceptance(report, actor=actor, now=now)
    compute_request_month(village=report.village, months=[report.month], now=now)
    return report


def take_acceptance(report: MonthlyReport, *, actor: User, now: datetime) -> None:
    """The step itself, on a locked header: what was marked at a return is settled."""
    advance(report, "accept", actor=actor, now=now, version=report.version)
    CellNote.objects.marked().filter(report=report).update(mark="")


@transaction.atomic
def month_return(
    *,
    report: MonthlyReport,
    comment: str = "",
    marks: Marks | None = None,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
) -> MonthlyReport:
    """Send the month back to its township with the reason, as a whole or for the figures marked.

    `marks` say for some elements what to change: only these open again. Without a reason of its own the
    return says which they are.
    """
    report = locked(report)
    authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    require_version(report, seen_version)
    elements, said = _marked(report, marks or {})
    reason = comment.strip() or _reason_of(elements)
    advance(report, "return", actor=actor, now=now, comment=reason, version=report.version)
    CellNote.objects.marked().filter(report=report).update(mark="")
    _mark(report, elements, said, actor, now)
    return report


@transaction.atomic
def month_mark(*, report: MonthlyReport, marks: Marks, actor: User, now: datetime) -> MonthlyReport:
    """Open more figures of a month that came back for some: what one of them needs may stand in another."""
    report = locked(report)
    authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    if not (report.is_editable and CellNote.objects.marks(report)):
        raise TransitionError("只有按数据项退回、还没有重新上报的月报，才能补充退回其他数据。")
    elements, said = _marked(report, marks)
    if not elements:
        raise TransitionError("请写明还有哪些数据要改、改什么。")
    _mark(report, elements, said, actor, now)
    return report


def _marked(report: MonthlyReport, marks: Marks) -> tuple[list[DataElement], dict[int, str]]:
    """The elements that a return is about and the sentence of each; TransitionError where one cannot be."""
    said = {pk: text.strip() for pk, text in marks.items() if text.strip()}
    asked = ProgrammeElement.objects.asked_of(report.village)
    elements = [item.element for item in asked if item.element.pk in said]
    if len(elements) != len(said):
        raise TransitionError("这个村（社区）的月报里没有这一项数据。")
    if any(len(text) > LONGEST for text in said.values()):
        raise TransitionError(f"每项退回意见最多 {LONGEST} 字。")
    return elements, said


def _reason_of(elements: list[DataElement]) -> str:
    names = "、".join(f"“{element}”" for element in elements)
    return f"请核对标出的 {len(elements)} 项：{names}。" if elements else ""


def _mark(
    report: MonthlyReport, elements: list[DataElement], said: Marks, actor: User, now: datetime
) -> None:
    if not elements:
        return
    fresh = {"by": actor, "at": now, "version": report.version}
    CellNote.objects.bulk_create(
        (CellNote(report=report, element=element, mark=said[element.pk], **fresh) for element in elements),
        update_conflicts=True,
        unique_fields=["report", "element"],
        update_fields=["mark"],
    )
    marks = {element.code: said[element.pk] for element in elements}
    audit.record(actor=actor, action="月报：标出退回的数据", subject=report, now=now, marks=marks)


def _refuse_second_submit(report: MonthlyReport) -> None:
    if report.status != MonthStatus.SUBMITTED:
        return
    step = report.steps.select_related("by").filter(name="submit").last()
    when = f"由{step.by}于 {localtime(step.at):%Y-%m-%d %H:%M} " if step else ""
    raise TransitionError(f"本月已{when}上报，不用再报。")


def _require_figures(report: MonthlyReport, *, incomplete_ok: bool) -> None:
    asked = ProgrammeElement.objects.asked_of(report.village)
    values = LedgerLine.objects.month_values(report.village, report.month)
    answered = CellNote.objects.answered_without_figure([report]).get(report.pk, set())
    missing = [item for item in asked if item.element.pk not in values and item.element.pk not in answered]
    if len(missing) == len(asked):
        raise TransitionError("本月一项数据也没有填，不能上报。")
    _require_rules(report, [item.element for item in asked])
    if missing and not incomplete_ok:
        raise MissingFigures(missing)


def _require_rules(report: MonthlyReport, elements: list[DataElement]) -> None:
    """Hard findings first; a soft one is waited for only where somebody may write its remark now."""
    found = findings_of(report.village, report.month)
    if hard := [one for one in found if one.is_hard]:
        raise BrokenRules(hard)
    can_explain = open_elements(report, [element.pk for element in elements])
    codes = {element.code for element in elements if element.pk in can_explain}
    wanted = unexplained(found, CellNote.objects.explained(report))
    if soft := [one for one in wanted if codes & set(one.codes)]:
        raise Unexplained(soft)
