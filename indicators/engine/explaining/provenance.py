"""Who typed a month's figure and who accepted the month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.engine.explaining.trace import MonthFigure
from indicators.engine.interpreting.measures import Reading
from indicators.engine.reading.catalogue import Catalogue, Element
from indicators.models import MonthlyReport, MonthlyReportStep, ValueChange
from villages.models import Village

Entries = Mapping[tuple[date, int], ValueChange]


@dataclass(frozen=True)
class Provenance:
    """What is known about the months of one village."""

    village_code: str
    reports: Mapping[date, MonthlyReport]
    accepted: Mapping[date, MonthlyReportStep]
    entries: Entries

    @classmethod
    def load(
        cls, catalogue: Catalogue, village: Village, months: Collection[date], elements: Collection[str]
    ) -> "Provenance":
        """Read reports, their last acceptance and the last change of every figure: three queries."""
        reports = MonthlyReport.objects.filter(village=village, month__in=months)
        by_pk = {report.pk: report for report in reports}
        steps = MonthlyReportStep.objects.filter(report__in=by_pk, name="accept").select_related(
            "by__organisation"
        )
        changes = ValueChange.objects.filter(
            report__in=by_pk, element__in=[catalogue.elements[code].id for code in elements]
        ).select_related("by__organisation")
        return cls(
            village.code,
            {report.month: report for report in by_pk.values()},
            {by_pk[step.report_id].month: step for step in steps.order_by("at", "pk")},
            {(by_pk[row.report_id].month, row.element_id): row for row in changes.order_by("at", "pk")},
        )

    def months(self, reading: Reading, element: Element) -> list[MonthFigure]:
        """Return the months of a reading with what is known about each."""
        return [self._month(period.first_day, value, element) for period, value in reading.used]

    def _month(self, month: date, value: Decimal | None, element: Element) -> MonthFigure:
        report, entry, step = (
            self.reports.get(month),
            self.entries.get((month, element.id)),
            self.accepted.get(month),
        )
        return MonthFigure(
            month=month,
            value=value,
            village_code=self.village_code,
            entered_by=entry.by if entry else None,
            entered_at=entry.at if entry else None,
            accepted_by=step.by if step else None,
            accepted_at=step.at if step else None,
            is_demonstration=bool(report and report.is_demonstration),
            names=element.names,
        )
