"""The history of a month's figures: every change, and what changed between two moments."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Max, Q

from accounts.models import User
from indicators.models.catalogue import DataElement
from indicators.models.ledger import MonthlyReport, MonthlyReportStep


class ValueChangeQuerySet(models.QuerySet["ValueChange"]):
    def latest_by_element(self, report: MonthlyReport) -> Mapping[int, "ValueChange"]:
        """Who typed each figure of a month last, by element id."""
        changes = self.filter(report=report).select_related("by").order_by("at", "pk")
        return {change.element_id: change for change in changes}

    def since(self, report: MonthlyReport, version: int) -> Self:
        """What was changed after `version`, in that order, with who and what."""
        later = self.filter(report=report, version__gt=version)
        return later.select_related("by", "element").order_by("version", "pk")

    def of_figure(self, report: MonthlyReport, element: DataElement) -> Self:
        """Everything that happened to one figure of a month, newest first, with who did it."""
        changes = self.filter(report=report, element=element) if report.pk else self.none()
        return changes.select_related("by").order_by("-version", "-pk")

    def version_of(self, step: MonthlyReportStep) -> int:
        """The version a step was about; by its time, where it was not written down."""
        if step.version is not None:
            return step.version
        before = self.filter(report=step.report_id, at__lte=step.at)
        return before.aggregate(Max("version"))["version__max"] or 0

    def carried(self, report: MonthlyReport) -> frozenset[int]:
        """The elements whose figure was taken over from last month and not touched since."""
        if report.pk is None:
            return frozenset()
        ways = dict(self.filter(report=report).order_by("version", "pk").values_list("element_id", "way"))
        return frozenset(pk for pk, way in ways.items() if way == ValueChange.Way.CARRIED)

    def differences(self, report: MonthlyReport, version: int) -> list["Difference"]:
        """What changed after `version`, once an element, from then to now; not what was changed back."""
        first: dict[int, ValueChange] = {}
        last: dict[int, ValueChange] = {}
        for change in self.since(report, version):
            first.setdefault(change.element_id, change)
            last[change.element_id] = change
        pairs = [(change.old, last[pk]) for pk, change in first.items()]
        return [Difference(new.element, old, new) for old, new in pairs if old != new.new]

    def count_since(self, steps: Collection[MonthlyReportStep]) -> dict[int, int]:
        """How many figures of each month are not what they were at its step, by report id."""
        at = {step.report_id: step for step in steps}
        first: dict[tuple[int, int], Decimal | None] = {}
        last: dict[tuple[int, int], Decimal | None] = {}
        for change in self.filter(report__in=at).order_by("version", "pk"):
            step, cell = at[change.report_id], (change.report_id, change.element_id)
            is_later = change.at > step.at if step.version is None else change.version > step.version
            if is_later:
                first.setdefault(cell, change.old)
                last[cell] = change.new
        return dict(
            Counter(report for report, element in last if last[report, element] != first[report, element])
        )


class ValueChange(models.Model):
    """One figure of one month changed: from, to, who, when, and the version it made. Append-only."""

    class Way(models.TextChoices):
        """How the figure came in."""

        TYPED = "typed", "填报"
        CARRIED = "carried", "沿用上月"
        IMPORTED = "imported", "导入"
        AMENDED = "amended", "更正"

    # The keys are held by triggers that look them up once a statement: by foreign keys, a workbook's million
    # figures were looked up one by one.
    report = models.ForeignKey(
        MonthlyReport, on_delete=models.PROTECT, related_name="changes", db_constraint=False, db_index=False
    )
    element = models.ForeignKey(
        DataElement, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    version = models.PositiveIntegerField("版本")
    old = models.DecimalField("原值", max_digits=18, decimal_places=4, null=True)
    new = models.DecimalField("新值", max_digits=18, decimal_places=4, null=True)
    by = models.ForeignKey(
        User,
        verbose_name="填报人",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField("填报时间")
    way = models.CharField("来自", max_length=8, choices=Way.choices, default=Way.TYPED)

    objects = ValueChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据变更"
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(way__in=["typed", "carried", "imported", "amended"]),
                name="value_change_way_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report", "element"], name="value_change_of_figure")]

    def __str__(self) -> str:
        return f"{self.element} {self.old} → {self.new}"


@dataclass(frozen=True)
class Difference:
    """A figure of a month between two moments: what it was, and the last change that made it what it is."""

    element: DataElement
    old: Decimal | None
    change: ValueChange
