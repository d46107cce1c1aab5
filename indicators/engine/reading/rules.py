"""Standards bound to rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from indicators.engine import formula as f
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Formula
from indicators.engine.formula.binding_nodes import as_condition
from indicators.engine.formula.rule import Rule
from indicators.engine.formula.standings import (
    DONE,
    STORED_PLACES,
    at_most_whole,
    deadline_of,
    held,
    is_exact_share,
)
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Standard

Comparator = Standard.Comparator


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
