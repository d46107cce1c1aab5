"""One village's month as one person sees it: everything that its page needs, in a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, authorize
from common.months import month_before
from indicators.findings import Checker, Finding, read_checker
from indicators.lateness import Lock, month_lock
from indicators.models import CellNote, MonthlyReport, ProgrammeElement, ValueChange
from indicators.models.catalogue import AskedElement
from indicators.models.due import due_date
from indicators.openness import open_elements
from indicators.permissions import may_explain, own_elements
from indicators.validation import month_refusal
from indicators.workflow import MonthStatus
from villages.models import Programme, Village


@dataclass(frozen=True)
class Place:
    """A village's month, and why it has no report ("" where it has one)."""

    village: Village
    month: date
    programmes: list[Programme]
    refusal: str
    today: date

    def get_absolute_url(self) -> str:
        return month_url(self.village, self.month)

    @property
    def due_date(self) -> date | None:
        return due_date(self.programmes, self.month)


@dataclass(frozen=True)
class Desk:
    """What lies before a person who opens a month: the header, what it asks for, what is in the ledger."""

    place: Place
    report: MonthlyReport  # not in the database yet where nobody has begun
    asked: list[AskedElement]
    own: frozenset[int]
    explains: frozenset[int]  # elements whose remark this person may write
    changeable: frozenset[int]  # elements that may change now, whoever types them
    lock: Lock
    checker: Checker
    notes: dict[int, CellNote]
    carried: frozenset[int]  # elements whose figure was taken over from last month
    is_demonstration: bool

    @property
    def is_open(self) -> bool:
        """Whether this person may type something here now."""
        return bool(self.own & self.changeable)

    @property
    def missing(self) -> list[AskedElement]:
        """What nobody has typed yet, nor declared not applicable."""
        return [item for item in self.asked if self.is_missing(item.element.pk)]

    @property
    def owed_words(self) -> str:
        """Which departments have not typed their figures yet, and how many: 医保局 2 项."""
        owed = Counter(item.provider_names for item in self.missing if item.providers)
        return "、".join(f"{provider} {count} 项" for provider, count in owed.items())

    @property
    def marked(self) -> list[AskedElement]:
        """What the bureau sent back, where it did not send back everything."""
        return [item for item in self.asked if self.mark(item.element.pk)]

    def is_missing(self, element_id: int) -> bool:
        note = self.notes.get(element_id)
        return self.figure(element_id) is None and not (note and note.is_not_applicable)

    def mark(self, element_id: int) -> str:
        """What the bureau wrote on a figure that it sent back."""
        note = self.notes.get(element_id)
        return note.mark if note else ""

    def figure(self, element_id: int, month: date | None = None) -> Decimal | None:
        """The figure of an element in this month, or in another month of this year or the last."""
        return self.checker.past.at(self.place.village.pk, element_id, month or self.place.month)

    def findings(self, typed: dict[int, Decimal | None]) -> list[Finding]:
        """What the month shows while it is not accepted, `typed` figures standing before the ledger's."""
        if self.report.status == MonthStatus.ACCEPTED:
            return []
        return self.checker.findings(self.place.village.pk, self.place.month, typed)

    def can_carry(self) -> list[AskedElement]:
        """Stocks that are empty and known of last month: what one click can take over."""
        before = month_before(self.place.month)
        mine = self.own & self.changeable
        return [
            item
            for item in self.asked
            if item.element.pk in mine
            and item.element.is_stock
            and self.is_missing(item.element.pk)
            and self.figure(item.element.pk, before) is not None
        ]


def month_url(village: Village, month: date) -> str:
    return reverse(
        "indicators:month", kwargs={"code": village.code, "year": month.year, "month": month.month}
    )


def find_place(user: User, code: str, year: int, month: int, now: datetime) -> Place:
    """Return the village's month: 404 where out of reach or no month, 403 for who reads no work."""
    village = get_object_or_404(Village.objects.visible_to(user), code=code)
    authorize(user, Permission.VIEW_WORK, within=village.division_code)
    try:
        first_day = date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404("没有这个月份。") from error
    programmes = list(Programme.objects.filter(enrolments__village=village))
    today = localdate(now)
    return Place(village, first_day, programmes, month_refusal(programmes, first_day, today), today)


def lay_out(user: User, place: Place) -> Desk:
    """Read what lies on the desk."""
    village, month = place.village, place.month
    reports = MonthlyReport.objects.filter(village=village)
    report = reports.for_page().filter(month=month).first() or MonthlyReport(village=village, month=month)
    asked = ProgrammeElement.objects.asked_of(village)
    notes = CellNote.objects.by_element(report)
    marked = {pk for pk, note in notes.items() if note.mark}
    elements = [item.element for item in asked]
    lock = month_lock(village, month, report.status, today=place.today, programmes=place.programmes)
    open_now = [] if lock.is_closed else [element.pk for element in elements]
    return Desk(
        place=place,
        report=report,
        asked=asked,
        own=own_elements(user, village, asked),
        explains=frozenset(item.element.pk for item in asked if may_explain(user, village, item)),
        changeable=open_elements(report, open_now, marked),
        lock=lock,
        checker=read_checker([village], [month], {village.pk: elements}),
        notes=notes,
        carried=ValueChange.objects.carried(report),
        is_demonstration=reports.filter(month__in=_shown_months(month), is_demonstration=True).exists(),
    )


def _shown_months(month: date) -> tuple[date, date, date]:
    return month, month_before(month), month.replace(year=month.year - 1)
