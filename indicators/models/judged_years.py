"""By what a village's year is judged: what its standards asked for when the year was handed in."""

from typing import ClassVar, Self

from django.db import models

from indicators.models.standards import Standard
from villages.models import Programme, Village


class Yardstick(models.Model):
    """What a programme asked of villages in a year, as it read at a moment (评定依据). Append-only."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="yardsticks")
    year = models.PositiveSmallIntegerField("年份")
    digest = models.CharField("摘要", max_length=64)
    scorecards = models.CharField("计分摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评定依据"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "year", "digest"], name="yardstick_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year} 年评定依据"


class YardstickLineQuerySet(models.QuerySet["YardstickLine"]):
    def of_year(self, programme: Programme, year: int) -> Self:
        """Every line by which some village of a programme was judged in `year`."""
        return self.filter(yardstick__programme=programme, yardstick__year=year)


class YardstickLine(models.Model):
    """One standard as it was asked for: in words, and as a digest of everything that decides a verdict."""

    yardstick = models.ForeignKey(Yardstick, on_delete=models.PROTECT, related_name="lines")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="yardstick_lines")
    digest = models.CharField("摘要", max_length=64)
    name = models.CharField("标准", max_length=120)
    clause = models.CharField("条款", max_length=300)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    target = models.TextField("目标")
    formula = models.TextField("公式", blank=True)

    objects = YardstickLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评定依据"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["yardstick", "standard"], name="yardstick_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.target}"


class JudgedYear(models.Model):
    """A village's year that is being judged or was: it keeps the yardstick whatever is loaded later.

    `kind` is the code of the kind that the village was judged as.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="judged_years")
    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="judged_years")
    year = models.PositiveSmallIntegerField("年份")
    yardstick = models.ForeignKey(Yardstick, on_delete=models.PROTECT, related_name="judged_years")
    kind = models.CharField("类别", max_length=30)
    at = models.DateTimeField("提交评定时间")

    class Meta:
        verbose_name = verbose_name_plural = "已评定的年度"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "village", "year"], name="judged_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.year}"
