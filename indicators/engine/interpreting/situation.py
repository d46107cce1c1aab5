"""One place at one time, as the Python reader sees it: a village, or the villages that are added up."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from indicators.engine.decimals import add, subtract
from indicators.engine.formula import Area, Attribute, Covered, Formula, Measure, Poll, Reference, timed
from indicators.engine.interpreting.asked import Value
from indicators.engine.interpreting.interpreter import evaluate
from indicators.engine.interpreting.measures import NO_MONTHS, Months, Reader, Reading, Values, over_villages
from indicators.engine.language.functions import AREA_LEVELS, LOCAL_LEVELS
from indicators.engine.periods import Period
from indicators.models import Exemption, Judgement

# An attribute that is a number, as it stands in JSON: what PostgreSQL reads as numeric, and no more.
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")


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
    kind_id: int = 0
    kind: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quote:
    """A reference as it was published, None where it was not."""

    value: Decimal | None = None
    area_code: str = ""
    year: int = 0
    source: str = ""
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """What an area's villages add up to by the end of each month, and how many of them have a value."""

    sums: Months = NO_MONTHS
    counts: tuple[int, ...] = (0,) * 12


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about standards in some villages, by ids of standard and village."""

    exemptions: Mapping[tuple[int, int], Exemption] = field(default_factory=dict)
    judgements: Mapping[tuple[int, int], Judgement] = field(default_factory=dict)


References = Mapping[tuple[str, str, int], Quote]
Areas = Mapping[tuple[str, str, int], AreaFigures]


@dataclass(frozen=True, slots=True)
class Situation:
    """What formulas can ask about one place: implements Facts.

    `village` is the place, if it is one village.
    `overrides` are what-if values by a measure's key (`pension_insured`, `previous(pension_insured)`).
    """

    scope_code: str
    area_code: str
    kind: str | None
    members: Sequence[Member]
    references: References
    period: Period
    first_year: int
    judged_year: int = 0
    areas: Areas = field(default_factory=dict)
    decided: Decided = field(default_factory=Decided)
    overrides: Mapping[str, Decimal] = field(default_factory=dict)
    findings: Mapping[str, Value] = field(default_factory=dict)
    village: Member | None = field(init=False, compare=False)
    _read: dict[Measure, list[Reading]] = field(default_factory=dict, init=False, compare=False)
    _then: dict[Period, "Situation"] = field(default_factory=dict, init=False, compare=False)
    _each: list["Situation"] = field(default_factory=list, init=False, compare=False)

    def __post_init__(self) -> None:
        is_one = len(self.members) == 1 and self.members[0].code == self.scope_code
        object.__setattr__(self, "village", self.members[0] if is_one else None)

    @property
    def year(self) -> int:
        return self.period.year

    def until(self, period: Period) -> "Situation":
        """The same place as of another month."""
        if period == self.period:
            return self
        if period not in self._then:
            self._then[period] = replace(self, period=period)
        return self._then[period]

    def no_later(self, deadline: Period | None) -> "Situation":
        """The same place as of a milestone's month, once that has passed."""
        return self.until(min(deadline, self.period)) if deadline else self

    def with_values(self, change: Callable[[Values], Values]) -> "Situation":
        """The same place with other figures in every village."""
        return replace(self, members=[replace(each, values=change(each.values)) for each in self.members])

    def supposing(self, overrides: Mapping[str, Decimal]) -> "Situation":
        """The same place if some measures were different."""
        return replace(self, overrides={**self.overrides, **overrides})

    def finding(self, found: Mapping[str, Value]) -> "Situation":
        """The same place with what a verdict found."""
        same = replace(self, findings=found)
        same._read.update(self._read)
        return same

    def found(self, what: str) -> Value:
        return self.findings.get(what)

    def each(self) -> list["Situation"]:
        """Every village that is added up here, by itself."""
        if not self._each:
            self._each.extend(
                replace(
                    self, scope_code=one.code, area_code=one.code, kind=one.kind, members=[one], overrides={}
                )
                for one in self.members
            )
        return self._each

    def poll(self, poll: Poll) -> Decimal | None:
        """Ask every village by itself."""
        if poll.condition is None:
            return Decimal(len(self.members))
        answers = [evaluate(poll.condition, village) for village in self.each()]
        return Decimal(answers.count(True) if poll.what == "holds" else len(answers) - answers.count(None))

    def attribute(self, attribute: Attribute) -> Value:
        """Return what the programme knows of the village; nothing of what is wider."""
        known = self.village.attributes.get(attribute.code) if self.village else None
        if known is None or attribute.is_text:
            return known
        return Decimal(known) if NUMBER.fullmatch(known) else None

    def covered(self, covered: Covered) -> bool | None:
        """Say whether kinds and villages of a standard include the village."""
        if self.village is None:
            return None
        kind_fits = not covered.kinds or self.village.kind_id in covered.kinds
        return kind_fits and (not covered.villages or self.village.village_id in covered.villages)

    def exempted(self, standard_id: int) -> bool:
        return self.exemption(standard_id) is not None

    def exemption(self, standard_id: int) -> Exemption | None:
        """Return why the village is exempted from a standard, if it is."""
        return self.decided.exemptions.get((standard_id, self.village.village_id)) if self.village else None

    def judged(self, standard_id: int) -> bool | None:
        judgement = self.judgement(standard_id)
        return judgement.is_met if judgement else None

    def judged_points(self, standard_id: int) -> Decimal | None:
        judgement = self.judgement(standard_id)
        return judgement.points if judgement else None

    def judgement(self, standard_id: int) -> Judgement | None:
        """Return what a reviewer said of the village."""
        return self.decided.judgements.get((standard_id, self.village.village_id)) if self.village else None

    def area(self, area: Area) -> Decimal | None:
        """Return what the villages of the place's own area add up to as of the same month."""
        length = AREA_LEVELS[area.level]
        if len(self.area_code) < length:
            return None
        year, month = self.period.year - area.lag, self.period.month - 1
        figures = self.areas.get((area.element, self.area_code[:length], year), AreaFigures())
        total, known = figures.sums[month], Decimal(figures.counts[month])
        if self.overrides and area.own.key in self.overrides:
            total, known = self._supposed(area, total, known)
        return total if area.what == "sum" else known

    def _supposed(self, area: Area, total: Decimal | None, known: Decimal) -> tuple[Decimal, Decimal]:
        """What an area adds up to, and of how many villages, with the figure that is supposed here."""
        before = self._figure(area.own)
        more = subtract(self.overrides[area.own.key], before or Decimal(0))
        return add(total or Decimal(0), more), known + (before is None)

    def measure(self, measure: Measure) -> Decimal | None:
        """Return a measure's figure here."""
        if self.overrides and measure.key in self.overrides:
            return self.overrides[measure.key]
        return self._figure(measure)

    def _figure(self, measure: Measure) -> Decimal | None:
        """What the ledger says of it, whatever is supposed."""
        readings = self.readings(measure)
        if len(readings) == 1:
            return readings[0].value
        now = self.readings(replace(measure, lag=0)) if measure.lag else readings
        return over_villages(measure, readings, now)

    def readings(self, measure: Measure) -> list[Reading]:
        """Read a measure in every village that is added up here; once, however often it is asked for."""
        try:
            return self._read[measure]
        except KeyError:  # it is asked for the first time
            self._read[measure] = found = self._readings(measure)
            return found

    def _readings(self, measure: Measure) -> list[Reading]:
        return [Reader(member.values, self.period, self.first_year).read(measure) for member in self.members]

    def latest_of(self, formula: Formula | None) -> Period | None:
        """Return the latest month whose figures went into a formula."""
        if formula is None:
            return None
        found = (
            reading.latest
            for node, period in timed(formula, self.period)
            if isinstance(node, Measure)
            for reading in self.until(period).readings(node)
        )
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
