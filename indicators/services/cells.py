"""Cells that save themselves: what can be written is, and every other cell is told what stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from indicators.merging import Merge, merge
from indicators.models import DataElement, MonthlyReport, ValueChange
from indicators.models.asking import asked_cells
from indicators.models.catalogue import AskedElement
from indicators.permissions import own_elements
from indicators.services.figures import Changed, Figures, differing, write_figures
from indicators.services.headers import authorize_editing, month_open, require_unlocked
from indicators.services.refusals import FiguresFrozen, MonthClosed
from indicators.validation import FigureError, parse_figure
from villages.models import Village

NOT_ASKED = "这个村（社区）的月报里没有这一项。"
FROZEN = "这个月只退回了其他数据，这一项不能改；确实需要改的，请向振兴局申请一并退回。"


@dataclass
class CellsSaved:
    """What became of each cell, by element id, and the version the month has now.

    `kept` stand in the ledger as they were sent. `conflicts` were changed by somebody else too and are not
    written; `taken` only somebody else changed; `invalid` are no figures, `refused` are not this person's to
    type now, each with its sentence.
    """

    version: int = 0
    elements: dict[int, DataElement] = field(default_factory=dict)
    kept: dict[int, Decimal | None] = field(default_factory=dict)
    conflicts: dict[int, ValueChange] = field(default_factory=dict)
    taken: dict[int, ValueChange] = field(default_factory=dict)
    invalid: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def lost(self) -> set[int]:
        """The cells that do not stand in the ledger as they were sent."""
        return {*self.conflicts, *self.taken, *self.invalid, *self.refused}


@transaction.atomic
def cells_save(
    *, village: Village, month: date, texts: Mapping[int, str], seen_version: int, actor: User, now: datetime
) -> CellsSaved:
    """Write those of `texts`, by element id, typed over version `seen_version`, that nothing stands against.

    MonthClosed where the month is not open, TransitionError where the village has no such month.
    """
    authorize_editing(actor, village)
    saved = CellsSaved()
    values = _read(saved, actor, village, texts)
    report = _header(village, month, values, actor, now)
    if report is None:  # nothing was typed, and an empty month has no header
        saved.kept = values
        return saved
    merged = _merge(report, values, seen_version)
    saved.conflicts, saved.taken = merged.conflicts, merged.taken
    _write(saved, report, differing(report, merged.values), actor, now)
    saved.version = report.version
    saved.kept = {pk: value for pk, value in values.items() if pk not in saved.lost}
    return saved


def _read(
    saved: CellsSaved, actor: User, village: Village, texts: Mapping[int, str]
) -> dict[int, Decimal | None]:
    """The figures of `texts` that are the actor's to type; `saved` is told of the others."""
    asked = asked_cells(village, texts)
    saved.elements = {item.element.pk: item.element for item in asked}
    saved.refused = dict.fromkeys(texts.keys() - saved.elements.keys(), NOT_ASKED)
    own = own_elements(actor, village, asked)
    saved.refused |= {item.element.pk: _owned(item) for item in asked if item.element.pk not in own}
    values: dict[int, Decimal | None] = {}
    for pk in own:
        try:
            values[pk] = parse_figure(texts[pk], saved.elements[pk])
        except FigureError as error:
            saved.invalid[pk] = str(error)
    return values


def _owned(item: AskedElement) -> str:
    return f"由{item.provider_names or '乡镇（街道）'}填报，不能由您填写。"


def _header(
    village: Village, month: date, values: Figures, actor: User, now: datetime
) -> MonthlyReport | None:
    """The header, locked until the end of the transaction; begun now where a first figure is typed."""
    report = MonthlyReport.objects.locked_header(village, month)
    if report is None and any(value is not None for value in values.values()):
        month_open(village=village, month=month, actor=actor, now=now)
        report = MonthlyReport.objects.locked_header(village, month)
    if report is None:
        return None
    if not report.is_editable:
        raise MonthClosed(report.why_closed())
    require_unlocked(report, now)
    return report


def _merge(report: MonthlyReport, values: Figures, seen: int) -> Merge:
    """Put `values`, typed over version `seen`, over what stands now."""
    changes = ValueChange.objects.since(report, seen) if seen != report.version else ()
    return merge(values, changes, version=report.version)


def _write(saved: CellsSaved, report: MonthlyReport, changed: Changed, actor: User, now: datetime) -> None:
    """Write what differs; where the month came back for some figures only, those."""
    if not changed:
        return
    try:
        write_figures(report, saved.elements, changed, actor, now)
    except FiguresFrozen as frozen:  # raised before anything is written
        saved.refused |= {element.pk: FROZEN for element in frozen.frozen}
        open_now = {pk: pair for pk, pair in changed.items() if pk not in saved.refused}
        _write(saved, report, open_now, actor, now)
