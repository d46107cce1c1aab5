"""Cells that save themselves: what can be written is, and every other cell is told what stands against it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from indicators.merging import Merge, merge
from indicators.models import LedgerLine, MonthlyReport, ProgrammeElement, ValueChange
from indicators.models.catalogue import AskedElement
from indicators.openness import open_elements
from indicators.permissions import own_elements
from indicators.services.figures import Changed, Figures, write_figures
from indicators.services.headers import advance_version, authorize_editing, month_open
from indicators.services.refusals import MonthClosed
from indicators.validation import FigureError, check_figure
from villages.models import Village

NOT_ASKED = "这个村（社区）的月报里没有这一项。"
FROZEN = "这个月只退回了其他数据，这一项不能改；确实需要改的，请向振兴局申请一并退回。"


@dataclass(frozen=True)
class CellsSaved:
    """What became of each cell, by element id, and the version the month has now.

    `kept` stand in the ledger as they were sent. `conflicts` were changed by somebody else too and are not
    written; `taken` only somebody else changed; `refused` cannot be written, each with its sentence.
    """

    version: int
    kept: dict[int, Decimal | None] = field(default_factory=dict)
    conflicts: dict[int, ValueChange] = field(default_factory=dict)
    taken: dict[int, ValueChange] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def cells_save(
    *, village: Village, month: date, values: Figures, seen_version: int, actor: User, now: datetime
) -> CellsSaved:
    """Write those of `values`, typed over version `seen_version`, that nothing stands against.

    MonthClosed where the month is not open, TransitionError where the village has no such month.
    """
    authorize_editing(actor, village)
    asked = ProgrammeElement.objects.asked_of(village, only=values)
    refused = refusals(asked, own_elements(actor, village, asked), values)
    mine = {pk: value for pk, value in values.items() if pk not in refused}
    report = _header(village, month, mine, actor, now)
    if report is None:  # nothing was typed, and an empty month has no header
        return CellsSaved(0, kept=mine, refused=refused)
    merged = _merge(report, mine, seen_version)
    changed = _changed(report, merged.values)
    open_now = open_elements(report, changed) if changed else frozenset()
    refused |= {pk: FROZEN for pk in changed if pk not in open_now}
    _write(report, asked, {pk: pair for pk, pair in changed.items() if pk in open_now}, actor, now)
    lost = {*merged.conflicts, *merged.taken, *refused}
    kept = {pk: value for pk, value in mine.items() if pk not in lost}
    return CellsSaved(report.version, kept, merged.conflicts, merged.taken, refused)


def refusals(asked: Iterable[AskedElement], own: Iterable[int], values: Figures) -> dict[int, str]:
    """Say of each of `values` that cannot be written why not: whose it is, or what a figure must be."""
    items = {item.element.pk: item for item in asked}
    mine = frozenset(own)
    found = {pk: _refusal(items.get(pk), pk in mine, value) for pk, value in values.items()}
    return {pk: sentence for pk, sentence in found.items() if sentence}


def _refusal(item: AskedElement | None, is_mine: bool, value: Decimal | None) -> str:
    if item is None:
        return NOT_ASKED
    if not is_mine:
        return f"由{item.provider_names or '乡镇（街道）'}填报，不能由您填写。"
    try:
        if value is not None:
            check_figure(value, item.element)
    except FigureError as error:
        return str(error)
    return ""


def _header(
    village: Village, month: date, values: Figures, actor: User, now: datetime
) -> MonthlyReport | None:
    """The header, locked until the end of the transaction; begun now where a first figure is typed."""
    locked = MonthlyReport.objects.select_for_update().filter(village=village, month=month)
    report = locked.first()
    if report is None and any(value is not None for value in values.values()):
        month_open(village=village, month=month, actor=actor, now=now)
        report = locked.get()
    if report is None:
        return None
    report.village = village
    if not report.is_editable:
        raise MonthClosed(report.why_closed())
    return report


def _merge(report: MonthlyReport, values: Figures, seen: int) -> Merge:
    """Put `values`, typed over version `seen`, over what stands now."""
    changes = ValueChange.objects.since(report, seen) if seen != report.version else ()
    return merge(values, changes, version=report.version)


def _changed(report: MonthlyReport, values: Figures) -> Changed:
    before = LedgerLine.objects.month_values(report.village, report.month)
    return {pk: (before.get(pk), value) for pk, value in values.items() if before.get(pk) != value}


def _write(
    report: MonthlyReport, asked: Iterable[AskedElement], changed: Changed, actor: User, now: datetime
) -> None:
    if changed:
        advance_version(report)
        elements = {item.element.pk: item.element for item in asked}
        write_figures(report, elements, changed, actor=actor, now=now, way=ValueChange.Way.TYPED)
