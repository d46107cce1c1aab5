"""Reading a place's situation from the database, in the same number of queries for any number of villages."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from indicators.engine.formula import Formula, Poll, measures, walk
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.measures import Months
from indicators.engine.interpreting.situation import Figures, Member, Situation
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.surroundings import load_areas, load_decided, load_quotes
from indicators.models import LedgerLine, MonthlyReport, Standard
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
    name = catalogue.programme.whole
    return Place(scope_code, scope_code, name, None, _members(catalogue, rule, Q()))


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
    """Read what `formulas` ask about a place as of `period`, a month of the year that is judged.

    Three queries and one for each kind of thing that they ask besides.
    """
    wanted = list(formulas)
    ids = [enrolment.village_id for enrolment in place.enrolments]
    figures = load_figures(catalogue, ids, {measure.element for measure in measures(*wanted)}, period)
    members = [_member(row, figures[row.village_id]) for row in place.enrolments]
    codes = {place.area_code, *(member.code for member in members if _asks_each(wanted))}
    return Situation(
        scope_code=place.scope_code,
        area_code=place.area_code,
        kind=place.kind,
        members=members,
        references=load_quotes(wanted, codes, period),
        period=period,
        first_year=catalogue.programme.first_year,
        judged_year=period.year,
        areas=load_areas(catalogue, wanted, codes, period),
        decided=load_decided(wanted, ids, period.year),
    )


def _asks_each(formulas: Iterable[Formula]) -> bool:
    """Say whether something is asked of every village by itself."""
    return any(isinstance(node, Poll) for formula in formulas for node in walk(formula))


def _member(row: Enrolment, figures: Figures) -> Member:
    return Member(
        row.village_id,
        row.village.code,
        row.village.name,
        figures,
        row.kind_id,
        row.kind.code,
        {code: known for code, value in row.attributes.items() if (known := _as_text(value))},
    )


def _as_text(value: object) -> str | None:
    """An attribute as PostgreSQL reads it from JSON with ->>; nothing where it is neither text nor number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return f"{Decimal(str(value)):f}"


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
