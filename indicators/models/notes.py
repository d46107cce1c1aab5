"""What hangs on one figure of one month: a remark, "not applicable", and the mark of a return."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from indicators.models.catalogue import DataElement
from indicators.models.ledger import MonthlyReport


class CellNoteQuerySet(models.QuerySet["CellNote"]):
    def by_element(self, report: MonthlyReport) -> dict[int, "CellNote"]:
        """The notes of a month, by element id."""
        return {note.element_id: note for note in self.filter(report=report)} if report.pk else {}

    def marked(self) -> Self:
        """Figures that the bureau sent back."""
        return self.exclude(mark="")


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
