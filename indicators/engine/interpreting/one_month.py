"""Validation rules: a formula over one month's own figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from indicators.engine import formula as f
from indicators.engine.formula import Fold, Formula
from indicators.engine.formula.binding import Binder
from indicators.engine.interpreting.asked import NoFacts
from indicators.engine.interpreting.interpreter import evaluate
from indicators.engine.language.parser import parse
from indicators.engine.language.tree import Name, walk
from indicators.engine.language.vocabulary import Vocabulary


def evaluate_month(expression: str, figures: Mapping[str, Decimal | None]) -> bool | Decimal | None:
    """Evaluate `expression` over one month's figures by element code: a condition gives True or False.

    None means that a figure it needs is empty or absent: nothing can be said. Raises ExpressionError for a
    formula that cannot be read or that asks for more than the month.
    """
    value = evaluate(_bound(expression), _Month(figures))
    return value if isinstance(value, bool | Decimal) else None


@lru_cache(maxsize=4096)
def _bound(expression: str) -> Formula:
    names = {node.code for node in walk(parse(expression)) if isinstance(node, Name)}
    vocabulary = Vocabulary(dict.fromkeys(names, ""), month_only=True)
    return Binder(vocabulary, dict.fromkeys(names, Fold.MONTH)).condition(expression)


@dataclass(frozen=True)
class _Month(NoFacts):
    figures: Mapping[str, Decimal | None]

    def measure(self, measure: f.Measure) -> Decimal | None:
        return self.figures.get(measure.element)
