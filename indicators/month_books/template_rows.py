"""What the workbook of a month shows of each village: figures, whose they are, and which are open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import User
from indicators.lateness import Locks
from indicators.models import MONTH_COLUMNS, CellNote, DataElement, LedgerLine, MonthlyReport
from indicators.month_books.rights import NOT_ENROLLED, Asked, Rights, fillable_elements
from indicators.openness import open_elements
from indicators.validation import month_refusal
from indicators.workflow import MonthStatus
from villages.models import Village


@dataclass(frozen=True)
class VillageRow:
    """One village of the month: what it is asked for, what is open, what stands in the ledger."""

    village: Village
    version: int
    state: str
    asked: Asked
    is_closed: bool
    opened: frozenset[str] | None  # after a return with marks; None: all
    figures: Mapping[str, Decimal]

    def is_open(self, code: str) -> bool:
        """Whether the person may type this figure."""
        return not self.is_closed and code in self.asked.own and (self.opened is None or code in self.opened)

    def is_asked(self, code: str) -> bool:
        return code in self.asked.own or code in self.asked.others


def elements_of(user: User, rows: Sequence[VillageRow]) -> list[DataElement]:
    """What the villages are asked for; a department sees its own figures alone."""
    own = {code for row in rows for code in row.asked.own}
    others = {code for row in rows for code in row.asked.others}
    wanted = own if _is_department(user) else own | others
    return [element for element in fillable_elements(user) if element.code in wanted]


def _is_department(user: User) -> bool:
    return user.organisation.kind == user.organisation.Kind.DEPARTMENT


def village_rows(user: User, villages: Sequence[Village], month: date, today: date) -> list[VillageRow]:
    asked = Rights(user).of([village.pk for village in villages])
    reports = {one.village_id: one for one in MonthlyReport.objects.of_month(villages, month)}
    marks = CellNote.objects.marks_by_report(list(reports.values()))
    codes = dict(DataElement.objects.values_list("pk", "code"))
    figures, locks = _figures(villages, month, codes), Locks(today)
    rows = []
    for village in villages:
        report, own = reports.get(village.pk), asked.get(village.pk, NOT_ENROLLED)
        status = report.status if report else ""
        lock = locks.lock(village, month, status, own.programmes)
        closed = bool(report and not report.is_editable) or lock.is_closed
        marked = marks.get(report.pk) if report else None
        opened = None
        if report and marked:
            opened = frozenset(codes[pk] for pk in open_elements(report, codes, marked))
        rows.append(
            VillageRow(
                village,
                report.version if report else 0,
                MonthStatus(status).label if status else "未填报",
                own,
                closed or bool(month_refusal(own.programmes, month, today)),
                opened,
                figures.get(village.pk, {}),
            )
        )
    return rows


def _figures(
    villages: Sequence[Village], month: date, codes: Mapping[int, str]
) -> dict[int, dict[str, Decimal]]:
    column = MONTH_COLUMNS[month.month - 1]
    lines = LedgerLine.objects.filter(village__in=villages, year=month.year, **{f"{column}__isnull": False})
    figures: dict[int, dict[str, Decimal]] = {}
    for village, element, value in lines.values_list("village_id", "element_id", column):
        figures.setdefault(village, {})[codes[element]] = value
    return figures
