"""The write of figures itself, whatever brought them: header first, then the ledger, then the trail."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts import audit
from accounts.models import User
from common.transitions import TransitionError
from indicators.models import DataElement, LedgerLine, MonthlyReport, ValueChange

Changed = Mapping[int, tuple[Decimal | None, Decimal | None]]  # old and new by element


class MonthClosed(TransitionError):
    """The month's figures cannot change now."""


def write_figures(
    report: MonthlyReport, elements: Mapping[int, DataElement], changed: Changed, actor: User, now: datetime
) -> list[ValueChange]:
    """Write `changed` into the month of `report`, which the caller has locked, with history."""
    _advance_version(report)
    figures = {pk: new for pk, (_, new) in changed.items()}
    LedgerLine.objects.write_month(report.village, report.month, figures)
    return _keep_history(report, elements, changed, actor, now)


def _advance_version(report: MonthlyReport) -> None:
    """Before any value is written: if the header is not as it was just read, nothing is."""
    if not MonthlyReport.objects.advance_version(pk=report.pk, seen=report.version):
        raise MonthClosed("本月的状态刚刚变了，请刷新后再填。")
    report.version += 1


def _keep_history(
    report: MonthlyReport,
    elements: Mapping[int, DataElement],
    changed: Changed,
    actor: User,
    now: datetime,
) -> list[ValueChange]:
    version = report.version
    changes = ValueChange.objects.bulk_create(
        ValueChange(report=report, element=elements[pk], version=version, old=old, new=new, by=actor, at=now)
        for pk, (old, new) in changed.items()
    )
    codes = [elements[pk].code for pk in changed]
    audit.record(actor=actor, action="月报：填报", subject=report, now=now, version=version, elements=codes)
    return changes
