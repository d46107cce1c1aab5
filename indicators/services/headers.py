"""The header of a village's month: made, locked, and moved on before anything under it is written."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import User
from common.transitions import TransitionError
from indicators.lateness import month_lock
from indicators.models import CellNote, DataElement, MonthlyReport, ValueChange
from indicators.openness import open_elements
from indicators.permissions import may_edit
from indicators.services.refusals import FiguresFrozen, MonthClosed, StaleVersion
from indicators.validation import month_refusal
from villages.models import Programme, Village


@transaction.atomic
def month_open(*, village: Village, month: date, actor: User, now: datetime) -> MonthlyReport:
    """Return the header of a village's month, made now if nobody has; TransitionError where there is none."""
    authorize_editing(actor, village)
    require_month(village, month, now)
    report, created = MonthlyReport.objects.get_or_create(village=village, month=month)
    if created:
        audit.record(actor=actor, action="月报：开始填报", subject=report, now=now)
    return report


def authorize_editing(actor: User, village: Village) -> None:
    """Raise PermissionDenied unless some figure of the village can be the actor's to type."""
    if not may_edit(actor, village):
        raise PermissionDenied("月报由本乡镇（街道）和提供数据的部门填报，您的角色或管辖范围不包括这项操作。")


def require_month(village: Village, month: date, now: datetime) -> None:
    """Raise TransitionError where the village has no such month."""
    programmes = Programme.objects.filter(enrolments__village=village)
    if refusal := month_refusal(programmes, month, localdate(now)):
        raise TransitionError(refusal)


def open_locked(*, village: Village, month: date, actor: User, now: datetime) -> MonthlyReport:
    """The header, made if need be and held locked until the transaction ends; MonthClosed if it is signed."""
    report = month_open(village=village, month=month, actor=actor, now=now)
    locked_now = MonthlyReport.objects.select_for_update()
    report.refresh_from_db(fields=["status", "version"], from_queryset=locked_now)
    if not report.is_editable:
        raise MonthClosed(report.why_closed())
    require_unlocked(report, now)
    return report


def require_unlocked(report: MonthlyReport, now: datetime) -> None:
    """Raise MonthClosed where the time for reporting the month is over and no permit opens it."""
    lock = month_lock(report.village, report.month, report.status, today=localdate(now))
    if lock.is_closed:
        raise MonthClosed(lock.refusal)


def require_open(
    report: MonthlyReport,
    elements: Mapping[int, DataElement],
    wanted: Collection[int],
    marked: Collection[int] | None = None,
) -> None:
    """Raise FiguresFrozen where the month came back for other figures than the `wanted` ones.

    `marked` is for who has read the marks.
    """
    frozen = set(wanted) - open_elements(report, wanted, marked)
    if frozen:
        returned = DataElement.objects.filter(pk__in=CellNote.objects.marks(report))
        raise FiguresFrozen([element for pk, element in elements.items() if pk in frozen], list(returned))


def advance_version(report: MonthlyReport) -> None:
    """Before any value is written: if the header is not as it was just read, nothing is."""
    if not MonthlyReport.objects.advance_version(pk=report.pk, seen=report.version):
        raise MonthClosed("本月的状态刚刚变了，请刷新后再填。")
    report.version += 1


def locked(report: MonthlyReport) -> MonthlyReport:
    """The header as it is now, held locked, with its village."""
    return MonthlyReport.objects.select_related("village").select_for_update(of=("self",)).get(pk=report.pk)


def require_version(report: MonthlyReport, seen: int | None) -> None:
    """Raise StaleVersion where the month is not as it was `seen`."""
    if seen is not None and seen != report.version:
        raise StaleVersion(report.version, list(ValueChange.objects.since(report, seen)))
