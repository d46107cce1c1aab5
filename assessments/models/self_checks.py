"""The self-check, standard by standard, and what was submitted, frozen."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from assessments.models.applications import Application
from indicators.models import Standard
from villages.models import Evidence


class SelfCheckItem(models.Model):
    """What the township says about one standard, with its evidence."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="items")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField("自查说明", blank=True)
    evidence = models.ManyToManyField(Evidence, verbose_name="佐证材料", blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "自查事项"
        ordering: ClassVar = ["standard__position", "standard__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "standard"], name="self_check_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.standard.code}"


class Snapshot(models.Model):
    """What was submitted in a round (上报版本): what reviewers and documents read. Immutable (a trigger)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="snapshots")
    round = models.PositiveSmallIntegerField("轮次")
    frozen_at = models.DateTimeField("冻结时间")
    frozen_by = models.ForeignKey(User, verbose_name="提交人", on_delete=models.PROTECT, related_name="+")
    standards_digest = models.CharField("标准摘要", max_length=64)
    payload = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "上报版本"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "round"], name="snapshot_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.application} 第 {self.round} 轮上报版本"
