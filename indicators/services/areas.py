"""Putting the sums of areas right: what bulk loading or a fault left behind is found and mended at night."""

import logging

from indicators.engine.sql.area_sums import repair_county, repair_wider
from indicators.models import LedgerLine
from villages.models import Village

logger = logging.getLogger(__name__)


def areas_repair() -> int:
    """Compare the sums of every area and year with the ledger, mend and return how many rows differed."""
    years = LedgerLine.objects.order_by("year").values_list("year", flat=True).distinct()
    counties = [county for county, _ in Village.objects.count_by_county()]
    mended = sum(_repair_year(year, counties) for year in years)
    if mended:
        logger.warning("%s rows of area sums differed from the ledger and were mended", mended)
    return mended


def _repair_year(year: int, counties: list[str]) -> int:
    return sum(repair_county(county, year) for county in counties) + repair_wider(year)
