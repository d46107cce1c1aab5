"""A standard as both readers take it: formulas bound, scope and margins at hand."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from indicators.engine import formula as f
from indicators.engine.formula import Formula, Measure, Reference, measures, references
from indicators.engine.periods import Period
from indicators.models import Standard


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
