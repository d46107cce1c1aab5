"""The columns that formulas read from: one per measure and period, one per reference and year."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from indicators.engine.formula import Measure, Reference, measures, references
from indicators.engine.periods import Period
from indicators.engine.rules import Rule


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure as of a period: a column f<n> with its value and d<n> with its latest month."""

    measure: Measure
    period: Period

    @property
    def this_year(self) -> "Figure":
        """The same measure without the years back: which villages are counted."""
        return Figure(replace(self.measure, lag=0), self.period)


@dataclass
class Columns:
    """Gives every figure and reference of some rules its column."""

    figures: dict[Figure, int] = field(default_factory=dict)
    references: dict[tuple[Reference, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule], as_of: Period) -> "Columns":
        columns = cls()
        for rule in rules:
            period = rule.period(as_of)
            for measure in measures(*rule.formulas):
                columns.add(Figure(_plain(measure), period))
            for reference in references(*rule.formulas):
                columns.references.setdefault((reference, period.year), len(columns.references))
        return columns

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


def _plain(measure: Measure) -> Measure:
    """The measure without how it was written: last(x) and x are the same figure where x is a last value."""
    return replace(measure, own=True)
