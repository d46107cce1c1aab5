"""Workbooks that came in: the file, how its columns are read, what it would change, how far it got."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from indicators.models.verdicts import LEASE

KEPT = timedelta(days=7)  # the file and what was read of it, after the upload


class ColumnMappingQuerySet(models.QuerySet["ColumnMapping"]):
    def of(self, user: User) -> Self:
        """What people of the user's own division decided, newest first."""
        return self.filter(division_code=user.division_code).order_by("-at", "-pk")


class ColumnMapping(models.Model):
    """How a township's workbooks are read (列对应), remembered by what their headings say."""

    division_code = models.CharField("行政区划代码", max_length=12)
    signature = models.CharField("表头摘要", max_length=64)
    mapping = models.JSONField("列对应")
    by = models.ForeignKey(User, verbose_name="确认人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("确认时间")

    objects = ColumnMappingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "列对应"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["division_code", "signature"], name="column_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.signature[:8]}"


class WorkbookImportQuerySet(models.QuerySet["WorkbookImport"]):
    def visible_to(self, user: User) -> Self:
        """The user's own imports: a workbook may hold more than figures, so nobody else opens it."""
        return self.filter(by=user) if user.is_authenticated else self.none()

    def working(self) -> Self:
        """Imports that are being read or written."""
        return self.filter(state__in=WorkbookImport.WORKING)

    def waiting(self, *, at: datetime) -> Self:
        """Work nobody does: asked for and not begun, or begun by a worker whose lease ran out."""
        return self.working().filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))

    def overdue(self, *, at: datetime, patience: timedelta) -> Self:
        """Waiting work that should have been taken by now, oldest first."""
        return self.waiting(at=at).filter(asked_at__lt=at - patience).order_by("asked_at", "pk")

    def claim(self, *, pk: int, at: datetime) -> int | None:
        """Take the work for LEASE and return its new fencing token; None if someone else has it."""
        claimed = (
            self.waiting(at=at)
            .filter(pk=pk)
            .update(token=F("token") + 1, tries=F("tries") + 1, lease_until=at + LEASE)
        )
        return self.values_list("token", flat=True).get(pk=pk) if claimed else None

    def held(self, *, pk: int, token: int) -> Self:
        """The import while that run still has it; nothing once somebody took over or finished it."""
        return self.working().filter(pk=pk, token=token)

    def old(self, *, at: datetime) -> Self:
        """Imports whose file and rows have been kept long enough."""
        return self.exclude(state__in=WorkbookImport.WORKING).exclude(file="").filter(at__lt=at - KEPT)


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

    WORKING: ClassVar = (State.READING, State.APPLYING)

    division_code = models.CharField("行政区划代码", max_length=12)
    month = models.DateField("月份", help_text="该月第一天")
    file = models.FileField("文件", upload_to="imports", max_length=200, blank=True)
    original_name = models.CharField("原文件名", max_length=200)
    outline = models.JSONField("各表开头", default=list, blank=True)
    mapping = models.JSONField("列对应", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.MAPPING)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    rows_done = models.PositiveIntegerField("已处理行数", default=0)
    counts = models.JSONField("结果", default=dict, blank=True, help_text="new, changed, unchanged, refused")
    notice = models.CharField("给上传人的话", max_length=500, blank=True)
    problem = models.CharField("未能导入的原因", max_length=500, blank=True)
    cancel_asked = models.BooleanField("要求取消", default=False)
    token = models.PositiveIntegerField("令牌", default=0)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    asked_at = models.DateTimeField("提出办理时间", null=True)
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

    def get_absolute_url(self) -> str:
        return reverse("indicators:import", kwargs={"pk": self.pk})

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def tone(self) -> str:
        """How the state looks in a list."""
        return TONES.get(WorkbookImport.State(self.state), "calm")

    @property
    def to_write(self) -> int:
        """How many figures of the preview would be written."""
        return int(self.counts.get("new", 0)) + int(self.counts.get("changed", 0))

    @property
    def done_sentence(self) -> str:
        """What became of it, in a sentence."""
        refused = int(self.counts.get("refused", 0))
        rest = f"，另有 {refused:,} 项不能导入，没有写入" if refused else ""
        return f"已写入月报 {int(self.counts.get('written', 0)):,} 项{rest}。请核对后上报。"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


TONES: dict[str, str] = {
    WorkbookImport.State.MAPPING: "attention",
    WorkbookImport.State.READING: "active",
    WorkbookImport.State.PREVIEW: "attention",
    WorkbookImport.State.APPLYING: "active",
    WorkbookImport.State.DONE: "good",
    WorkbookImport.State.FAILED: "bad",
}


class ImportedRow(models.Model):
    """One month of one row of a workbook: whose it is, and the figures beside those of the ledger.

    A figure stands at the place that its element has in the import's mapping; `marks` and `outcomes` hold a
    sign for each. As read: v a figure, e read as empty, r cannot be read, f not the uploader's to fill in,
    - nothing. As compared: n new, c changed, u unchanged, r refused, k kept as others changed it, e, -.
    Rows, not cells: a nation's workbook has a million cells, and arrays are written ten times as fast.
    """

    # Dropped with the import, read only through it: no key is checked row by row.
    workbook = models.ForeignKey(
        WorkbookImport, on_delete=models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    row = models.PositiveIntegerField("行", help_text="从 1 起，同表格里的行号")
    label = models.CharField("村（社区）原文", max_length=80, blank=True)
    village_id = models.BigIntegerField("村（社区）", null=True)
    month = models.DateField("月份", null=True)
    seen_version = models.PositiveIntegerField("下载时的版本", null=True)
    version = models.PositiveIntegerField("核对时的版本", default=0)
    status = models.CharField("核对时的月报状态", max_length=10, blank=True)
    reason = models.CharField("整行不能导入的原因", max_length=300, blank=True)
    marks = models.TextField("读到的", blank=True)
    outcomes = models.TextField("处理", blank=True)
    new = ArrayField(models.DecimalField(max_digits=18, decimal_places=4, null=True), default=list)
    old = ArrayField(models.DecimalField(max_digits=18, decimal_places=4, null=True), default=list)
    remarks = models.JSONField("原文和原因", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的行"
        ordering: ClassVar = ["row", "month"]
        indexes: ClassVar = [models.Index(fields=["workbook", "row"], name="imported_row_in_order")]

    def __str__(self) -> str:
        return f"{self.row} {self.label}"
