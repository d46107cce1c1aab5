"""The write of figures itself, whatever brought them: header first, then the ledger, then the trail."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts import audit
from accounts.models import User
from indicators.models import CellNote, DataElement, LedgerLine, MonthlyReport, ValueChange
from indicators.services.headers import advance_version, require_open
from indicators.services.refusals import FiguresFrozen, MonthClosed

__all__ = ["Changed", "Figures", "FiguresFrozen", "MonthClosed", "differing", "write_figures"]

Figures = Mapping[int, Decimal | None]  # by element id
Changed = Mapping[int, tuple[Decimal | None, Decimal | None]]  # old and new by element id


def differing(report: MonthlyReport, values: Figures) -> Changed:
    """Those of `values` that are not what the ledger has: old and new."""
    before = LedgerLine.objects.month_values(report.village, report.month)
    return {pk: (before.get(pk), value) for pk, value in values.items() if before.get(pk) != value}


def write_figures(
    report: MonthlyReport,
    elements: Mapping[int, DataElement],
    changed: Changed,
    actor: User,
    now: datetime,
    way: str = ValueChange.Way.TYPED,
) -> list[ValueChange]:
    """Write `changed` into the month of `report`, which the caller has locked, with history.

    FiguresFrozen where the month came back for other figures; a figure ends "not applicable".
    """
    marked, void = CellNote.objects.marked_and_void(report)
    require_open(report, elements, changed, marked)
    advance_version(report)
    figures = {pk: new for pk, (_, new) in changed.items()}
    LedgerLine.objects.write_month(report.village, report.month, figures)
    if answered := [pk for pk in void if figures.get(pk) is not None]:
        CellNote.objects.filter(report=report, element__in=answered).update(is_not_applicable=False)
    return _keep_history(report, elements, changed, actor, now, way)


def _keep_history(
    report: MonthlyReport,
    elements: Mapping[int, DataElement],
    changed: Changed,
    actor: User,
    now: datetime,
    way: str,
) -> list[ValueChange]:
    version = report.version
    changes = ValueChange.objects.bulk_create(
        ValueChange(
            report=report, element=elements[pk], version=version, old=old, new=new, by=actor, at=now, way=way
        )
        for pk, (old, new) in changed.items()
    )
    codes = [elements[pk].code for pk in changed]
    action = f"月报：{ValueChange.Way(way).label}"
    audit.record(actor=actor, action=action, subject=report, now=now, version=version, elements=codes)
    return changes
