"""Stocks carried forward: what stands until it changes is taken over from last month where it is empty."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from common.months import month_before
from common.transitions import TransitionError
from indicators.models import (
    CellNote,
    DataElement,
    LedgerLine,
    MonthlyReport,
    ProgrammeElement,
    ValueChange,
)
from indicators.openness import open_elements
from indicators.permissions import own_elements
from indicators.services.figures import Figures, write_figures
from indicators.services.headers import authorize_editing, open_locked, require_month
from indicators.validation import FigureError, check_figure
from villages.models import Village


@dataclass(frozen=True)
class Carried:
    """How many figures were taken over in how many villages; why not in others."""

    figures: int
    villages: int
    refused: dict[Village, str]


@transaction.atomic
def month_carry(*, village: Village, month: date, actor: User, now: datetime) -> list[ValueChange]:
    """Fill the actor's empty stocks of a month with last month's figures; nothing that is typed changes.

    A normal save, marked in the history: every figure can be changed afterwards. MonthClosed where the month
    is not open.
    """
    authorize_editing(actor, village)
    require_month(village, month, now)
    asked = ProgrammeElement.objects.asked_of(village)
    own = own_elements(actor, village, asked)
    stocks = {
        item.element.pk: item.element for item in asked if item.element.pk in own and item.element.is_stock
    }
    before = LedgerLine.objects.month_values(village, month_before(month))
    if not stocks.keys() & before.keys():
        return []  # and no header for nothing
    report = open_locked(village=village, month=month, actor=actor, now=now)
    values = _empty_ones(report, stocks, before)
    changed = {pk: (None, value) for pk, value in values.items()}
    return write_figures(report, stocks, changed, actor, now, ValueChange.Way.CARRIED) if changed else []


@transaction.atomic
def months_carry(*, villages: Collection[Village], month: date, actor: User, now: datetime) -> Carried:
    """The same for a whole township's month: each village by itself, the others go on where one is closed."""
    done: list[list[ValueChange]] = []
    refused: dict[Village, str] = {}
    for village in sorted(villages, key=lambda village: village.pk):
        authorize_editing(actor, village)
        try:
            with transaction.atomic():
                done.append(month_carry(village=village, month=month, actor=actor, now=now))
        except TransitionError as error:
            refused[village] = str(error)
    return Carried(sum(map(len, done)), sum(bool(changes) for changes in done), refused)


def _empty_ones(report: MonthlyReport, stocks: dict[int, DataElement], before: Figures) -> Figures:
    """Last month's figures for the open stocks that nobody typed or declared not applicable."""
    answered = set(LedgerLine.objects.month_values(report.village, report.month))
    answered |= CellNote.objects.answered_without_figure([report]).get(report.pk, set())
    empty = open_elements(report, stocks) - answered
    return {
        pk: value
        for pk, value in before.items()
        if pk in empty and value is not None and _fits(value, stocks[pk])
    }


def _fits(value: Decimal, element: DataElement) -> bool:
    """Whether the element still takes what it took last month."""
    try:
        check_figure(value, element)
    except FigureError:
        return False
    return True
