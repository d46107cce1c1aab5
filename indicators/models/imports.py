"""Workbooks that came in: the file, how its columns are read, what it would change, how far it got."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.divisions import within
from indicators.models.verdicts import LEASE


class ColumnMapping(models.Model):
    """How a township's workbooks are read (列对应), remembered by what their headings say."""

    division_code = models.CharField("行政区划代码", max_length=12)
    signature = models.CharField("表头摘要", max_length=64)
    mapping = models.JSONField("列对应")
    by = models.ForeignKey(User, verbose_name="确认人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = verbose_name_plural = "列对应"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["division_code", "signature"], name="column_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.signature[:8]}"


class WorkbookImportQuerySet(models.QuerySet["WorkbookImport"]):
    def visible_to(self, user: User) -> Self:
        """Imports of the user's own division."""
        return self.filter(within(user.division_code, field="division_code"))

    def waiting(self, *, at: datetime) -> Self:
        """Work nobody does: queued, or begun by a worker whose lease ran out."""
        State = WorkbookImport.State
        queued = Q(state__in=[State.READING, State.APPLYING], lease_until__isnull=True)
        return self.filter(queued | Q(state__in=[State.READING, State.APPLYING], lease_until__lt=at))

    def claim(self, *, pk: int, at: datetime) -> int | None:
        """Take the work for LEASE and return its new fencing token; None if someone else has it."""
        claimed = self.waiting(at=at).filter(pk=pk).update(token=F("token") + 1, lease_until=at + LEASE)
        return self.values_list("token", flat=True).get(pk=pk) if claimed else None


class WorkbookImport(models.Model):
    """One workbook on its way into the ledger (导入): mapped, read, shown, written whole or not at all."""

    class State(models.TextChoices):
        MAPPING = "mapping", "待对应列"
        READING = "reading", "正在读取"
        PREVIEW = "preview", "待确认"
        APPLYING = "applying", "正在写入"
        DONE = "done", "已导入"
        FAILED = "failed", "未能导入"
        CANCELLED = "cancelled", "已取消"

    division_code = models.CharField("行政区划代码", max_length=12)
    month = models.DateField("月份", help_text="该月第一天")
    file = models.FileField("文件", upload_to="imports", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    mapping = models.JSONField("列对应", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.MAPPING)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    rows_done = models.PositiveIntegerField("已处理行数", default=0)
    counts = models.JSONField("结果", default=dict, blank=True, help_text="new, changed, unchanged, refused")
    problem = models.CharField("未能导入的原因", max_length=500, blank=True)
    cancel_asked = models.BooleanField("要求取消", default=False)
    token = models.PositiveIntegerField("令牌", default=0)
    lease_until = models.DateTimeField("租期", null=True)
    by = models.ForeignKey(User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = WorkbookImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "mapping",
                        "reading",
                        "preview",
                        "applying",
                        "done",
                        "failed",
                        "cancelled",
                    ]
                ),
                name="workbook_import_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class ImportedCell(models.Model):
    """One cell of a workbook as it was read: where it stood, whose figure it would be, what becomes of it."""

    class Outcome(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "更改"
        UNCHANGED = "unchanged", "未变"
        REFUSED = "refused", "不能导入"

    # Written by the hundred thousand by COPY, dropped with the import: no key is checked twice.
    workbook = models.ForeignKey(
        WorkbookImport, on_delete=models.CASCADE, related_name="cells", db_constraint=False
    )
    row = models.PositiveIntegerField("行")
    column = models.PositiveSmallIntegerField("列")
    village_id = models.BigIntegerField("村（社区）", null=True)
    element_id = models.BigIntegerField("数据项", null=True)
    month = models.DateField("月份", null=True)
    text = models.CharField("原文", max_length=100, blank=True)
    old = models.DecimalField("原值", max_digits=18, decimal_places=4, null=True)
    new = models.DecimalField("新值", max_digits=18, decimal_places=4, null=True)
    outcome = models.CharField("处理", max_length=9, choices=Outcome.choices)
    reason = models.CharField("错误原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的单元格"

    def __str__(self) -> str:
        return f"{self.row}:{self.column} {self.outcome}"
