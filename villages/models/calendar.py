"""Which days are worked: public holidays and make-up days that the office can edit."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

from django.db import models

SATURDAY = 5


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


class Workdays:
    """Working days: Monday to Friday, but for the days that the office's table says otherwise.

    The table as it stands is read when it is first asked: one query, or none. Make one for each request.
    """

    @cached_property
    def _exceptions(self) -> Mapping[date, bool]:
        return dict(CalendarDay.objects.values_list("day", "is_working"))

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day in self._exceptions)

    def knows(self, year: int) -> bool:
        """Whether the table says anything about `year`; where it does not, only weekends are known."""
        return year in self._years

    def is_working(self, day: date) -> bool:
        return self._exceptions.get(day, day.weekday() < SATURDAY)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; the day itself for 0."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day
