"""The plan's measures (工作措施) and who answers for them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import Organisation, User
from indicators.models import Standard
from villages.models import Programme


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> Self:
        """The measures of the user's programmes: the plan is published, every department reads all of it."""
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def answered_by(self, organisation: Organisation) -> Self:
        """Measures that name `organisation` as responsible (责任单位)."""
        return self.filter(departments=organisation)

    def own_first(self, organisation: Organisation) -> Self:
        """Every measure, those that `organisation` answers for first, each marked with `is_own`."""
        named = Measure.departments.through.objects.filter(measure=OuterRef("pk"), organisation=organisation)
        return self.annotate(is_own=Exists(named)).order_by("-is_own", "programme", "number")


class Measure(models.Model):
    """One of a programme's measures: its place in the plan, who answers for it, and its targets."""

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.CASCADE, related_name="measures"
    )
    number = models.PositiveSmallIntegerField("序号")
    section = models.CharField("部分", max_length=100)
    name = models.CharField("措施", max_length=100)
    departments = models.ManyToManyField(
        Organisation, verbose_name="责任单位", blank=True, related_name="measures"
    )
    standards = models.ManyToManyField(
        Standard, verbose_name="标准与目标", blank=True, related_name="measures"
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作措施"
        ordering: ClassVar = ["programme", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="measure_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="measure_number_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
