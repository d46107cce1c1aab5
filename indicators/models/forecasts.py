"""What the year may end with, if it goes on like this: never a verdict, always said to be a forecast."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from common.divisions import within
from indicators.models.standards import Standard
from indicators.models.verdicts import Verdict, VerdictStatus
from villages.models import Programme, Village


class ForecastQuerySet(models.QuerySet["Forecast"]):
    def visible_to(self, user: User) -> Self:
        """Forecasts inside the user's division, on the standards the user may see."""
        seen = self.filter(within(user.division_code, field="scope_code"))
        return seen.filter(standard__in=Standard.objects.visible_to(user))

    def of_year(self, programme: Programme, year: int) -> Self:
        """A programme's forecasts for a year, with standard and village, in the order of the standards."""
        rows = self.filter(standard__programme=programme, year=year)
        return rows.select_related("standard", "standard__indicator", "village").order_by(
            "standard__position", "standard__code", "scope_code"
        )

    def at_risk(self) -> Self:
        """Places that would miss the standard at the end of the year."""
        return self.filter(status__in=[VerdictStatus.NEAR, VerdictStatus.UNMET])

    def early_warnings(self) -> Self:
        """Places at risk of which nothing says so yet: their verdict is met, near, or not possible (预警)."""
        open_yet = [VerdictStatus.MET, VerdictStatus.NEAR, VerdictStatus.NO_DATA]
        same = {name: OuterRef(name) for name in ("standard", "year", "scope_code")}
        return self.at_risk().filter(Exists(Verdict.objects.filter(status__in=open_yet, **same)))


class Forecast(models.Model):
    """One standard as December is expected to find it (年底预测). Derived like a verdict."""

    standard = models.ForeignKey(
        Standard, on_delete=models.CASCADE, related_name="forecasts", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField("年份")
    scope_code = models.CharField("考核对象", max_length=45)
    village = models.ForeignKey(
        Village, null=True, on_delete=models.CASCADE, related_name="forecasts", db_constraint=False
    )
    status = models.CharField("预计结论", max_length=14, choices=VerdictStatus.choices)
    value = models.DecimalField("预计值", max_digits=24, decimal_places=6, null=True)
    threshold = models.DecimalField("目标值", max_digits=24, decimal_places=6, null=True)
    data_month = models.DateField("依据数据截至", null=True)
    computed_at = models.DateTimeField("计算时间")

    objects = ForecastQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年底预测"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "year", "scope_code"], name="forecast_once"),
            models.CheckConstraint(
                condition=Q(status__in=["met", "near", "unmet", "no_data", "not_applicable"]),
                name="forecast_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} {self.year} {self.scope_code} {self.status}"
