"""What a programme's formulas may name, loaded once: elements, indicators, series and kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from indicators.engine.binding import Binder
from indicators.engine.formula import Fold, Formula
from indicators.engine.projecting import Habit
from indicators.engine.vocabulary import Vocabulary
from indicators.models import DataElement, Indicator, ReferenceSeries
from villages.models import Programme, VillageKind


@dataclass(frozen=True, slots=True)
class Element:
    id: int
    code: str
    name: str
    unit: str
    fold: Fold
    step: Decimal  # the smallest amount by which a figure can change
    is_yes_no: bool
    habit: Habit


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator, a series or a kind: what a formula calls it and what a person calls it."""

    id: int
    code: str
    name: str
    unit: str = ""
    expression: str = ""


@dataclass(frozen=True)
class Catalogue:
    """A programme's names."""

    programme: Programme
    elements: Mapping[str, Element]
    indicators: Mapping[str, Named]
    series: Mapping[str, Named]
    kinds: Mapping[str, Named]

    @classmethod
    def load(cls, programme: Programme) -> "Catalogue":
        """Read the names that the formulas of `programme` may use: four queries."""
        return cls(
            programme,
            {element.code: _element(element) for element in DataElement.objects.all()},
            {row.code: _indicator(row) for row in Indicator.objects.filter(programme=programme)},
            {row.code: Named(row.pk, row.code, row.name, row.unit) for row in ReferenceSeries.objects.all()},
            {
                row.code: Named(row.pk, row.code, row.name)
                for row in VillageKind.objects.filter(programme=programme)
            },
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The same names as the checks want them."""
        return Vocabulary(
            {code: element.unit for code, element in self.elements.items()},
            {code: indicator.expression for code, indicator in self.indicators.items()},
            frozenset(self.series),
            frozenset(self.kinds),
        )

    def bind(self, expression: str) -> Formula:
        """Return the formula of `expression`, or raise ExpressionError; the same text is read once."""
        if expression not in self._bound:
            self._bound[expression] = Binder(self.vocabulary, self._folds).bind(expression)
        return self._bound[expression]

    @cached_property
    def _bound(self) -> dict[str, Formula]:
        return {}

    @cached_property
    def _folds(self) -> dict[str, Fold]:
        return {code: element.fold for code, element in self.elements.items()}


def _element(row: DataElement) -> Element:
    step = Decimal(1).scaleb(-row.places) if row.value_type == DataElement.ValueType.DECIMAL else Decimal(1)
    is_yes_no = row.value_type == DataElement.ValueType.BOOLEAN
    return Element(
        row.pk, row.code, row.name, row.unit, Fold(row.aggregation), step, is_yes_no, Habit.of(row)
    )


def _indicator(row: Indicator) -> Named:
    return Named(row.pk, row.code, row.name, row.unit, row.expression)
