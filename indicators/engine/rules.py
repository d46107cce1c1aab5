"""A standard as both readers take it: formulas bound, scope and margins at hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from indicators.engine import formula as f
from indicators.engine.binding_nodes import as_condition
from indicators.engine.catalogue import Catalogue
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Formula, Measure, Reference, measures, references
from indicators.engine.periods import Period
from indicators.engine.standings import DONE, STORED_PLACES, at_most_whole, deadline_of, held, is_exact_share
from indicators.models import Standard

Comparator = Standard.Comparator


@dataclass(frozen=True)
class Rule:
    """One standard. `value` is None where a reviewer judges; `choices` are what any_of chooses from.

    `points` is None where it gives no points, `score` where being met gives them all.
    """

    standard_id: int
    code: str
    comparator: str
    scope: str
    value: Formula | None
    threshold: Formula | None
    upper: Formula | None
    tolerance: Formula | None
    stretch: Formula | None
    places: int
    near_margin: Decimal | None
    near_percent: Decimal
    deadline: Period | None
    kinds: frozenset[int]
    villages: frozenset[int]
    area_code: str
    choices: tuple[Formula, ...] = ()
    applies_if: Formula | None = None
    points: Decimal | None = None
    least_points: Decimal = Decimal(0)
    score: Formula | None = None

    @cached_property
    def computed(self) -> list[Formula]:
        """Everything there is to compute."""
        figures = (self.value, self.threshold, self.upper, self.tolerance, self.stretch)
        found = (*figures, self.applies_if, self.score)
        return [formula for formula in found if formula is not None]

    @cached_property
    def formulas(self) -> list[Formula]:
        """The same with what was decided about the standard by hand."""
        if self.scope != Standard.Scope.VILLAGE:
            return self.computed
        decided: list[Formula] = [f.Exempted(self.standard_id)]
        return [*self.computed, *decided, *([f.Judged(self.standard_id)] if self.value is None else [])]

    @cached_property
    def measures(self) -> list[Measure]:
        """The figures that are read for it, each once."""
        return measures(*self.formulas)

    @cached_property
    def references(self) -> list[Reference]:
        """The published figures that are read for it, each once."""
        return references(*self.formulas)

    def period(self, as_of: Period) -> Period:
        """The month whose figures decide: the deadline's, once that has passed."""
        return min(self.deadline, as_of) if self.deadline else as_of

    def applies_to(self, village_id: int, kind_id: int) -> bool:
        """Say whether the village's kind and the list of villages let the standard apply."""
        kind_fits = not self.kinds or kind_id in self.kinds
        return kind_fits and (not self.villages or village_id in self.villages)


def load_rules(catalogue: Catalogue, year: int) -> list[Rule]:
    """Read the programme's standards of `year` as rules: three queries."""
    standards = Standard.objects.filter(programme=catalogue.programme).in_year(year)
    return make_rules(catalogue, standards.select_related("indicator").prefetch_related("kinds", "villages"))


def make_rules(catalogue: Catalogue, standards: Iterable[Standard]) -> list[Rule]:
    """Bind standards with their indicators; ExpressionError names the one that does not fit."""
    return [_rule(catalogue, standard) for standard in standards]


def _rule(catalogue: Catalogue, standard: Standard) -> Rule:
    binder = _Binder(catalogue, standard)
    return Rule(
        standard_id=standard.pk,
        code=standard.code,
        comparator=standard.comparator,
        scope=standard.scope,
        value=binder.value(),
        threshold=binder.threshold(),
        upper=binder.bound("上限", standard.upper, Comparator.BETWEEN),
        tolerance=binder.bound("允许偏差", standard.tolerance, Comparator.ABOUT),
        stretch=binder.stretch(),
        places=min(standard.places, STORED_PLACES),
        near_margin=standard.near_margin,
        near_percent=catalogue.programme.near_percent,
        deadline=deadline_of(standard),
        kinds=frozenset(kind.pk for kind in standard.kinds.all()),
        villages=frozenset(village.pk for village in standard.villages.all()),
        area_code=standard.area_code if standard.scope == Standard.Scope.TOWNSHIP else "",
        choices=binder.choices(),
        applies_if=binder.applies_if(),
        points=standard.points,
        least_points=standard.least_points,
        score=binder.score(),
    )


@dataclass(frozen=True)
class _Binder:
    catalogue: Catalogue
    standard: Standard

    def value(self) -> Formula | None:
        indicator = self.standard.indicator
        if indicator is None:
            return None
        value = self._bind("指标", indicator.expression)
        if self.standard.comparator == Comparator.HOLDS:
            return f.AsNumber(held(value))
        if self.catalogue.is_forecast and is_exact_share(self.standard):
            return at_most_whole(value, self._bind("目标值", self.standard.threshold))
        return value

    def threshold(self) -> Formula | None:
        comparator, text = self.standard.comparator, self.standard.threshold
        if comparator in {Comparator.JUDGED, Comparator.ANY_OF}:
            return None
        if comparator == Comparator.HOLDS or (comparator == Comparator.DONE_BY and not text.strip()):
            return DONE
        return self._bind("目标值", text)

    def choices(self) -> tuple[Formula, ...]:
        indicator = self.standard.indicator
        if indicator is None or self.standard.comparator != Comparator.ANY_OF:
            return ()
        try:
            return self.catalogue.values(self.standard.threshold, indicator.expression)
        except ExpressionError as error:
            raise self._named("目标值", error) from error

    def bound(self, what: str, expression: str, comparator: str) -> Formula | None:
        return self._bind(what, expression) if self.standard.comparator == comparator else None

    def stretch(self) -> Formula | None:
        has_one = self.standard.stretch.strip() and self.standard.comparator not in WITHOUT_STRETCH
        return self._bind("力争值", self.standard.stretch) if has_one else None

    def applies_if(self) -> Formula | None:
        text = self.standard.applies_if
        return as_condition(self._bind("适用条件", text)) if text.strip() else None

    def score(self) -> Formula | None:
        standard = self.standard
        if standard.points is None or standard.is_judged or not standard.score.strip():
            return None
        return self._bind("计分公式", standard.score, in_score=True)

    def _bind(self, what: str, expression: str, *, in_score: bool = False) -> Formula:
        try:
            return self.catalogue.bind(expression, scope=self.standard.scope, in_score=in_score)
        except ExpressionError as error:
            raise self._named(what, error) from error

    def _named(self, what: str, error: ExpressionError) -> ExpressionError:
        return ExpressionError(f"{self.standard.code} 的{what}：{error.message}", error.position)


WITHOUT_STRETCH = frozenset({Comparator.JUDGED, Comparator.ANY_OF, Comparator.HOLDS})
