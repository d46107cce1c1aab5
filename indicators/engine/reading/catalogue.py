"""What a programme's formulas may name, loaded once: elements, indicators, series and kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Fold, Formula, Standing
from indicators.engine.formula.binding import DEEPEST, Binder
from indicators.engine.formula.standings import standing_of
from indicators.engine.interpreting.projecting import Habit
from indicators.engine.language.vocabulary import Later, StandardTexts, Vocabulary
from indicators.models import DataElement, Indicator, ReferenceSeries, Standard
from indicators.models.catalogue import Names
from villages.models import Programme, ProgrammeAttribute, VillageKind


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
    options: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)  # of a month's figure, where something is chosen
    minimum: Decimal | None = None  # of a month's figure
    maximum: Decimal | None = None

    def can_be(self, figure: Decimal) -> bool:
        """Whether a month may have the figure."""
        if self.minimum is not None and figure < self.minimum:
            return False
        return self.maximum is None or figure <= self.maximum


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
    """A programme's names; `is_forecast` where its formulas are to read projected figures."""

    programme: Programme
    elements: Mapping[str, Element]
    indicators: Mapping[str, Named]
    series: Mapping[str, Named]
    kinds: Mapping[str, Named]
    is_forecast: bool = False

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

    def for_forecast(self) -> "Catalogue":
        """The same names for formulas that read projected figures."""
        return replace(self, is_forecast=True)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The same names as the checks want them."""
        return Vocabulary(
            elements={code: element.unit for code, element in self.elements.items()},
            indicators={code: indicator.expression for code, indicator in self.indicators.items()},
            series=frozenset(self.series),
            kinds=frozenset(self.kinds),
            options={code: element.options for code, element in self.elements.items() if element.options},
            attributes=Later(lambda: {code: _values(row) for code, row in self.attributes.items()}),
            standards=Later(lambda: {code: _texts(row) for code, row in self.standards.items()}),
        )

    @cached_property
    def attributes(self) -> dict[str, ProgrammeAttribute]:
        """What the programme knows of its villages; read where a formula asks for it."""
        return {row.code: row for row in ProgrammeAttribute.objects.filter(programme=self.programme)}

    @cached_property
    def standards(self) -> dict[str, Standard]:
        """The programme's standards of all years; read where a formula asks for one."""
        found = Standard.objects.filter(programme=self.programme).select_related("indicator")
        return {row.code: row for row in found.prefetch_related("kinds", "villages")}

    def bind(self, expression: str, *, scope: str | None = None, in_score: bool = False) -> Formula:
        """Return the formula of `expression`, or raise ExpressionError; the same text is read once."""
        key = (expression, scope, in_score)
        if key not in self._bound:
            self._bound[key] = self._binder(scope, in_score).bind(expression)
        return self._bound[key]

    def values(self, expression: str, indicator: str) -> tuple[Formula, ...]:
        """Return the values listed in `expression`, one of which the figure of `indicator` must be."""
        return self._binder(None, in_score=False).values(expression, indicator)

    def standing(self, code: str) -> Standing:
        """Return another standard as it stands at a place; the same one is read once."""
        if code not in self._standings:
            if len(self._reading) > DEEPEST:
                raise ExpressionError(f"标准互相引用太深，最多 {DEEPEST} 层。")
            self._reading.append(code)
            try:
                self._standings[code] = standing_of(self.standards[code], self)
            except ExpressionError as error:
                raise ExpressionError(f"标准“{code}”有误：{error.message}", error.position) from error
            finally:
                self._reading.pop()
        return self._standings[code]

    def _binder(self, scope: str | None, in_score: bool) -> Binder:
        vocabulary = replace(self.vocabulary, scope=scope, in_score=in_score)
        return Binder(vocabulary, self._folds, self.standing)

    @cached_property
    def _bound(self) -> dict[tuple[str, str | None, bool], Formula]:
        return {}

    @cached_property
    def _standings(self) -> dict[str, Standing]:
        return {}

    @cached_property
    def _reading(self) -> list[str]:
        return []

    @cached_property
    def _folds(self) -> dict[str, Fold]:
        return {code: element.fold for code, element in self.elements.items()}


def _element(row: DataElement) -> Element:
    step = Decimal(1).scaleb(-row.places) if row.value_type == DataElement.ValueType.DECIMAL else Decimal(1)
    is_yes_no = row.value_type == DataElement.ValueType.BOOLEAN
    options = tuple(row.options) if row.value_type == DataElement.ValueType.CHOICE else ()
    fold, habit = Fold(row.aggregation), Habit.of(row)
    bounds = {"minimum": row.minimum, "maximum": row.maximum}
    if options:
        bounds = {"minimum": Decimal(1), "maximum": Decimal(len(options))}
    return Element(
        row.pk, row.code, row.name, row.unit, fold, step, is_yes_no, habit, options, row.names, **bounds
    )


def _indicator(row: Indicator) -> Named:
    return Named(row.pk, row.code, row.name, row.unit, row.expression)


def _values(row: ProgrammeAttribute) -> tuple[str, ...] | None:
    return tuple(row.choices) if row.value_type == ProgrammeAttribute.ValueType.TEXT else None


def _texts(row: Standard) -> StandardTexts:
    return StandardTexts(row.scope, tuple(text for text in texts_of(row) if text.strip()))


def texts_of(standard: Standard) -> list[str]:
    """The formulas that decide whether a standard is met, of which some may be empty."""
    measured = [standard.indicator.expression] if standard.indicator else []
    bounds = (standard.threshold, standard.upper, standard.tolerance, standard.applies_if)
    return [*measured, *bounds]
