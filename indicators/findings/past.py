"""Figures of some villages over some years, read at once: what the months before are looked up in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self

from django.db.models import Q

from common.months import month_before
from indicators.models import MONTH_COLUMNS, DataElement, LedgerLine

LONGEST_PAST = 36  # months an outlier is looked for in
NEAR_YEARS, FAR_YEARS = 1, 3  # years read back for every element, and for those with a long past
NOTHING: tuple[None, ...] = (None,) * 12


@dataclass(frozen=True)
class Past:
    """Twelve months side by side, by village, element and year, as the ledger has them."""

    lines: Mapping[tuple[int, int, int], Sequence[Decimal | None]] = field(default_factory=dict)

    @classmethod
    def read(cls, villages: Iterable[int], months: Collection[date], far: Collection[str] = ()) -> Self:
        """Read what `months` are compared with; of the elements `far`, by code, as far as an outlier asks."""
        first, last = min(months).year, max(months).year
        years = Q(year__gte=first - NEAR_YEARS)
        if far:
            years |= Q(year__gte=first - FAR_YEARS, element__code__in=list(far))
        lines = LedgerLine.objects.filter(years, village__in=list(villages), year__lte=last)
        rows = lines.values_list("village_id", "element_id", "year", *MONTH_COLUMNS)
        return cls({(village, element, year): months for village, element, year, *months in rows})

    def at(self, village: int, element: int, month: date) -> Decimal | None:
        """One figure; None where nobody typed one."""
        line = self.lines.get((village, element, month.year))
        return line[month.month - 1] if line else None

    def month(self, village: int, elements: Iterable[int], month: date) -> dict[int, Decimal | None]:
        """A month's figures of some elements by their ids."""
        return {pk: self.at(village, pk, month) for pk in elements}

    def earlier_this_year(self, village: int, element: int, month: date) -> tuple[date, Decimal] | None:
        """The last known figure of an earlier month of the same year, with its month."""
        line = self.lines.get((village, element, month.year), ())
        for place in range(month.month - 1, 0, -1):
            value = line[place - 1] if line else None
            if value is not None:
                return month.replace(month=place), value
        return None

    def monthly(self, village: int, element: DataElement, month: date) -> list[Decimal]:
        """The known figures of the months before; of a cumulative figure what each month added."""
        years = range(month.year - FAR_YEARS, month.year + 1)
        all_months = [
            value for year in years for value in self.lines.get((village, element.pk, year), NOTHING)
        ]
        if element.is_cumulative:
            all_months = _additions(all_months)
        end = len(all_months) - 13 + month.month
        return [value for value in all_months[end - LONGEST_PAST : end] if value is not None]

    def of_month_alone(
        self, village: int, element: DataElement, month: date, value: Decimal | None
    ) -> Decimal | None:
        """What the month alone stands for: of a cumulative figure, what it added to the month before."""
        if value is None or not element.is_cumulative or month.month == 1:
            return value
        before = self.at(village, element.pk, month_before(month))
        return None if before is None else value - before


def _additions(months: Sequence[Decimal | None]) -> list[Decimal | None]:
    """What each month added to the one before; January, where counting begins anew, is its own."""
    before = [None, *months]
    return [
        value if place % 12 == 0 or value is None else value - earlier if earlier is not None else None
        for place, (value, earlier) in enumerate(zip(months, before, strict=False))
    ]
