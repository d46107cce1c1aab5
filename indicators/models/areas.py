"""Sums over villages, kept for every area: what a county's average or a province's page reads."""

from typing import Self

from django.db import models
from django.db.models.functions import Length

from common.divisions import Level
from indicators.models.catalogue import DataElement


class AreaLineQuerySet(models.QuerySet["AreaLine"]):
    def of_parts(self, area_code: str, level: Level, year: int) -> Self:
        """The lines of a year of the areas of `level` inside an area."""
        inside = self.filter(year=year, area_code__startswith=area_code)
        return inside.annotate(digits=Length("area_code")).filter(digits=int(level))


class AreaLine(models.Model):
    """An area's element for a year (地区汇总): what its villages' values of the year so far add up to.

    `v05` adds up what every village's accepted months until May give by the element's own aggregation,
    `n05` counts the villages that have a value by then. Areas are townships, counties, prefectures and
    provinces; the nation is the sum of its provinces, so that no row is everybody's. Derived from the ledger
    by the write that makes figures count; compared and repaired at night.
    """

    pk = models.CompositePrimaryKey("year", "area_code", "element_id")
    year = models.PositiveSmallIntegerField("年份")
    area_code = models.CharField("行政区划代码", max_length=9)
    element = models.ForeignKey(
        DataElement, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    v01 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n01 = models.IntegerField(default=0)
    v02 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n02 = models.IntegerField(default=0)
    v03 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n03 = models.IntegerField(default=0)
    v04 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n04 = models.IntegerField(default=0)
    v05 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n05 = models.IntegerField(default=0)
    v06 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n06 = models.IntegerField(default=0)
    v07 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n07 = models.IntegerField(default=0)
    v08 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n08 = models.IntegerField(default=0)
    v09 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n09 = models.IntegerField(default=0)
    v10 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n10 = models.IntegerField(default=0)
    v11 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n11 = models.IntegerField(default=0)
    v12 = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    n12 = models.IntegerField(default=0)

    objects = AreaLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区汇总"

    def __str__(self) -> str:
        return f"{self.area_code} {self.element_id} {self.year}"
