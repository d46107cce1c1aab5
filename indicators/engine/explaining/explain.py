"""The ways into an explanation: one verdict, a village's standards at once, a month while it is typed."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects

from indicators.engine.explaining.case import Case
from indicators.engine.explaining.trace import Explanation
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.situation import WithMonth
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.engine.reading.situations import find_place, load_situation
from indicators.models import Standard
from villages.models import Programme, Village

PRINTED = ("kinds", "villages", "departments")


def explain(
    standard: Standard,
    scope: Village | str,
    year: int,
    *,
    as_of: Period,
    overrides: Mapping[str, Decimal] | None = None,
) -> Explanation:
    """Explain one verdict: a village's, or that of a wider scope by its code.

    `overrides` are what-if values by an input's key; nothing is written. Raises UnknownPlaceError where the
    programme does not judge `scope` by this standard, ExpressionError where its formulas cannot be computed.
    """
    return open_case(standard, scope, year, as_of=as_of).supposing(overrides or {}).explain()


def open_case(standard: Standard, scope: Village | str, year: int, *, as_of: Period) -> Case:
    """Read everything that one standard says of one place; raises what `explain` raises."""
    prefetch_related_objects([standard], *PRINTED)
    catalogue = Catalogue.load(standard.programme)
    [rule] = make_rules(catalogue, [standard])
    place = find_place(catalogue, rule, scope.code if isinstance(scope, Village) else scope)
    situation = load_situation(catalogue, place, rule.formulas, as_of).until(rule.period(as_of))
    return Case(catalogue, standard, rule, place, situation, year, as_of)


def explain_all(
    programme: Programme, village: Village, standards: Sequence[Standard], *, as_of: Period
) -> list[Explanation]:
    """Explain the verdicts of several standards of one village at once, without who entered what."""
    return _explain_village(Catalogue.load(programme), village, standards, as_of, typed={})


def explain_typed(
    programme: Programme, village: Village, month: date, typed: Mapping[str, Decimal | None]
) -> list[Explanation]:
    """Explain what a village's standards would say if `month` were accepted with the figures typed so far.

    Only standards that read one of the typed elements are returned, without who entered what.
    """
    catalogue = Catalogue.load(programme)
    found = Standard.objects.filter(programme=programme).for_villages().in_year(month.year).for_list()
    rules = make_rules(catalogue, found)
    moved = [standard for standard, rule in zip(found, rules, strict=True) if _reads(rule, typed)]
    return _explain_village(catalogue, village, moved, Period.of(month), typed)


def _explain_village(
    catalogue: Catalogue,
    village: Village,
    standards: Sequence[Standard],
    as_of: Period,
    typed: Mapping[str, Decimal | None],
) -> list[Explanation]:
    if not standards:
        return []
    rules = make_rules(catalogue, standards)
    place = find_place(catalogue, rules[0], village.code)
    formulas = [formula for rule in rules for formula in rule.formulas]
    situation = load_situation(catalogue, place, formulas, as_of)
    if typed:
        situation = situation.with_values(lambda values: WithMonth(values, as_of, typed))
    cases = (
        Case(catalogue, standard, rule, place, situation.until(rule.period(as_of)), as_of.year, as_of)
        for standard, rule in zip(standards, rules, strict=True)
    )
    return [case.explain(with_provenance=False) for case in cases]


def _reads(rule: Rule, typed: Mapping[str, Decimal | None]) -> bool:
    return any(measure.element in typed for measure in rule.measures)
