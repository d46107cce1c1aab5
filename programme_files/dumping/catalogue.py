"""Elements, rules, reference series and indicators."""

from collections.abc import Iterator

from common.divisions import contains
from indicators.engine import ExpressionError, parse
from indicators.engine.language.tree import Call, Name, walk
from indicators.models import ProgrammeElement, ReferenceSeries
from programme_files.document import (
    TOWNSHIP,
    ElementRow,
    Formula,
    IndicatorRow,
    RuleRow,
    SeriesRow,
    StandardRow,
    ValueRow,
)
from programme_files.dumping.order import Before, code_of, in_order, plain, plain_or_none
from villages.models import Programme


def elements(programme: Programme, before: Before) -> tuple[ElementRow, ...]:
    asked = programme.elements.select_related("element", "provider").prefetch_related("kinds")
    kinds_before = {row.code: row.kinds for row in before.rows("elements")}
    rows = [
        _element(row, kinds_before.get(row.element.code, ()))
        for row in asked.order_by("element__position", "element__code")
    ]
    return before.ordered("elements", rows, code_of)


def _element(asked: ProgrammeElement, kinds_before: tuple[str, ...]) -> ElementRow:
    element = asked.element
    return ElementRow(
        code=element.code,
        name=element.name,
        unit=element.unit,
        type=element.value_type,
        options=tuple(element.options),
        aggregation=element.aggregation,
        cumulative=element.is_cumulative,
        group=element.group,
        provider=asked.provider.name if asked.provider else TOWNSHIP,
        kinds=in_order([kind.code for kind in asked.kinds.all()], kinds_before),
        min=plain_or_none(element.minimum),
        max=plain_or_none(element.maximum),
        places=element.places,
        help=element.help,
    )


def rules(programme: Programme, before: Before) -> tuple[RuleRow, ...]:
    rows = [
        RuleRow(
            code=rule.code,
            kind=rule.kind,
            severity=rule.severity,
            expression=Formula(rule.expression),
            elements=tuple(rule.elements),
            against=rule.against,
            limit=plain_or_none(rule.limit),
            message=rule.message,
        )
        for rule in programme.rules.all()
    ]
    return before.ordered("rules", rows, code_of)


def series(programme: Programme, before: Before) -> tuple[SeriesRow, ...]:
    named = {*before.series, *_series_in_formulas(programme)}
    found = ReferenceSeries.objects.filter(code__in=named).order_by("code").prefetch_related("values")
    rows = [_series(row, programme.division_code, before) for row in found]
    return before.ordered("reference_series", rows, code_of)


def _series(series: ReferenceSeries, home: str, before: Before) -> SeriesRow:
    values = [
        ValueRow(area=value.area_code, year=value.year, value=plain(value.value), source=value.source)
        for value in series.values.all()
        if not value.is_demonstration and (contains(home, value.area_code) or contains(value.area_code, home))
    ]
    said = before.series.get(series.code)
    known = [(row.area, row.year) for row in said.values] if said else []
    values = sorted(values, key=lambda row: (row.area, row.year))
    return SeriesRow(
        code=series.code,
        name=series.name,
        unit=series.unit,
        values=in_order(values, known, lambda row: (row.area, row.year)),
    )


def _series_in_formulas(programme: Programme) -> set[str]:
    formulas = list(programme.indicators.values_list("expression", flat=True))
    for row in programme.standards.values_list(*StandardRow.FORMULAS):
        formulas.extend(formula for formula in row if formula)
    return {code for formula in formulas for code in _series_named(formula)}


def _series_named(formula: str) -> Iterator[str]:
    try:
        tree = parse(formula)
    except ExpressionError:
        return
    for node in walk(tree):
        if isinstance(node, Call) and node.function == "ref" and isinstance(node.arguments[0], Name):
            yield node.arguments[0].code


def indicators(programme: Programme, before: Before) -> tuple[IndicatorRow, ...]:
    rows = [
        IndicatorRow(code=row.code, name=row.name, unit=row.unit, expression=Formula(row.expression))
        for row in programme.indicators.all()
    ]
    return before.ordered("indicators", rows, code_of)
