"""What lies in a grid: some villages' months side by side, read in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.http import Http404
from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common.months import month_before
from indicators.models import MONTH_COLUMNS, CellNote, DataElement, LedgerLine, MonthlyReport
from indicators.models.asking import asked_of_all
from indicators.models.catalogue import AskedElement
from indicators.openness import open_elements
from indicators.permissions import own_elements
from indicators.validation import month_refusal
from indicators.views.month_desk import month_url
from villages.models import Enrolment, Programme, Village

Figures = Mapping[int, Decimal]  # by element id
Notes = Mapping[int, CellNote]


@dataclass(frozen=True)
class Sheet:
    """One village's month: what it asks for, what this person may type, what stands in it."""

    village: Village
    month: date
    report: MonthlyReport  # not in the database yet where nobody has begun
    asked: Mapping[int, AskedElement]
    own: frozenset[int]
    shut: str  # why nothing at all may be typed
    figures: Figures
    before: Figures
    notes: Notes

    @property
    def key(self) -> str:
        return f"{self.village.code}-{self.month:%Y%m}"

    @property
    def url(self) -> str:
        return month_url(self.village, self.month)

    @property
    def filled(self) -> int:
        return len(self.figures.keys() & self.asked.keys())

    @property
    def is_ahead(self) -> bool:
        """Whether there is nothing to report yet, or nothing any more: shut, and never signed."""
        return bool(self.shut) and self.report.is_editable


@dataclass(frozen=True)
class Grid:
    """The sheets, the elements that some of them ask for, and whether elements are the columns."""

    sheets: Sequence[Sheet]
    elements: Sequence[DataElement]
    is_township: bool
    programmes: Sequence[Programme] = field(default=())

    @property
    def is_open(self) -> bool:
        """Whether this person may type anything here now."""
        return any(sheet.own for sheet in self.sheets)

    @property
    def width(self) -> int:
        """How many columns the table has, the frozen one included."""
        return 1 + len(self.elements if self.is_township else self.sheets)

    @property
    def is_demonstration(self) -> bool:
        return any(sheet.report.is_demonstration for sheet in self.sheets)

    def owner_of(self, element: DataElement) -> str:
        """Who else types an element, "" where a sheet of this person's has it."""
        asking = [sheet.asked[element.pk] for sheet in self.sheets if element.pk in sheet.asked]
        return next((item.provider_names for item in asking if item.providers), "")


def township_grid(user: User, code: str, year: int, month: int, now: datetime) -> Grid:
    """One month of a township's villages, as many as the user sees; 404 where there are none."""
    authorize(user, Permission.VIEW_WORK)
    first_day = _month(year, month)
    enrolled = Enrolment.objects.visible_to(user).for_list().filter(village__code__startswith=code)
    return _lay_out(user, list(enrolled), [first_day], now, is_township=True)


def village_grid(user: User, code: str, year: int, now: datetime) -> Grid:
    """A year of one village's months; 404 where the user does not see it."""
    authorize(user, Permission.VIEW_WORK)
    months = [_month(year, month) for month in range(1, 13)]
    enrolled = Enrolment.objects.visible_to(user).for_list().filter(village__code=code)
    return _lay_out(user, list(enrolled), months, now, is_township=False)


def _month(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404("没有这个月份。") from error


def _lay_out(
    user: User, enrolments: list[Enrolment], months: list[date], now: datetime, *, is_township: bool
) -> Grid:
    if not enrolments:
        raise Http404("没有要填月报的村（社区）。")
    programmes: dict[int, list[Programme]] = {}
    for enrolment in enrolments:
        programmes.setdefault(enrolment.village_id, []).append(enrolment.programme)
    villages = list({enrolment.village_id: enrolment.village for enrolment in enrolments}.values())
    reader = _Reader(user, villages, months, asked_of_all(enrolments), localdate(now))
    sheets = [
        reader.sheet(village, month, programmes[village.pk]) for village in villages for month in months
    ]
    every = list({each.programme_id: each.programme for each in enrolments}.values())
    return Grid(sheets, _columns(user, sheets), is_township, every)


class _Reader:
    """Everything that the sheets need, read beforehand."""

    def __init__(
        self,
        user: User,
        villages: Sequence[Village],
        months: Sequence[date],
        asked: Mapping[int, list[AskedElement]],
        today: date,
    ) -> None:
        self.today = today
        reports = MonthlyReport.objects.filter(village__in=villages, month__in=months)
        self.reports = {(row.village_id, row.month): row for row in reports.prefetch_related("steps")}
        self.notes = _notes(self.reports.values())
        self.figures = _figures(villages, {*months, *map(month_before, months)})
        lists = {id(items): (village, items) for village in villages for items in [asked[village.pk]]}
        self.own = {key: own_elements(user, village, items) for key, (village, items) in lists.items()}
        self.items = {key: {item.element.pk: item for item in items} for key, (_, items) in lists.items()}
        self.asked = asked

    def sheet(self, village: Village, month: date, programmes: Iterable[Programme]) -> Sheet:
        report = self.reports.get((village.pk, month)) or MonthlyReport(village=village, month=month)
        list_of_kind = id(self.asked[village.pk])
        notes = self.notes.get(report.pk, {})
        shut = report.why_closed() or month_refusal(programmes, month, self.today)
        return Sheet(
            village,
            month,
            report,
            self.items[list_of_kind],
            frozenset() if shut else self._open(report, self.own[list_of_kind], notes),
            shut,
            self.figures.get((village.pk, month), {}),
            self.figures.get((village.pk, month_before(month)), {}),
            notes,
        )

    @staticmethod
    def _open(report: MonthlyReport, own: frozenset[int], notes: Notes) -> frozenset[int]:
        return open_elements(report, own, [pk for pk, note in notes.items() if note.mark]) if notes else own


def _notes(reports: Iterable[MonthlyReport]) -> dict[int | None, dict[int, CellNote]]:
    notes: dict[int | None, dict[int, CellNote]] = {}
    for note in CellNote.objects.filter(report__in=list(reports)):
        notes.setdefault(note.report_id, {})[note.element_id] = note
    return notes


def _figures(
    villages: Sequence[Village], months: Iterable[date]
) -> dict[tuple[int, date], dict[int, Decimal]]:
    """What is known of these months, by village and month, then by element."""
    wanted: dict[int, list[date]] = {}
    for month in months:
        wanted.setdefault(month.year, []).append(month)
    columns = sorted({MONTH_COLUMNS[month.month - 1] for found in wanted.values() for month in found})
    places = {
        year: [(m, columns.index(MONTH_COLUMNS[m.month - 1])) for m in found]
        for year, found in wanted.items()
    }
    found: dict[tuple[int, date], dict[int, Decimal]] = {}
    lines = LedgerLine.objects.filter(village__in=villages, year__in=wanted)
    for year, village, element, *row in lines.values_list("year", "village_id", "element_id", *columns):
        for month, place in places[year]:
            if row[place] is not None:
                found.setdefault((village, month), {})[element] = row[place]
    return found


def _columns(user: User, sheets: Iterable[Sheet]) -> list[DataElement]:
    """What the sheets ask for, in the order of the ledger; a department is shown what it provides."""
    asked = {item.element.pk: item for sheet in sheets for item in sheet.asked.values()}
    if allows(user, Permission.MONTH_EDIT_OWNED) and not allows(user, Permission.MONTH_EDIT):
        own = {pk: item for pk, item in asked.items() if user.organisation in item.providers}
        asked = own or asked
    return sorted((item.element for item in asked.values()), key=lambda each: (each.position, each.code))
