"""One place at one time, as the Python reader sees it: a village, or the villages that are added up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from indicators.engine.formula import Formula, Measure, Reference, measures
from indicators.engine.functions import LOCAL_LEVELS
from indicators.engine.measures import NO_MONTHS, Months, Reader, Reading, Values, over_villages
from indicators.engine.periods import Period


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by element and year: the plain form of Values."""

    lines: Mapping[tuple[str, int], Months]

    def months(self, element: str, year: int) -> Months:
        return self.lines.get((element, year), NO_MONTHS)

    def years(self, element: str) -> Collection[int]:
        return {year for code, year in self.lines if code == element}


@dataclass(frozen=True, slots=True)
class WithMonth:
    """Somebody's figures with one month as it is being typed: what counts once it is accepted."""

    values: Values
    month: Period
    typed: Mapping[str, Decimal | None]

    def months(self, element: str, year: int) -> Months:
        months = self.values.months(element, year)
        if year != self.month.year or element not in self.typed:
            return months
        place = self.month.month - 1
        return (*months[:place], self.typed[element], *months[place + 1 :])

    def years(self, element: str) -> Collection[int]:
        return {*self.values.years(element), *([self.month.year] if element in self.typed else [])}


@dataclass(frozen=True, slots=True)
class Member:
    """A village whose figures are read."""

    village_id: int
    code: str
    name: str
    values: Values


@dataclass(frozen=True, slots=True)
class Quote:
    """A reference as it was published, None where it was not."""

    value: Decimal | None = None
    area_code: str = ""
    year: int = 0
    source: str = ""
    is_demonstration: bool = False


References = Mapping[tuple[str, str, int], Quote]


@dataclass(frozen=True, slots=True)
class Situation:
    """What formulas can ask about one place: implements Facts.

    `overrides` are what-if values by a measure's key (`pension_insured`, `previous(pension_insured)`).
    """

    scope_code: str
    area_code: str
    kind: str | None
    members: Sequence[Member]
    references: References
    period: Period
    first_year: int
    overrides: Mapping[str, Decimal] = field(default_factory=dict)
    _read: dict[Measure, list[Reading]] = field(default_factory=dict, init=False, compare=False)

    @property
    def year(self) -> int:
        return self.period.year

    def until(self, period: Period) -> "Situation":
        """The same place as of another month."""
        return self if period == self.period else replace(self, period=period)

    def with_values(self, change: Callable[[Values], Values]) -> "Situation":
        """The same place with other figures in every village."""
        return replace(self, members=[replace(each, values=change(each.values)) for each in self.members])

    def supposing(self, overrides: Mapping[str, Decimal]) -> "Situation":
        """The same place if some measures were different."""
        return replace(self, overrides={**self.overrides, **overrides})

    def measure(self, measure: Measure) -> Decimal | None:
        """Return a measure's figure here."""
        if self.overrides and measure.key in self.overrides:
            return self.overrides[measure.key]
        readings = self.readings(measure)
        if len(readings) == 1:
            return readings[0].value
        now = self.readings(replace(measure, lag=0)) if measure.lag else readings
        return over_villages(measure, readings, now)

    def readings(self, measure: Measure) -> list[Reading]:
        """Read a measure in every village that is added up here; once, however often it is asked for."""
        if measure not in self._read:
            self._read[measure] = self._readings(measure)
        return self._read[measure]

    def _readings(self, measure: Measure) -> list[Reading]:
        return [Reader(member.values, self.period, self.first_year).read(measure) for member in self.members]

    def latest_of(self, formula: Formula | None) -> Period | None:
        """Return the latest month whose figures went into a formula."""
        found = (reading.latest for measure in measures(formula) for reading in self.readings(measure))
        return max((period for period in found if period), default=None)

    def reference(self, reference: Reference) -> Decimal | None:
        """Return the published value for the reference's area."""
        return self.quote(reference).value

    def quote(self, reference: Reference) -> Quote:
        """Return the published value with its source; an empty one where nothing was published."""
        year = self.period.year - reference.lag
        for length in LOCAL_LEVELS[reference.level]:
            area = self.area_code[:length]
            if len(area) == length and (quote := self.references.get((reference.series, area, year))):
                return quote
        return Quote(year=year)
