"""Which days are worked: public holidays and make-up days that the office can edit."""

from typing import ClassVar

from django.db import models


class CalendarDay(models.Model):
    """A day that is not what its weekday says (节假日与调休): a holiday, or a weekend that is worked."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班", help_text="勾选：调休上班；不勾选：放假。")
    name = models.CharField("名称", max_length=40, help_text="例如 国庆节。")

    class Meta:
        verbose_name = verbose_name_plural = "节假日与调休"
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
