"""Saving a month: the figures that somebody typed, with the remarks beside them, over what others typed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from indicators.merging import Merge, merge
from indicators.models import CellNote, DataElement, MonthlyReport, ProgrammeElement, ValueChange
from indicators.models.catalogue import AskedElement
from indicators.permissions import own_elements
from indicators.services.figures import Figures, differing, write_figures
from indicators.services.headers import (
    advance_version,
    authorize_editing,
    open_locked,
    require_month,
    require_open,
)
from indicators.services.notes import Notes, check_notes, notes_to_write, write_notes
from indicators.services.refusals import StaleVersion
from indicators.validation import FigureError, check_figure
from villages.models import Village


@dataclass(frozen=True)
class Saved:
    """What a save changed, what others had changed meanwhile and keeps their figures, and the version now."""

    changes: list[ValueChange] = field(default_factory=list)
    taken: list[ValueChange] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)
    version: int | None = None  # None: nothing was written


@transaction.atomic
def month_save(
    *,
    village: Village,
    month: date,
    values: Figures,
    seen_version: int,
    actor: User,
    now: datetime,
    notes: Notes | None = None,
    way: str = ValueChange.Way.TYPED,
) -> Saved:
    """Write the figures in `values` that differ from the ledger, and the `notes`; others stay as they are.

    Where others saved since `seen_version`, what only they changed stays theirs; StaleVersion if both
    changed a figure, StaleNote if both wrote a remark. MonthClosed if the month, or this figure of it, is not
    open, ValidationError (by code) for what cannot be.
    """
    authorize_editing(actor, village)
    asked = ProgrammeElement.objects.asked_of(village)
    elements = elements_to_write(actor, village, asked, values)
    check_notes(actor, village, asked, notes or {})
    check_figures(elements, values)
    require_month(village, month, now)
    if not notes and not differing(MonthlyReport(village=village, month=month), values):
        return Saved()  # and an empty form makes no header
    report = open_locked(village=village, month=month, actor=actor, now=now)
    merged = _merge(report, seen_version, values)
    changed, taken = differing(report, merged.values), list(merged.taken.values())
    wanted = notes_to_write(report, notes or {}, seen_version)
    if not changed and not wanted:
        return Saved(taken=taken)
    require_open(report, elements, wanted)
    if changed:
        changes = write_figures(report, elements, changed, actor, now, way)
    else:
        changes = []
        advance_version(report)
    return Saved(changes, taken, write_notes(report, elements, wanted, actor, now), report.version)


def elements_to_write(
    actor: User, village: Village, asked: Collection[AskedElement], values: Collection[int]
) -> dict[int, DataElement]:
    """The village's elements by id; PermissionDenied where one of `values` is not the actor's to type."""
    own = own_elements(actor, village, asked)
    for item in asked:
        if item.element.pk in values and item.element.pk not in own:
            owner = item.provider_names or "乡镇（街道）"
            raise PermissionDenied(f"“{item.element}”由{owner}填报，不能由您填写。")
    elements = {item.element.pk: item.element for item in asked}
    if set(values) - set(elements):
        raise ValidationError("这个村（社区）的月报里没有这一项数据。")
    return elements


def check_figures(elements: Mapping[int, DataElement], values: Figures) -> None:
    """Raise ValidationError, by element code, for figures that cannot be."""
    errors: dict[str, str] = {}
    for pk, value in values.items():
        try:
            if value is not None:
                check_figure(value, elements[pk])
        except FigureError as error:
            errors[elements[pk].code] = f"{elements[pk].name}：{error}"
    if errors:
        raise ValidationError(errors)


def _merge(report: MonthlyReport, seen: int, values: Figures) -> Merge:
    """Put `values`, typed over version `seen`, over what stands now; the caller holds the header locked."""
    changes = list(ValueChange.objects.since(report, seen))
    merged = merge(values, changes, version=report.version)
    if merged.conflicts:
        raise StaleVersion(report.version, changes)
    return merged
