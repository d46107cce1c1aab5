"""The columns that formulas read from: one per measure and period, one per reference and year, and others."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from indicators.engine import formula as f
from indicators.engine.formula import Formula, Measure, Reference
from indicators.engine.formula.rule import Rule
from indicators.engine.periods import Period
from indicators.models import Standard

ALL_VILLAGES = "villages"  # how many there are


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure as of a period: a column f<n> with its value and d<n> with its latest month."""

    measure: Measure
    period: Period

    @property
    def this_year(self) -> "Figure":
        """The same measure without the years back: which villages are counted."""
        return Figure(replace(self.measure, lag=0), self.period)


@dataclass(frozen=True, slots=True)
class AreaSum:
    """What an area's villages have of an element by a month: columns s<n>, the sum, and n<n>, how many."""

    element: str
    level: str
    period: Period

    @classmethod
    def of(cls, area: f.Area, period: Period) -> "AreaSum":
        return cls(area.element, area.level, Period(period.year - area.lag, period.month))


@dataclass(frozen=True, slots=True)
class Question:
    """A condition that is looked at in every village by itself, as of a period: a column q<n>."""

    condition: Formula
    period: Period


@dataclass
class Columns:
    """Gives everything that some rules read its column.

    `here` are the references and area sums of the places that are judged, `asked` those of every village by
    itself. `exempted` are the standards from which some village is exempted in the year, `exemptions` those
    of them that matter here.
    """

    exempted: frozenset[int] = frozenset()
    figures: dict[Figure, int] = field(default_factory=dict)
    references: dict[tuple[Reference, int], int] = field(default_factory=dict)
    areas: dict[AreaSum, int] = field(default_factory=dict)
    attributes: dict[f.Attribute, int] = field(default_factory=dict)
    questions: dict[Question, int] = field(default_factory=dict)
    polls: set[str] = field(default_factory=set)
    exemptions: set[int] = field(default_factory=set)
    judgements: set[int] = field(default_factory=set)
    here: set[object] = field(default_factory=set)
    asked: set[object] = field(default_factory=set)

    @classmethod
    def of(cls, rules: Iterable[Rule], as_of: Period, exempted: Iterable[int] = ()) -> "Columns":
        columns = cls(frozenset(exempted))
        for rule in rules:
            if rule.scope == Standard.Scope.VILLAGE:
                columns._exempt(rule.standard_id)
            for formula in rule.computed:
                columns._read(formula, rule.period(as_of), columns.here)
        return columns

    @property
    def village_table(self) -> str:
        """The table of villages with all that is read of each of them."""
        return "asked" if self.questions else "village"

    def _read(self, node: f.Node, period: Period, of: set[object]) -> None:
        """Give a column to everything in a formula: of the place itself, or of its villages."""
        if isinstance(node, f.Standing) and node.deadline:
            period = min(node.deadline, period)
        self._add(node, period, of)
        for part in f.parts(node):
            self._read(part, period, self.asked if isinstance(node, f.Poll) else of)

    def _add(self, node: f.Node, period: Period, of: set[object]) -> None:
        if isinstance(node, Measure):
            self.add(Figure(_plain(node), period))
        elif isinstance(node, Reference):
            self.references.setdefault((node, period.year), len(self.references))
            of.add((node, period.year))
        elif isinstance(node, f.Area):
            self.areas.setdefault(AreaSum.of(node, period), len(self.areas))
            of.add(AreaSum.of(node, period))
        elif isinstance(node, f.Poll):
            if node.condition is not None:
                self.questions.setdefault(Question(node.condition, period), len(self.questions))
            self.polls.add(self.poll(node, period))
        else:
            self._add_own(node)

    def _add_own(self, node: f.Node) -> None:
        """What is known of a village besides figures."""
        if isinstance(node, f.Attribute):
            self.attributes.setdefault(node, len(self.attributes))
        elif isinstance(node, f.Exempted):
            self._exempt(node.standard_id)
        elif isinstance(node, f.Judged):
            self.judgements.add(node.standard_id)

    def _exempt(self, standard_id: int) -> None:
        if standard_id in self.exempted:
            self.exemptions.add(standard_id)

    def add(self, figure: Figure) -> None:
        """Number a figure; one of an earlier year brings this year's, which says which villages count."""
        self.figures.setdefault(figure, len(self.figures))
        if figure.measure.lag:
            self.figures.setdefault(figure.this_year, len(self.figures))

    def value(self, measure: Measure, period: Period) -> str:
        """Name the column of a measure's value."""
        return f"f{self.figures[Figure(_plain(measure), period)]}"

    def latest(self, measure: Measure, period: Period) -> str:
        """Name the column of the latest month that went into a measure."""
        return f"d{self.figures[Figure(_plain(measure), period)]}"

    def reference(self, reference: Reference, year: int) -> str:
        """Name the column of a reference."""
        return f"r{self.references[reference, year]}"

    def area(self, area: f.Area, period: Period) -> str:
        """Name the column of an area's sum, or of how many villages it has."""
        return f"{'s' if area.what == 'sum' else 'n'}{self.areas[AreaSum.of(area, period)]}"

    def attribute(self, attribute: f.Attribute) -> str:
        """Name the column of an attribute."""
        return f"a{self.attributes[attribute]}"

    def poll(self, poll: f.Poll, period: Period) -> str:
        """Name the column of how many villages gave an answer."""
        if poll.condition is None:
            return ALL_VILLAGES
        return f"{'h' if poll.what == 'holds' else 'k'}{self.questions[Question(poll.condition, period)]}"


def _plain(measure: Measure) -> Measure:
    """The measure without how it was written: last(x) and x are the same figure where x is a last value."""
    return replace(measure, own=True)
