"""The ledger: a line is an element of a village for a year, twelve months wide; a header signs each month."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import TransitionStep, User
from common.divisions import within
from indicators.models import due
from indicators.models.catalogue import DataElement
from indicators.workflow import EDITABLE, MONTH, MonthStatus
from villages.models import Village

MONTH_COLUMNS = tuple(f"m{month:02d}" for month in range(1, 13))


_ADVANCE = """
    UPDATE indicators_monthlyreport SET version = version + 1
    WHERE id = %s AND status = ANY(%s) AND version = %s
"""
_LOCK = "SELECT * FROM indicators_monthlyreport WHERE village_id = %s AND month = %s FOR UPDATE"


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    def visible_to(self, user: User) -> Self:
        """Reports of villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Newest month first, in village order, with the village."""
        return self.select_related("village").order_by("-month", "village__code")

    def of_month(self, villages: Iterable[Village], month: date) -> Self:
        """The headers of one month of `villages`."""
        return self.filter(village__in=villages, month=month)

    def accepted(self) -> Self:
        """Reports whose figures count."""
        return self.filter(status=MonthStatus.ACCEPTED)

    def waiting_for_review(self) -> Self:
        """Reports that were submitted and not yet looked at."""
        return self.filter(status=MonthStatus.SUBMITTED)

    def in_queue_order(self) -> Self:
        """Longest due first: the order in which the bureau looks at them."""
        return self.select_related("village").order_by("month", "village__code")

    def next_after(self, report: "MonthlyReport") -> "MonthlyReport | None":
        """The report that follows `report` in the bureau's queue."""
        later = Q(month__gt=report.month) | Q(month=report.month, village__code__gt=report.village.code)
        return self.in_queue_order().filter(later).first()

    def last_before(self, report: "MonthlyReport") -> "MonthlyReport | None":
        """The report that stands before `report` in the bureau's queue."""
        earlier = Q(month__lt=report.month) | Q(month=report.month, village__code__lt=report.village.code)
        return self.in_queue_order().filter(earlier).last()

    def for_page(self) -> Self:
        """With everything that the page of one month prints of the header."""
        return self.select_related("village").prefetch_related("steps__by__organisation")

    def returned_to(self, user: User) -> Self:
        """Reports in the user's division that were sent back, longest due first, with the reasons."""
        returned = self.visible_to(user).filter(status=MonthStatus.RETURNED)
        return returned.in_queue_order().prefetch_related("steps")

    def months_due(self, user: User, *, at: datetime) -> list[due.DueMonth]:
        """Months of the user's villages, up to the current one, not submitted yet; overdue first."""
        return due.months_due(user.division_code, until=localdate(at).replace(day=1))

    def figures_due(self, user: User, *, at: datetime) -> list[due.DueMonth]:
        """Open months in which figures of the user's organisation are empty; overdue first."""
        until = localdate(at).replace(day=1)
        return due.figures_due(user.division_code, user.organisation, until=until)

    def editable(self) -> Self:
        """Reports whose figures may still change."""
        return self.filter(status__in=EDITABLE)

    def advance_version(self, *, pk: int, seen: int) -> bool:
        """Move the header from version `seen` to the next while editable; False if someone was faster."""
        with connection.cursor() as cursor:
            cursor.execute(_ADVANCE, [pk, sorted(EDITABLE), seen])
            return cursor.rowcount == 1

    def locked_header(self, village: Village, month: date) -> "MonthlyReport | None":
        """The header of a month, held locked until the transaction ends; None where nobody has begun."""
        for report in self.raw(_LOCK, [village.pk, month]):
            report.village = village
            return report
        return None


class MonthlyReport(models.Model):
    """The header of a village's month (月报): its state, and the version every write must have seen."""

    WORKFLOW: ClassVar = MONTH

    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="reports")
    month = models.DateField("月份", help_text="该月第一天")
    status = models.CharField("状态", max_length=10, choices=MonthStatus.choices, default=MonthStatus.DRAFT)
    version = models.PositiveIntegerField("版本", default=0)
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月报"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["village", "month"], name="report_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="report_month_first_day"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "accepted", "returned"]),
                name="report_status_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["month", "status"], name="report_month_status"),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.month:%Y-%m} 月报"

    def get_absolute_url(self) -> str:
        return reverse(
            "indicators:month",
            kwargs={"code": self.village.code, "year": self.month.year, "month": self.month.month},
        )

    @property
    def division_code(self) -> str:
        return self.village.code

    @property
    def is_editable(self) -> bool:
        """Whether figures may still change."""
        return self.status in EDITABLE

    def last_step(self, name: str) -> "MonthlyReportStep | None":
        """The latest step of that name, from the steps as they are loaded."""
        return next((step for step in reversed(self.steps.all()) if step.name == name), None)

    def why_closed(self) -> str:
        """Say since when the figures are closed and what to do if they must change; "" while open."""
        if self.is_editable:
            return ""
        step = self.last_step("accept" if self.status == MonthStatus.ACCEPTED else "submit")
        return self.why_closed_since(step.at if step else None)

    def why_closed_since(self, at: datetime | None) -> str:
        """The same for who has read when the last step was taken; None: nobody knows."""
        if self.is_editable:
            return ""
        if self.status == MonthStatus.ACCEPTED:
            return f"本月{self._on(at)}受理，数据已计入达标计算，不能再改。"
        return f"本月{self._on(at)}上报，需修改请向振兴局申请退回。"

    def _on(self, at: datetime | None) -> str:
        if at is None:
            return "已"
        day = localdate(at)
        return f"已于 {day:%m-%d} " if day.year == self.month.year else f"已于 {day:%Y-%m-%d} "


