"""From the database back to a programme file that loads again without a change.

Lists keep the order of the file that was loaded last; what was added since stands at their ends.
Demonstration data never stands in a file.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Organisation
from common.divisions import contains
from indicators.engine import ExpressionError, parse
from indicators.engine.tree import Call, Name, walk
from indicators.models import ProgrammeElement, ReferenceSeries, Standard
from programme_files.document import (
    FORMAT,
    TOWNSHIP,
    CalendarRow,
    ElementRow,
    Formula,
    IndicatorRow,
    KindRow,
    MeasureRow,
    OrganisationRow,
    ProgrammeDocument,
    ProgrammeRow,
    RuleRow,
    SeriesRow,
    StandardRow,
    ValueRow,
    VillageRow,
)
from programme_files.layout import write
from programme_files.problems import Problem, ProgrammeFileError
from programme_files.versions import document_of, latest_version
from projects.models import Measure
from villages.models import Programme

Item = TypeVar("Item")


def dump_programme(programme: Programme) -> str:
    """Return the programme as the text of a file; raise ProgrammeFileError if that could not say it all."""
    stray = programme.standards.filter(section=Standard.Section.TARGET, measures=None)
    if stray:
        names = "、".join(str(standard) for standard in stray)
        raise ProgrammeFileError([Problem(0, "", f"这些目标没有归入任何措施，写不进方案文件：{names}。")])
    return write(document_from(programme))


def document_from(programme: Programme) -> ProgrammeDocument:
    """Return what the database says about a programme, in the rows of a file."""
    return _Dump(programme).document()


class _Dump:
    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.before = document_of(latest_version(programme.code))

    def document(self) -> ProgrammeDocument:
        return ProgrammeDocument(
            format=FORMAT,
            programme=_head(self.programme),
            village_kinds=self._kinds(),
            organisations=self._organisations(),
            villages=self._villages(),
            elements=self._elements(),
            rules=self._rules(),
            reference_series=self._series(),
            indicators=self._indicators(),
            standards=self._standards(),
            measures=self._measures(),
        )

    def _ordered(self, section: str, rows: Iterable[Item], key: Callable[[Any], Any]) -> tuple[Item, ...]:
        """Sort rows as the last file had them; the sort is stable, so new ones follow in the order given."""
        known = getattr(self.before, section, ())
        return _in_order(rows, [key(row) for row in known], key)

    def _kinds(self) -> tuple[KindRow, ...]:
        rows = [KindRow(code=kind.code, name=kind.name) for kind in self.programme.kinds.all()]
        return self._ordered("village_kinds", rows, lambda row: row.code)

    def _organisations(self) -> tuple[OrganisationRow, ...]:
        named = Q(provided_elements__programme=self.programme) | Q(standards__programme=self.programme)
        named |= Q(measures__programme=self.programme)
        for row in self.before.organisations if self.before else ():
            named |= Q(name=row.name, division_code=row.division)
        for township in {village.village.township_name for village in self.programme.enrolments.for_list()}:
            named |= Q(name=township, division_code__startswith=self.programme.division_code)
        found = Organisation.objects.filter(named).distinct().order_by("division_code", "name")
        rows = [OrganisationRow(name=row.name, kind=row.kind, division=row.division_code) for row in found]
        return self._ordered("organisations", rows, lambda row: row.name)

    def _villages(self) -> tuple[VillageRow, ...]:
        rows = [
            VillageRow(
                code=enrolment.village.code,
                name=enrolment.village.name,
                kind=enrolment.kind.code,
                township=enrolment.village.township_name,
                target_year=None if enrolment.is_demonstration else enrolment.target_year,
            )
            for enrolment in self.programme.enrolments.for_list()
        ]
        return self._ordered("villages", rows, lambda row: row.code)

    def _elements(self) -> tuple[ElementRow, ...]:
        asked = self.programme.elements.select_related("element", "provider").prefetch_related("kinds")
        before = {row.code: row.kinds for row in self.before.elements} if self.before else {}
        rows = [
            _element(row, before.get(row.element.code, ()))
            for row in asked.order_by("element__position", "element__code")
        ]
        return self._ordered("elements", rows, lambda row: row.code)

    def _rules(self) -> tuple[RuleRow, ...]:
        rows = [
            RuleRow(code=rule.code, expression=Formula(rule.expression), message=rule.message)
            for rule in self.programme.rules.all()
        ]
        return self._ordered("rules", rows, lambda row: row.code)

    def _series(self) -> tuple[SeriesRow, ...]:
        named = {row.code for row in self.before.reference_series} if self.before else set()
        found = ReferenceSeries.objects.filter(code__in=named | self._series_in_formulas())
        rows = [self._one_series(series) for series in found.order_by("code").prefetch_related("values")]
        return self._ordered("reference_series", rows, lambda row: row.code)

    def _one_series(self, series: ReferenceSeries) -> SeriesRow:
        home = self.programme.division_code
        values = [
            ValueRow(area=value.area_code, year=value.year, value=_plain(value.value), source=value.source)
            for value in series.values.all()
            if not value.is_demonstration
            and (contains(home, value.area_code) or contains(value.area_code, home))
        ]
        before = (
            [row for row in self.before.reference_series if row.code == series.code] if self.before else []
        )
        known = [(row.area, row.year) for row in before[0].values] if before else []
        values = sorted(values, key=lambda row: (row.area, row.year))
        return SeriesRow(
            code=series.code,
            name=series.name,
            unit=series.unit,
            values=_in_order(values, known, lambda row: (row.area, row.year)),
        )

    def _series_in_formulas(self) -> set[str]:
        formulas = list(self.programme.indicators.values_list("expression", flat=True))
        for row in self.programme.standards.values_list(*StandardRow.FORMULAS):
            formulas.extend(formula for formula in row if formula)
        return {code for formula in formulas for code in _series_named(formula)}

    def _indicators(self) -> tuple[IndicatorRow, ...]:
        rows = [
            IndicatorRow(code=row.code, name=row.name, unit=row.unit, expression=Formula(row.expression))
            for row in self.programme.indicators.all()
        ]
        return self._ordered("indicators", rows, lambda row: row.code)

    def _standards(self) -> tuple[StandardRow, ...]:
        found = _with_links(self.programme.standards.creation_standards())
        return tuple(self._standard(row, None) for row in found)

    def _measures(self) -> tuple[MeasureRow, ...]:
        targets = _with_links(Standard.objects.filter(section=Standard.Section.TARGET))
        linked = ("departments", Prefetch("standards", targets))
        found = self.programme.measures.prefetch_related(*linked).order_by("number")
        return self._ordered("measures", [self._measure(row) for row in found], lambda row: row.number)

    def _measure(self, measure: Measure) -> MeasureRow:
        before = [row for row in self.before.measures if row.number == measure.number] if self.before else []
        known = before[0].departments if before else ()
        departments = _in_order([row.name for row in measure.departments.all()], known, str)
        return MeasureRow(
            number=measure.number,
            section=measure.section,
            name=measure.name,
            departments=departments,
            targets=tuple(self._standard(row, departments) for row in measure.standards.all()),
        )

    def _standard(self, row: Standard, of_measure: tuple[str, ...] | None) -> StandardRow:
        """One standard; a target that is answered for by its measure's departments names none."""
        before = self._standard_before(row.code)
        names = [organisation.name for organisation in row.departments.all()]
        ordered = _in_order(names, (before.departments or ()) if before else (), str)
        follows = of_measure is not None and set(of_measure) == set(names)
        said_before = before is not None and before.departments is not None
        return StandardRow(
            code=row.code,
            name=row.name,
            clause=row.clause,
            indicator=row.indicator.code if row.indicator else None,
            comparator=row.comparator,
            threshold=Formula(row.threshold),
            upper=Formula(row.upper),
            tolerance=Formula(row.tolerance),
            stretch=Formula(row.stretch),
            deadline=row.deadline,
            near=None if row.near_margin is None else _plain(row.near_margin),
            places=row.places,
            scope=row.scope,
            kinds=_in_order([kind.code for kind in row.kinds.all()], before.kinds if before else (), str),
            villages=_in_order(
                [village.code for village in row.villages.all()], before.villages if before else (), str
            ),
            area=row.area_code,
            years=(row.first_year, row.last_year),
            departments=None if follows and not said_before else ordered,
        )

    def _standard_before(self, code: str) -> StandardRow | None:
        if self.before is None:
            return None
        targets = [target for measure in self.before.measures for target in measure.targets]
        return next((row for row in [*self.before.standards, *targets] if row.code == code), None)


