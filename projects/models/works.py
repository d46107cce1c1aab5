"""How far the works are (形象进度), month by month."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User


class WorksProgressQuerySet(models.QuerySet["WorksProgress"]):
    def for_detail(self) -> Self:
        """In the order of months, with who recorded it."""
        return self.select_related("by").order_by("month")


class WorksProgress(models.Model):
    """A project's works progress as of one month, as a share of the whole works."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="progress")
    month = models.DateField("月份", help_text="该月第一天")
    percent = models.DecimalField("形象进度（%）", max_digits=4, decimal_places=1)
    note = models.CharField("进展说明", max_length=300, blank=True)
    by = models.ForeignKey(User, verbose_name="填报人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("填报时间")

    objects = WorksProgressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "形象进度"
        ordering: ClassVar = ["project", "month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "month"], name="progress_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="progress_month_first_day"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="progress_percent_of_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month:%Y-%m} {self.percent}%"
