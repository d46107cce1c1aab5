"""What lies in a grid: some villages' months side by side, read in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.http import Http404
from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common.months import month_before
from indicators.lateness import Locks
from indicators.models import CellNote, DataElement, LedgerLine, MonthlyReport
from indicators.models.asking import Headers, asked_of_all, headers_of
from indicators.models.catalogue import AskedElement
from indicators.models.ledger import Texts
from indicators.openness import open_elements
from indicators.permissions import own_elements
from indicators.validation import month_refusal
from indicators.views.month_desk import month_url
from villages.models import Programme, Village

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
    figures: Texts
    before: Texts
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
    """The sheets, what some of them ask for, and whether they are one month's: then villages are the rows."""

    sheets: Sequence[Sheet]
    columns: Sequence[AskedElement]
    is_month: bool
    programmes: Sequence[Programme] = ()
    may_submit: bool = False

    @property
    def is_open(self) -> bool:
        """Whether this person may type anything here now."""
        return any(sheet.own for sheet in self.sheets)

    @cached_property
    def elements(self) -> list[DataElement]:
        return [item.element for item in self.columns]

    @cached_property
    def keys(self) -> frozenset[int]:
        """The ids of the elements that are shown."""
        return frozenset(item.element.pk for item in self.columns)

    @property
    def width(self) -> int:
        """How many columns the table has, the frozen one included."""
        return 1 + len(self.elements if self.is_month else self.sheets)

    @property
    def township_heads(self) -> list[str]:
        """Beside each sheet the name of its township where another begins; nothing where all are of one."""
        names = [sheet.village.township_name for sheet in self.sheets]
        if len(set(names)) < 2:
            return [""] * len(names)
        return ["" if name == before else name for before, name in zip(["", *names], names, strict=False)]

    @property
    def is_demonstration(self) -> bool:
        return any(sheet.report.is_demonstration for sheet in self.sheets)


def month_grid(user: User, code: str, year: int, month: int, now: datetime) -> Grid:
    """One month of the villages below a division, as many as the user sees; 404 where there are none."""
    authorize(user, Permission.VIEW_WORK)
    first_day = _month(year, month)
    return _lay_out(user, code, [first_day], now, is_month=True)


def village_grid(user: User, code: str, year: int, now: datetime) -> Grid:
    """A year of one village's months; 404 where the user does not see it."""
    authorize(user, Permission.VIEW_WORK)
    months = [_month(year, month) for month in range(1, 13)]
    return _lay_out(user, code, months, now, is_month=False)


def _month(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except (ValueError, OverflowError) as error:
        raise Http404("没有这个月份。") from error


def _lay_out(user: User, code: str, months: list[date], now: datetime, *, is_month: bool) -> Grid:
    headers = headers_of(user.division_code, code, months)
    if not headers.villages:
        raise Http404("没有要填月报的村（社区）。")
    reader = _Reader(user, headers, months, localdate(now))
    sheets = [reader.sheet(village, month) for village in headers.villages.values() for month in months]
    asked = {pk: item for items in reader.items.values() for pk, item in items.items()}
    may_submit = allows(user, Permission.MONTH_SUBMIT)
    return Grid(sheets, _columns(user, asked), is_month, list(reader.programmes.values()), may_submit)


class _Reader:
    """Everything that the sheets need, read beforehand."""

    def __init__(self, user: User, headers: Headers, months: Sequence[date], today: date) -> None:
        self.headers, self.today, self.locks = headers, today, Locks(today)
        self.programmes = Programme.objects.in_bulk(headers.programmes)
        self.notes = _notes(headers.reports.values())
        self.texts = LedgerLine.objects.texts_of(headers.villages, {*months, *map(month_before, months)})
        self.asked = asked_of_all(headers.places)
        self.items: dict[int, Mapping[int, AskedElement]] = {}
        self.own: dict[int, frozenset[int]] = {}
        for village, items in self.asked.items():
            if id(items) not in self.items:  # villages that are asked the same share a list
                self.items[id(items)] = {item.element.pk: item for item in items}
                self.own[id(items)] = own_elements(user, headers.villages[village], items)

    def sheet(self, village: Village, month: date) -> Sheet:
        place = (village.pk, month)
        report = self.headers.reports.get(place) or MonthlyReport(village=village, month=month)
        items, notes = id(self.asked[village.pk]), self.notes.get(report.pk, {})
        shut = self._why_shut(report)
        return Sheet(
            village,
            month,
            report,
            self.items[items],
            frozenset() if shut else self._open(report, self.own[items], notes),
            shut,
            self.texts.get(place, {}),
            self.texts.get((village.pk, month_before(month)), {}),
            notes,
        )

    def _why_shut(self, report: MonthlyReport) -> str:
        if not report.is_editable:
            return report.why_closed_since(self.headers.closed_at.get((report.village_id, report.month)))
        places = self.headers.places[report.village_id]
        programmes = [self.programmes[programme] for programme, _ in places]
        refusal = month_refusal(programmes, report.month, self.today)
        return refusal or self.locks.lock(report.village, report.month, report.status, programmes).refusal

    @staticmethod
    def _open(report: MonthlyReport, own: frozenset[int], notes: Notes) -> frozenset[int]:
        return open_elements(report, own, [pk for pk, note in notes.items() if note.mark]) if notes else own


def _notes(reports: Iterable[MonthlyReport]) -> dict[int | None, dict[int, CellNote]]:
    notes: dict[int | None, dict[int, CellNote]] = {}
    for note in CellNote.objects.of_reports([report.pk for report in reports]):
        notes.setdefault(note.report_id, {})[note.element_id] = note
    return notes


def _columns(user: User, asked: Mapping[int, AskedElement]) -> list[AskedElement]:
    """What the sheets ask for, in the order of the ledger; a department is shown what it provides."""
    if allows(user, Permission.MONTH_EDIT_OWNED) and not allows(user, Permission.MONTH_EDIT):
        own = {pk: item for pk, item in asked.items() if user.organisation in item.providers}
        asked = own or asked
    return sorted(asked.values(), key=lambda item: (item.element.position, item.element.code))