def _head(programme: Programme) -> ProgrammeRow:
    return ProgrammeRow(
        code=programme.code,
        name=programme.name,
        title=programme.title,
        division=programme.division_code,
        source=programme.source,
        rule=programme.rule,
        years=(programme.first_year, programme.last_year),
        quota={int(year): number for year, number in sorted(programme.quota.items())},
        near_percent=_plain(programme.near_percent),
        calendar=CalendarRow(
            month_due_day=programme.month_due_day,
            self_check=(programme.self_check_opens, programme.self_check_closes),
            municipal_review_until=programme.municipal_review_closes,
            city_review_until=programme.city_review_closes,
        ),
    )


def _element(asked: ProgrammeElement, kinds_before: tuple[str, ...]) -> ElementRow:
    element = asked.element
    return ElementRow(
        code=element.code,
        name=element.name,
        unit=element.unit,
        type=element.value_type,
        aggregation=element.aggregation,
        group=element.group,
        provider=asked.provider.name if asked.provider else TOWNSHIP,
        kinds=_in_order([kind.code for kind in asked.kinds.all()], kinds_before, str),
        min=None if element.minimum is None else _plain(element.minimum),
        max=None if element.maximum is None else _plain(element.maximum),
        places=element.places,
        help=element.help,
    )


def _with_links(standards: QuerySet[Standard]) -> QuerySet[Standard]:
    return standards.select_related("indicator").prefetch_related("kinds", "villages", "departments")


def _in_order(rows: Iterable[Item], known: Iterable[Any], key: Callable[[Any], Any]) -> tuple[Item, ...]:
    places = {value: place for place, value in enumerate(known)}
    return tuple(sorted(rows, key=lambda row: places.get(key(row), len(places))))


def _series_named(formula: str) -> set[str]:
    try:
        tree = parse(formula)
    except ExpressionError:
        return set()
    calls = [node for node in walk(tree) if isinstance(node, Call) and node.function == "ref"]
    return {call.arguments[0].code for call in calls if isinstance(call.arguments[0], Name)}


def _plain(value: Decimal) -> Decimal:
    """Drop the zeros that the database adds: 9.6000 is 9.6, and 500 stays 500."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
