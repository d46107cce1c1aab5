"""A standard as both readers take it: formulas bound, scope and margins at hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from indicators.engine.catalogue import Catalogue
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Formula, Number
from indicators.engine.periods import Period
from indicators.models import Standard

STORED_PLACES = 6  # what the columns of a verdict hold
DONE = "1"


@dataclass(frozen=True, slots=True)
class Rule:
    """One standard. `value` is None where a reviewer judges."""

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

    @property
    def formulas(self) -> list[Formula]:
        """Everything there is to compute."""
        found = (self.value, self.threshold, self.upper, self.tolerance, self.stretch)
        return [formula for formula in found if formula is not None]

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
        upper=binder.bound("上限", standard.upper, Standard.Comparator.BETWEEN),
        tolerance=binder.bound("允许偏差", standard.tolerance, Standard.Comparator.ABOUT),
        stretch=binder.optional("力争值", standard.stretch),
        places=min(standard.places, STORED_PLACES),
        near_margin=standard.near_margin,
        near_percent=catalogue.programme.near_percent,
        deadline=binder.deadline(),
        kinds=frozenset(kind.pk for kind in standard.kinds.all()),
        villages=frozenset(village.pk for village in standard.villages.all()),
        area_code=standard.area_code if standard.scope == Standard.Scope.TOWNSHIP else "",
    )


@dataclass(frozen=True)
class _Binder:
    catalogue: Catalogue
    standard: Standard

    def value(self) -> Formula | None:
        indicator = self.standard.indicator
        return self._bind("指标", indicator.expression) if indicator else None

    def threshold(self) -> Formula | None:
        if self.standard.is_judged:
            return None
        if self.standard.comparator == Standard.Comparator.DONE_BY and not self.standard.threshold.strip():
            return Number(Decimal(DONE))
        return self._bind("目标值", self.standard.threshold)

    def deadline(self) -> Period | None:
        """The month that decides a milestone; elsewhere a deadline is only said, not computed with."""
        day = self.standard.deadline
        return Period.of(day) if day and self.standard.comparator == Standard.Comparator.DONE_BY else None

    def bound(self, what: str, expression: str, comparator: str) -> Formula | None:
        return self._bind(what, expression) if self.standard.comparator == comparator else None

    def optional(self, what: str, expression: str) -> Formula | None:
        return self._bind(what, expression) if expression.strip() and not self.standard.is_judged else None

    def _bind(self, what: str, expression: str) -> Formula:
        try:
            return self.catalogue.bind(expression)
        except ExpressionError as error:
            sentence = f"{self.standard.code} 的{what}：{error.message}"
            raise ExpressionError(sentence, error.position) from error
