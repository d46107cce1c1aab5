"""What is computed from data elements, never typed."""

from typing import ClassVar

from django.db import models

from indicators.models.catalogue import DataElement
from villages.models import Programme


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def note_choices(self) -> int:
        """Note of each whether it reads nothing but an element of which something is chosen."""
        chosen = dict(DataElement.objects.chosen().values_list("code", "pk"))
        moved = [row for row in self if row.choice_id != chosen.get(row.expression)]
        for row in moved:
            row.choice_id = chosen.get(row.expression)
        return Indicator.objects.bulk_update(moved, ["choice"])


class Indicator(models.Model):
    """A figure that is computed, never typed: an expression over data elements (docs/programme-format.md).

    `choice` is the element it repeats, if that is chosen and not counted: its figures have names.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="indicators")
    code = models.SlugField("代码", max_length=60)
    name = models.CharField("名称", max_length=80)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    expression = models.TextField("计算公式")
    choice = models.ForeignKey(
        DataElement, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="indicator_once"),
        ]

    def __str__(self) -> str:
        return self.name