class MonthlyReportStep(TransitionStep):
    """A step of a monthly report: submitted, withdrawn, accepted, returned, and the version it was about."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField("版本", null=True, help_text="空：这一步没有记下版本。")

    class Meta(TransitionStep.Meta):
        verbose_name = verbose_name_plural = "月报步骤"


_WRITE_MONTH = """
    INSERT INTO indicators_ledgerline AS line (year, village_id, element_id, {column})
    SELECT %s, %s, figure.element, figure.value
    FROM unnest(%s::bigint[], %s::numeric[]) AS figure(element, value)
    ON CONFLICT (year, village_id, element_id) DO UPDATE SET {column} = EXCLUDED.{column}
    WHERE line.{column} IS DISTINCT FROM EXCLUDED.{column}
"""


_VALUES = """
    SELECT element_id, {column} FROM indicators_ledgerline
    WHERE year = %s AND village_id = %s AND {column} IS NOT NULL
"""
Texts = Mapping[int, str]  # figures as 1410 or 45.5, by element id
_TEXTS = """
    SELECT year, village_id, {columns} FROM indicators_ledgerline
    WHERE year = ANY(%s) AND village_id = ANY(%s) GROUP BY year, village_id
"""
_TEXTS_OF_MONTH = (
    "json_object_agg(element_id, trim_scale({column})::text) FILTER (WHERE {column} IS NOT NULL)"
)


class LedgerLineQuerySet(models.QuerySet["LedgerLine"]):
    def of(self, village: Village, years: Iterable[int]) -> Self:
        """The lines of one village in `years`."""
        return self.filter(village=village, year__in=list(years))

    def month_values(self, village: Village, month: date) -> dict[int, Decimal]:
        """One month's figures of a village by element id; what was never typed is absent."""
        sql = _VALUES.format(column=MONTH_COLUMNS[month.month - 1])
        with connection.cursor() as cursor:
            cursor.execute(sql, [month.year, village.pk])
            return dict(cursor.fetchall())

    def texts_of(self, villages: Collection[int], months: Collection[date]) -> dict[tuple[int, date], Texts]:
        """The figures of these months of many villages, by village id and month: plain texts by element id.

        One row comes back for a village's year, its figures written out by the database: what a page with a
        thousand cells prints, in a fraction of the time that so many rows of decimals take.
        """
        columns = sorted({MONTH_COLUMNS[month.month - 1] for month in months})
        sql = _TEXTS.format(columns=", ".join(_TEXTS_OF_MONTH.format(column=column) for column in columns))
        years = sorted({month.year for month in months})
        with connection.cursor() as cursor:
            cursor.execute(sql, [years, list(villages)])
            found = {
                (year, village): dict(zip(columns, texts, strict=True)) for year, village, *texts in cursor
            }
        return {
            (village, month): {int(pk): text for pk, text in texts.items()}
            for month in months
            for village in villages
            if (texts := found.get((month.year, village), {}).get(MONTH_COLUMNS[month.month - 1]))
        }

    def write_month(self, village: Village, month: date, values: Mapping[int, Decimal | None]) -> None:
        """Write one month's figures of a village in one statement; advance the header before."""
        column = MONTH_COLUMNS[month.month - 1]
        sql = _WRITE_MONTH.format(column=column)
        with connection.cursor() as cursor:
            cursor.execute(sql, [month.year, village.pk, list(values.keys()), list(values.values())])


class LedgerLine(models.Model):
    """A village's element for a year (台账行). Empty is NULL, never zero; yes/no is 1/0, a level a number."""

    pk = models.CompositePrimaryKey("year", "village_id", "element_id")
    year = models.PositiveSmallIntegerField("年份")
    # Held by triggers, a statement at a time, like the keys of `ValueChange`.
    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    element = models.ForeignKey(
        DataElement, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    m01 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m02 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m03 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m04 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m05 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m06 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m07 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m08 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m09 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m10 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m11 = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    m12 = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    objects = LedgerLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账行"

    def __str__(self) -> str:
        return f"{self.village_id} {self.element_id} {self.year}"

    @property
    def months(self) -> list[Decimal | None]:
        """The twelve months, January first."""
        return [getattr(self, column) for column in MONTH_COLUMNS]
