"""Reading a place's situation from the database, in the same number of queries for any number of villages."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from indicators.engine.catalogue import Catalogue
from indicators.engine.formula import Formula, measures, references
from indicators.engine.functions import LOCAL_LEVELS
from indicators.engine.measures import Months
from indicators.engine.periods import Period
from indicators.engine.rules import Rule
from indicators.engine.situation import Figures, Member, Quote, References, Situation
from indicators.models import LedgerLine, MonthlyReport, ReferenceValue, Standard
from villages.models import Enrolment, EnrolmentQuerySet


class UnknownPlaceError(LookupError):
    """The programme judges no such place by this standard."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a standard is judged: its code and name, its kind, and the villages that are added up there."""

    scope_code: str
    area_code: str
    name: str
    kind: str | None
    enrolments: list[Enrolment]


def find_place(catalogue: Catalogue, rule: Rule, scope_code: str) -> Place:
    """Return the place called `scope_code` for a rule, or raise UnknownPlaceError."""
    return FINDERS[rule.scope](catalogue, rule, scope_code)


def _village(catalogue: Catalogue, rule: Rule, scope_code: str) -> Place:
    for enrolment in _enrolled(catalogue).filter(village__code=scope_code):
        return Place(scope_code, scope_code, enrolment.village.name, enrolment.kind.code, [enrolment])
    raise UnknownPlaceError(scope_code)


def _township(catalogue: Catalogue, rule: Rule, scope_code: str) -> Place:
    if scope_code != rule.area_code:
        raise UnknownPlaceError(scope_code)
    members = _members(catalogue, rule, Q(village__code__startswith=scope_code))
    name = members[0].village.township_name if members else scope_code
    return Place(scope_code, scope_code, name, None, members)


def _programme(catalogue: Catalogue, rule: Rule, scope_code: str) -> Place:
    if scope_code != catalogue.programme.division_code:
        raise UnknownPlaceError(scope_code)
    return Place(scope_code, scope_code, Standard.Scope.PROGRAMME.label, None, _members(catalogue, rule, Q()))


def _kind(catalogue: Catalogue, rule: Rule, scope_code: str) -> Place:
    division, _, code = scope_code.partition(":")
    kind = catalogue.kinds.get(code)
    known = (
        division == catalogue.programme.division_code and kind and (not rule.kinds or kind.id in rule.kinds)
    )
    if kind is None or not known:
        raise UnknownPlaceError(scope_code)
    return Place(scope_code, division, kind.name, code, _members(catalogue, rule, Q(kind_id=kind.id)))


FINDERS: dict[str, Callable[[Catalogue, Rule, str], Place]] = {
    Standard.Scope.VILLAGE: _village,
    Standard.Scope.TOWNSHIP: _township,
    Standard.Scope.PROGRAMME: _programme,
    Standard.Scope.KIND: _kind,
}


def _enrolled(catalogue: Catalogue) -> EnrolmentQuerySet:
    return Enrolment.objects.filter(programme=catalogue.programme).for_list()


def _members(catalogue: Catalogue, rule: Rule, inside: Q) -> list[Enrolment]:
    enrolled = _enrolled(catalogue).filter(inside)
    return [row for row in enrolled if rule.applies_to(row.village_id, row.kind_id)]


def load_situation(
    catalogue: Catalogue, place: Place, formulas: Iterable[Formula], period: Period
) -> Situation:
    """Read what `formulas` ask about a place as of `period`: three queries."""
    wanted = list(formulas)
    ids = [enrolment.village_id for enrolment in place.enrolments]
    figures = load_figures(catalogue, ids, {measure.element for measure in measures(*wanted)}, period)
    members = [
        Member(row.village_id, row.village.code, row.village.name, figures[row.village_id])
        for row in place.enrolments
    ]
    return Situation(
        scope_code=place.scope_code,
        area_code=place.area_code,
        kind=place.kind,
        members=members,
        references=_quotes(wanted, place.area_code, period),
        period=period,
        first_year=catalogue.programme.first_year,
    )


def load_figures(
    catalogue: Catalogue, villages: Collection[int], codes: Collection[str], period: Period
) -> dict[int, Figures]:
    """Return every village's figures of accepted months."""
    elements = {catalogue.elements[code].id: code for code in codes}
    lines = LedgerLine.objects.filter(village_id__in=villages, element_id__in=elements, year__lte=period.year)
    accepted = _accepted(villages, period)
    found: dict[int, dict[tuple[str, int], Months]] = {village: {} for village in villages}
    for line in lines:
        counted = accepted[line.village_id, line.year]
        months = tuple(value if place in counted else None for place, value in enumerate(line.months, 1))
        found[line.village_id][elements[line.element_id], line.year] = months
    return {village: Figures(lines) for village, lines in found.items()}


def _accepted(villages: Collection[int], period: Period) -> dict[tuple[int, int], set[int]]:
    reports = MonthlyReport.objects.accepted().filter(village_id__in=villages, month__year__lte=period.year)
    accepted: dict[tuple[int, int], set[int]] = defaultdict(set)
    for village, month in reports.values_list("village_id", "month"):
        accepted[village, month.year].add(month.month)
    return accepted


def _quotes(formulas: list[Formula], area_code: str, period: Period) -> References:
    """Return the published values that references may ask for."""
    wanted = references(*formulas)
    if not wanted:
        return {}
    lengths = {length for reference in wanted for length in LOCAL_LEVELS[reference.level]}
    rows = ReferenceValue.objects.filter(
        series__code__in={reference.series for reference in wanted},
        area_code__in={area_code[:length] for length in lengths},
        year__lte=period.year,
    ).select_related("series")
    return {
        (row.series.code, row.area_code, row.year): Quote(
            row.value, row.area_code, row.year, row.source, row.is_demonstration
        )
        for row in rows
    }
