"""The places that are judged, one row each with all their figures: villages, and what they add up to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from indicators.engine.formula import Fold
from indicators.engine.formula.rule import Rule
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.sql.asking import compile_formula
from indicators.engine.sql.columns import ALL_VILLAGES, Columns, Figure
from indicators.engine.sql.expressions import Names
from indicators.engine.sql.parameters import Parameters
from indicators.engine.sql.surroundings import surroundings
from indicators.engine.sql.village_columns import exemptions, judgements
from indicators.models import Standard

NOWHERE = "NULL::bigint AS village_id, NULL::bigint AS kind_id, NULL::text AS kind_code"


def village_select(columns: Columns, year: int, parameters: Parameters) -> str:
    """Select every village in scope with its figures, and what people decided about it for `year`."""
    figures = "".join(
        f", {_zero_months(figure, f'f{leaf}')} AS f{leaf}, d{leaf}"
        for figure, leaf in columns.figures.items()
    )
    attributes = "".join(f", p.a{place}" for place in columns.attributes.values())
    exempted, by_exemption = exemptions(columns, year, parameters)
    judged, by_judgement = judgements(columns, year, parameters)
    return f"""
    SELECT p.village_id, p.code, p.kind_id, p.kind_code{attributes}{exempted}{judged}{figures}
    FROM place p LEFT JOIN spread USING (village_id){by_exemption}{by_judgement}"""


def asked_select(columns: Columns, catalogue: Catalogue, year: int, parameters: Parameters) -> str:
    """Select every village with its answer to each question that is asked of all of them."""
    joins, names = surroundings(columns, columns.asked, catalogue, parameters)
    names_at = {one.period: Names(columns, one.period, parameters, year) for one in columns.questions}
    answers = "".join(
        f", {compile_formula(one.condition, names_at[one.period])} AS q{place}"
        for one, place in columns.questions.items()
    )
    return f"""
    SELECT u.*{answers} FROM (
        SELECT u.*{names} FROM (SELECT v.*, v.code AS area_code FROM village v) u{joins} OFFSET 0) u"""


def _zero_months(figure: Figure, column: str) -> str:
    return f"coalesce({column}, 0)" if figure.measure.fold is Fold.MONTH_COUNT else column


@dataclass(frozen=True, slots=True)
class Unit:
    """Places of one scope, and the villages that are added up for them."""

    scope: str
    kinds: frozenset[int]
    villages: frozenset[int]
    area_code: str

    @classmethod
    def of(cls, rule: Rule) -> "Unit":
        if rule.scope == Standard.Scope.VILLAGE:
            return cls(rule.scope, frozenset(), frozenset(), "")
        return cls(rule.scope, rule.kinds, rule.villages, rule.area_code)


def unit_select(unit: Unit, columns: Columns, catalogue: Catalogue, parameters: Parameters) -> str:
    """Select the places of a unit, with their references."""
    places = UNITS[unit.scope](unit, columns, catalogue, parameters)
    joins, names = surroundings(columns, columns.here, catalogue, parameters)
    return f"""
    SELECT u.*{names} FROM ({places}) u{joins}"""


def _villages(unit: Unit, columns: Columns, catalogue: Catalogue, parameters: Parameters) -> str:
    return "SELECT v.*, v.code AS scope_code, v.code AS area_code FROM village v"


def _township(unit: Unit, columns: Columns, catalogue: Catalogue, parameters: Parameters) -> str:
    inside = f"starts_with(v.code, {parameters.add(unit.area_code)})"
    return _total(unit.area_code, [inside, *_members(unit, parameters)], columns, parameters)


def _programme(unit: Unit, columns: Columns, catalogue: Catalogue, parameters: Parameters) -> str:
    return _total(catalogue.programme.division_code, _members(unit, parameters), columns, parameters)


def _total(code: str, conditions: Iterable[str], columns: Columns, parameters: Parameters) -> str:
    """Select one row for all villages together; HAVING makes it one where nothing is added up, too."""
    where = " AND ".join(["true", *conditions])
    code_value = parameters.add(code) + "::text"
    return (
        f"SELECT {code_value} AS scope_code, {code_value} AS area_code, {NOWHERE}{_added_up(columns)}"
        f" FROM {columns.village_table} v WHERE {where} HAVING true"
    )


def _kinds(unit: Unit, columns: Columns, catalogue: Catalogue, parameters: Parameters) -> str:
    conditions = " AND ".join(["v.kind_id = k.id", *_members(unit, parameters)])
    wanted = f" AND k.id = ANY({parameters.integers(sorted(unit.kinds))})" if unit.kinds else ""
    division = parameters.add(catalogue.programme.division_code) + "::text"
    return (
        f"SELECT {division} || ':' || k.code AS scope_code, {division} AS area_code,"
        f" NULL::bigint AS village_id, k.id AS kind_id, k.code::text AS kind_code{_added_up(columns)}"
        f" FROM villages_villagekind k LEFT JOIN {columns.village_table} v ON {conditions}"
        f" WHERE k.programme_id = {parameters.add(catalogue.programme.pk)}{wanted} GROUP BY k.id, k.code"
    )


UNITS: dict[str, Callable[[Unit, Columns, Catalogue, Parameters], str]] = {
    Standard.Scope.VILLAGE: _villages,
    Standard.Scope.TOWNSHIP: _township,
    Standard.Scope.KIND: _kinds,
    Standard.Scope.PROGRAMME: _programme,
}


def _members(unit: Unit, parameters: Parameters) -> list[str]:
    conditions = []
    if unit.kinds:
        conditions.append(f"v.kind_id = ANY({parameters.integers(sorted(unit.kinds))})")
    if unit.villages:
        conditions.append(f"v.village_id = ANY({parameters.integers(sorted(unit.villages))})")
    return conditions


def _added_up(columns: Columns) -> str:
    """Sum every figure over the villages (measures.over_villages says the same in Python), count answers."""
    figures = (
        f", {_sum(columns, figure, leaf)} AS f{leaf}, max(v.d{leaf}) AS d{leaf}"
        for figure, leaf in columns.figures.items()
    )
    unknown = (
        f", NULL::{'text' if attribute.is_text else 'numeric'} AS a{place}"
        for attribute, place in columns.attributes.items()
    )
    counts = (f", {_count(poll)}::numeric AS {poll}" for poll in sorted(columns.polls))
    return "".join((*figures, *unknown, *counts))


def _count(poll: str) -> str:
    """Count villages: all, those where a question's answer is known (k), those where it is yes (h)."""
    if poll == ALL_VILLAGES:
        return "count(v.village_id)"
    question = f"v.q{poll[1:]}"
    return f"count({question})" if poll[0] == "k" else f"count(*) FILTER (WHERE {question})"


def _sum(columns: Columns, figure: Figure, leaf: int) -> str:
    if not figure.measure.lag:
        return f"sum(v.f{leaf})"
    counted = f"v.f{columns.figures[figure.this_year]} IS NOT NULL"
    missing = f"count(*) FILTER (WHERE {counted} AND v.f{leaf} IS NULL)"
    return f"CASE WHEN {missing} = 0 THEN sum(v.f{leaf}) FILTER (WHERE {counted}) END"
