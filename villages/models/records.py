"""What is filed about a village: evidence, and the visits of the leaders in charge."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from common.divisions import within
from villages.models.villages import Village


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Files about villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Newest first, with who filed it."""
        return self.select_related("uploaded_by", "village").order_by("-uploaded_at", "-pk")


class Evidence(models.Model):
    """A file kept as evidence (佐证材料): sniffed, size-bounded, stored under a random name."""

    village = models.ForeignKey(
        Village, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="evidence"
    )
    title = models.CharField("说明", max_length=200)
    file = models.FileField("文件", upload_to="evidence", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    content_type = models.CharField("文件类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("摘要", max_length=64)
    uploaded_by = models.ForeignKey(User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        constraints: ClassVar = [
            # A double click, or the same scan sent again, is one piece of evidence.
            models.UniqueConstraint(fields=["village", "sha256", "title"], name="evidence_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        ]
        indexes: ClassVar = [models.Index(fields=["village", "-uploaded_at"], name="evidence_of_village")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("villages:evidence", kwargs={"pk": self.pk})

    @property
    def division_code(self) -> str:
        return self.village.code


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """Visits to villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Newest first, with who wrote it down."""
        return self.select_related("recorded_by", "village").order_by("-visit_date", "-pk")

    def in_month(self, day: date) -> Self:
        """Visits paid in the month that `day` lies in."""
        return self.filter(visit_date__year=day.year, visit_date__month=day.month)


class Visit(models.Model):
    """A visit by a leader in charge (包抓领导每月至少 1 次调研): measure 13 of the plan."""

    village = models.ForeignKey(
        Village, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="visits"
    )
    visit_date = models.DateField("调研日期")
    leader = models.CharField("包抓领导", max_length=40)
    topic = models.CharField("研究解决的问题", max_length=300)
    is_demonstration = models.BooleanField("演示数据", default=False)
    recorded_by = models.ForeignKey(User, verbose_name="记录人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记录时间")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "包抓调研"
        ordering: ClassVar = ["-visit_date", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["village", "visit_date", "leader"], name="visit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leader} {self.visit_date}"

    @property
    def division_code(self) -> str:
        return self.village.code
