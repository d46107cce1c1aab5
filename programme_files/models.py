"""The versions of a programme: every file that was loaded, kept as it was."""

from typing import ClassVar, Self

from django.db import models

from accounts.models import User
from villages.models import Programme


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def for_list(self) -> Self:
        """Newest first, with who loaded it."""
        return self.select_related("loaded_by", "programme").order_by("-number")

    def latest_of(self, programme: Programme) -> "ProgrammeVersion | None":
        """The version that is in force."""
        return self.filter(programme=programme).order_by("-number").first()


class ProgrammeVersion(models.Model):
    """One loaded programme file. Append-only: a snapshot names the version it was judged by."""

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField("版本号")
    sha256 = models.CharField("摘要", max_length=64)
    text = models.TextField("文件内容")
    loaded_at = models.DateTimeField("载入时间")
    loaded_by = models.ForeignKey(
        User,
        verbose_name="载入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="空：由命令载入。",
    )

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方案版本"
        ordering: ClassVar = ["programme", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} 第 {self.number} 版"
