"""Figures for the villages of a loaded file, so that a test can have its verdicts computed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from indicators.models import LedgerLine, MonthlyReport
from villages.models import Programme, Village


def type_year(programme: Programme, village: Village, year: int, figures: Mapping[str, Any]) -> None:
    """Accept every month of a year; a figure stands in December, or in the months that it names."""
    ids = dict(programme.elements.values_list("element__code", "element"))
    for code, value in figures.items():
        months = value if isinstance(value, Mapping) else {"m12": value}
        LedgerLine.objects.create(year=year, village=village, element_id=ids[code], **months)
    for month in range(1, 13):
        MonthlyReport.objects.get_or_create(
            village=village, month=date(year, month, 1), defaults={"status": "accepted"}
        )
