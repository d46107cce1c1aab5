"""What hangs on one figure of one month: a remark, "not applicable", and the mark of a return."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from indicators.models.catalogue import DataElement
from indicators.models.ledger import MonthlyReport
from villages.models import Village


class CellNoteQuerySet(models.QuerySet["CellNote"]):
    def by_element(self, report: MonthlyReport) -> dict[int, "CellNote"]:
        """The notes of a month with who wrote them and their files, by element id."""
        if report.pk is None:
            return {}
        notes = self.filter(report=report).select_related("by").prefetch_related("evidence")
        return {note.element_id: note for note in notes}

    def marked(self) -> Self:
        """Figures that the bureau sent back."""
        return self.exclude(mark="")

    def marks(self, report: MonthlyReport) -> dict[int, str]:
        """The marks of a month's last return by element id; none where it came back as a whole."""
        return self.marks_by_report([report]).get(report.pk, {}) if report.pk else {}

    def marks_by_report(self, reports: Collection[MonthlyReport]) -> dict[int, dict[int, str]]:
        """The marks of many months, by report id and element id."""
        found: dict[int, dict[int, str]] = {}
        marks = self.marked().filter(report__in=[report.pk for report in reports if report.pk])
        for report, element, mark in marks.values_list("report_id", "element_id", "mark"):
            found.setdefault(report, {})[element] = mark
        return found

    def not_applicable(self) -> Self:
        """Figures that a month does not have, as somebody declared."""
        return self.filter(is_not_applicable=True)

    def of_reports(self, reports: Collection[int]) -> Iterable["CellNote"]:
        """The notes of many months, by the ids of their headers: for a page of a thousand cells."""
        return self.raw("SELECT * FROM indicators_cellnote WHERE report_id = ANY(%s)", [list(reports)])

    def marked_and_void(self, report: "MonthlyReport") -> tuple[set[int], set[int]]:
        """The elements of a month that were sent back, and those declared not applicable, in one query."""
        notes = list(self.of_reports([report.pk]))
        marked = {note.element_id for note in notes if note.mark}
        return marked, {note.element_id for note in notes if note.is_not_applicable}

    def answered_without_figure(self, reports: Collection[MonthlyReport]) -> dict[int, set[int]]:
        """The elements declared not applicable in each of `reports`, by report id: they are not missing."""
        found: dict[int, set[int]] = {}
        notes = self.not_applicable().filter(report__in=[report.pk for report in reports if report.pk])
        for report, element in notes.values_list("report_id", "element_id"):
            found.setdefault(report, set()).add(element)
        return found

    def count_answered(
        self, villages: Collection[Village], year: int, wanted: Mapping[int, Collection[int]]
    ) -> Counter[tuple[int, int]]:
        """How many of the `wanted` elements were declared not applicable, by village id and month number."""
        notes = self.not_applicable().filter(report__village__in=villages, report__month__year=year)
        places = notes.values_list("report__village", "report__month__month", "element")
        return Counter((village, month) for village, month, pk in places if pk in wanted.get(village, ()))

    def explained(self, report: MonthlyReport) -> set[str]:
        """The codes of the elements of a month that somebody wrote a remark on."""
        remarks = self.filter(report=report).exclude(remark="") if report.pk else self.none()
        return set(remarks.values_list("element__code", flat=True))


class CellNote(models.Model):
    """What is said of a month's element: the clerk's remark, the reviewer's mark, files that prove it."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="notes")
    element = models.ForeignKey(DataElement, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField("说明", max_length=300, blank=True)
    is_not_applicable = models.BooleanField("本月不适用", default=False)
    mark = models.CharField("退回意见", max_length=300, blank=True)
    evidence = models.ManyToManyField(
        "villages.Evidence", verbose_name="佐证材料", blank=True, related_name="cell_notes"
    )
    by = models.ForeignKey(User, verbose_name="填写人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("填写时间")
    version = models.PositiveIntegerField("版本", default=0, help_text="写下时月报的版本。")

    objects = CellNoteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据说明"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "element"], name="cell_note_once"),
            models.CheckConstraint(
                condition=Q(is_not_applicable=False) | ~Q(remark=""), name="cell_note_not_applicable_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.element}"
