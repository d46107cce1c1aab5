"""What stored forecasts say in words: for a list, with the same number of queries for any number of them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from indicators.engine.errors import ExpressionError
from indicators.engine.explaining.expecting import OF_VILLAGES, by_what, expectation
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.measures import Values
from indicators.engine.interpreting.projecting import Method, Projected
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.engine.reading.situations import load_figures
from indicators.models import Forecast, Standard
from villages.models import Programme


def expectations(programme: Programme, forecasts: Sequence[Forecast], *, known: Period) -> list[str]:
    """Say of each forecast what the year is expected to end with; `known` is the present month."""
    if not forecasts:
        return []
    catalogue = Catalogue.load(programme)
    standards = Standard.objects.filter(pk__in={row.standard_id for row in forecasts}).for_list()
    rules = dict(_rules(catalogue, standards))
    villages = {row.village_id for row in forecasts if row.village_id}
    codes = {measure.element for rule in rules.values() for measure in rule.measures}
    figures = load_figures(catalogue, villages, codes, known)
    return [
        expectation(
            row.standard,
            row.status,
            row.value,
            row.threshold,
            _how(catalogue, rules[row.standard_id], figures[row.village_id], known)
            if row.village_id and row.standard_id in rules
            else OF_VILLAGES,
        )
        for row in forecasts
    ]


def _rules(catalogue: Catalogue, standards: Iterable[Standard]) -> Iterator[tuple[int, Rule]]:
    """The standards whose formulas can be computed: what was forecast before one was spoilt is still said."""
    for standard in standards:
        with suppress(ExpressionError):
            [rule] = make_rules(catalogue, [standard])
            yield standard.pk, rule


def _how(catalogue: Catalogue, rule: Rule, values: Values, known: Period) -> str:
    elements = {measure.element for measure in rule.measures}
    habits = {code: catalogue.elements[code].habit for code in elements}
    projected = Projected(values, known.year, known.month, habits)
    return by_what(_methods(projected, elements))


def _methods(projected: Projected, elements: set[str]) -> set[Method]:
    found = (projected.projection(code) for code in elements)
    return {projection.method for projection in found if projection}
