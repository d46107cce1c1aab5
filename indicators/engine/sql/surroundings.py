"""Published figures and sums of areas, joined to places by their division codes."""

from collections.abc import Collection

from common.divisions import Level
from indicators.engine.formula import Reference
from indicators.engine.language.functions import AREA_LEVELS, LOCAL_LEVELS
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.sql.columns import AreaSum, Columns
from indicators.engine.sql.parameters import Parameters


def surroundings(
    columns: Columns, wanted: Collection[object], catalogue: Catalogue, parameters: Parameters
) -> tuple[str, str]:
    """Join published figures and sums of areas to places (u) by their area codes."""
    joins: list[str] = []
    names: list[str] = []
    for key, place in columns.references.items():
        if key in wanted:
            _join_reference(*key, place, catalogue, parameters, joins, names)
    for area, place in columns.areas.items():
        if area in wanted:
            _join_area(area, place, catalogue, parameters, joins, names)
    return "".join(joins), "".join(names)


def _join_reference(
    reference: Reference,
    year: int,
    place: int,
    catalogue: Catalogue,
    parameters: Parameters,
    joins: list[str],
    names: list[str],
) -> None:
    lengths = LOCAL_LEVELS[reference.level]
    series = parameters.add(catalogue.series[reference.series].id)
    for length in lengths:
        table = f"t{place}_{length}"
        joins.append(
            f"\n    LEFT JOIN indicators_referencevalue {table}"
            f" ON {table}.year = {year - reference.lag:d} AND {table}.series_id = {series}"
            f" AND {table}.area_code = {_area(length)}"
        )
    listed = ", ".join(f"t{place}_{length}.value" for length in lengths)
    names.append(f", coalesce({listed}) AS r{place}")


def _join_area(
    area: AreaSum,
    place: int,
    catalogue: Catalogue,
    parameters: Parameters,
    joins: list[str],
    names: list[str],
) -> None:
    """The line of the place's own area; the nation is the sum of its provinces."""
    table, length, month = f"z{place}", AREA_LEVELS[area.level], f"{area.period.month:02d}"
    element = parameters.add(catalogue.elements[area.element].id)
    of_year = f"z.year = {area.period.year:d} AND z.element_id = {element}"
    figures = f"z.v{month} AS v, z.n{month} AS n"
    if length:
        joins.append(
            f"\n    LEFT JOIN (SELECT z.area_code, {figures} FROM indicators_arealine z"
            f" WHERE {of_year}) {table} ON {table}.area_code = {_area(length)}"
        )
    else:
        joins.append(
            f"\n    CROSS JOIN (SELECT sum(z.v{month}) AS v, sum(z.n{month}) AS n FROM indicators_arealine z"
            f" WHERE {of_year} AND length(z.area_code) = {Level.PROVINCE:d}) {table}"
        )
    inside = f"CASE WHEN length(u.area_code) >= {length} THEN coalesce({table}.n, 0)::numeric END"
    names.append(f", {table}.v AS s{place}, {inside} AS n{place}")


def _area(length: int) -> str:
    return f"CASE WHEN length(u.area_code) >= {length} THEN left(u.area_code, {length}) END"
