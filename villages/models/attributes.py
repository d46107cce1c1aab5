"""What a programme knows of its villages besides their kind: 区域类别, 是否贫困村, 退出年份."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from villages.models.programmes import Programme


class ProgrammeAttribute(models.Model):
    """A property of villages that formulas may ask for (村情属性): a text of a list, or a number.

    The values stand in `Enrolment.attributes` under the attribute's code.
    """

    class ValueType(models.TextChoices):
        TEXT = "text", "文字"
        NUMBER = "number", "数"

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.CASCADE, related_name="attributes"
    )
    code = models.SlugField("代码", max_length=30)
    name = models.CharField("名称", max_length=40)
    value_type = models.CharField("类型", max_length=6, choices=ValueType.choices)
    choices = models.JSONField("可选值", default=list, blank=True, help_text="文字属性的全部可选值。")
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "村情属性"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="programme_attribute_once"),
            models.CheckConstraint(
                condition=Q(value_type__in=["text", "number"]), name="programme_attribute_type_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
