"""What may be missed at the end of the year though nothing says so yet (预警): forecasts, no verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from accounts.models import User
from indicators.engine import as_of, expectations
from indicators.models import Forecast
from indicators.places import place_names
from villages.models import Programme

MOST_ROWS = 6  # on one card; the matrix lists the others


@dataclass(frozen=True)
class Warned:
    """One place and standard: what the year is expected to end with."""

    forecast: Forecast
    place: str
    sentence: str


@dataclass(frozen=True)
class EarlyWarnings:
    """How many there are in the reader's scope, and the first of them."""

    year: int
    count: int
    rows: Sequence[Warned]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def early_warnings(user: User, programme: Programme, *, at: datetime) -> EarlyWarnings | None:
    """The running year's; None where the programme does not run. What misses its target most stands first."""
    year = localdate(at).year
    if year not in programme.years:
        return None
    found = Forecast.objects.visible_to(user).of_year(programme, year).early_warnings()
    worst_first = found.order_by("-status", "standard__section", "standard__position", "scope_code")
    rows = list(worst_first[:MOST_ROWS])
    count = found.count() if len(rows) == MOST_ROWS else len(rows)
    sentences = expectations(programme, rows, known=as_of(year, at))
    names = place_names(programme) if any(row.village_id is None for row in rows) else {}
    return EarlyWarnings(
        year,
        count,
        [
            Warned(row, row.village.name if row.village else names.get(row.scope_code, row.scope_code), said)
            for row, said in zip(rows, sentences, strict=True)
        ],
    )
