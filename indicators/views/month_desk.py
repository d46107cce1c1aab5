"""One village's month as one person sees it: everything that its page needs, in a fixed number of queries."""

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
from indicators.models import LedgerLine, MonthlyReport, ProgrammeElement, ValidationRule
from indicators.models.catalogue import AskedElement
from indicators.models.due import due_date
from indicators.permissions import own_elements
from indicators.validation import RuleProblem, broken_rules, month_refusal
from villages.models import Programme, Village


@dataclass(frozen=True)
class Place:
    """A village's month, and why it has no report ("" where it has one)."""

    village: Village
    month: date
    programmes: list[Programme]
    refusal: str

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
    lines: dict[tuple[int, int], LedgerLine]
    is_demonstration: bool

    @property
    def is_open(self) -> bool:
        """Whether this person may type something here now."""
        return self.report.is_editable and bool(self.own)

    @property
    def missing(self) -> list[AskedElement]:
        """What nobody has typed yet."""
        return [item for item in self.asked if self.figure(item.element.pk) is None]

    def figure(self, element_id: int, month: date | None = None) -> Decimal | None:
        """The figure of an element in this month, or in another month of this year or the last."""
        month = month or self.place.month
        line = self.lines.get((month.year, element_id))
        return line.months[month.month - 1] if line else None

    def broken_rules(self, typed: dict[int, Decimal | None]) -> list[RuleProblem]:
        """The relations that the month does not keep, `typed` figures standing before those of the ledger."""
        values = {
            item.element.code: typed.get(item.element.pk, self.figure(item.element.pk)) for item in self.asked
        }
        known = {code: value for code, value in values.items() if value is not None}
        return broken_rules(ValidationRule.objects.of_village(self.place.village), known)


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
    return Place(village, first_day, programmes, month_refusal(programmes, first_day, localdate(now)))


def lay_out(user: User, place: Place) -> Desk:
    """Read what lies on the desk."""
    village, month = place.village, place.month
    reports = MonthlyReport.objects.filter(village=village)
    report = reports.for_page().filter(month=month).first()
    asked = ProgrammeElement.objects.asked_of(village)
    lines = LedgerLine.objects.of(village, (month.year - 1, month.year))
    return Desk(
        place,
        report or MonthlyReport(village=village, month=month),
        asked,
        own_elements(user, village, asked),
        {(line.year, line.element_id): line for line in lines},
        reports.filter(month__in=_shown_months(month), is_demonstration=True).exists(),
    )


def _shown_months(month: date) -> tuple[date, date, date]:
    return month, month_before(month), month.replace(year=month.year - 1)
