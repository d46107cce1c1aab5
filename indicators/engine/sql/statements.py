"""The statements that compute the verdicts of many places and write what is new or changed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indicators.engine.formula.rule import Rule
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.yardsticks import Held
from indicators.engine.sql.columns import Columns
from indicators.engine.sql.facts import accepted_select, fact_select, spread_select
from indicators.engine.sql.judging import verdict_select
from indicators.engine.sql.parameters import Parameters
from indicators.engine.sql.places import Unit, asked_select, unit_select, village_select
from indicators.engine.sql.village_columns import attributes_of

WRITTEN = ("village_id", "status", "value", "threshold", "gap", "stretch_met", "data_month", "score")


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be computed: rules of a programme for a year as of a month; when; what stays as it is.

    `exempted` are the standards from which some village is exempted in the year.
    """

    catalogue: Catalogue
    year: int
    as_of: Period
    now: datetime
    held: Held
    exempted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Villages:
    """Which of the programme's villages are read: all, those with some ids, or those between two codes."""

    ids: Sequence[int] | None = None
    first_code: str = ""
    last_code: str = ""

    def condition(self, parameters: Parameters) -> str:
        if self.ids is not None:
            return f" AND v.id = ANY({parameters.integers(list(self.ids))})"
        if self.last_code:
            first, last = parameters.add(self.first_code), parameters.add(self.last_code)
            return f" AND v.code BETWEEN {first} AND {last}"
        return ""

    def verdict_condition(self, parameters: Parameters) -> str:
        """Where their verdicts (o) stand in the index: said once more, or the whole table would be read."""
        if not self.last_code:
            return ""
        first, last = parameters.add(self.first_code), parameters.add(self.last_code)
        return f"AND o.scope_code BETWEEN {first} AND {last}"


Statement = tuple[str, dict[str, Any]]


def insert_statement(task: Task, rules: Sequence[Rule], villages: Villages) -> Statement:
    """Compute `rules` from `villages`, of which none has a verdict on them yet, and write what is found."""
    parameters = Parameters()
    moment = f"{parameters.add(task.now)}::timestamptz"
    sql = f"""
INSERT INTO indicators_verdict (standard_id, year, scope_code, {", ".join(WRITTEN)}, computed_at)
WITH {tables(task, rules, villages, parameters)}
SELECT n.standard_id, {task.year:d}, n.scope_code, {_each("n")}, {moment}
FROM verdict n{unless_held(task, "n", parameters, "WHERE")}"""
    return sql, parameters.values


def write_statement(task: Task, rules: Sequence[Rule], villages: Villages) -> Statement:
    """Compute `rules` from `villages` and write the verdicts that are new or changed.

    What stands there already is left out first: that is quicker than to have MERGE look at each of its rows.
    The caller holds the lock: nobody else writes these rows.
    """
    parameters = Parameters()
    listed, found, moment = ", ".join(WRITTEN), _each("n"), f"{parameters.add(task.now)}::timestamptz"
    same = _same_place(task, rules, villages, parameters)
    sql = f"""
WITH {tables(task, rules, villages, parameters)},
moved AS (
    SELECT n.* FROM verdict n LEFT JOIN indicators_verdict o ON {same}
    WHERE (o.standard_id IS NULL OR ({_each("o")}) IS DISTINCT FROM ({found}))
        {unless_held(task, "n", parameters, "AND")})
MERGE INTO indicators_verdict o USING moved n ON {same}
WHEN MATCHED THEN
    UPDATE SET ({listed}, computed_at) = ({found}, {moment})
WHEN NOT MATCHED THEN
    INSERT (standard_id, year, scope_code, {listed}, computed_at)
    VALUES (n.standard_id, {task.year:d}, n.scope_code, {found}, {moment})"""
    return sql, parameters.values


def any_statement(task: Task, rules: Sequence[Rule], villages: Villages) -> Statement:
    """Ask whether any of these verdicts stands there already."""
    parameters = Parameters()
    sql = f"""
SELECT FROM indicators_verdict o
WHERE o.year = {task.year:d} AND {_of_rules(rules, parameters)} {villages.verdict_condition(parameters)}
LIMIT 1"""
    return sql, parameters.values


def _same_place(task: Task, rules: Sequence[Rule], villages: Villages, parameters: Parameters) -> str:
    return (
        f"o.standard_id = n.standard_id AND o.year = {task.year:d} AND o.scope_code = n.scope_code"
        f" AND {_of_rules(rules, parameters)} {villages.verdict_condition(parameters)}"
    )


def _of_rules(rules: Sequence[Rule], parameters: Parameters) -> str:
    return f"o.standard_id = ANY({parameters.integers([rule.standard_id for rule in rules])})"


def select_statement(task: Task, rules: Sequence[Rule], villages: Villages) -> Statement:
    """Compute `rules` from `villages` and return the verdicts without writing any."""
    parameters = Parameters()
    sql = f"""
WITH {tables(task, rules, villages, parameters)}
SELECT standard_id, scope_code, {", ".join(WRITTEN)} FROM verdict"""
    return sql, parameters.values


def unless_held(task: Task, table: str, parameters: Parameters, keyword: str) -> str:
    """Leave the verdicts alone that stay as they are, of which there are none as a rule."""
    if not task.held:
        return ""
    standards = parameters.integers(list(task.held.standards))
    villages = parameters.integers(list(task.held.villages))
    return (
        f" {keyword} NOT EXISTS (SELECT FROM unnest({standards}, {villages}) AS h (standard_id, village_id)"
        f" WHERE h.standard_id = {table}.standard_id AND h.village_id = {table}.village_id)"
    )


def tables(
    task: Task,
    rules: Sequence[Rule],
    villages: Villages,
    parameters: Parameters,
    stand_ins: Sequence[str] = (),
) -> str:
    """Return the tables that lead from the ledger, or from what stands in for it, to `verdict`."""
    catalogue, columns = task.catalogue, Columns.of(rules, task.as_of, task.exempted)
    attributes = attributes_of(columns, parameters)
    found = [
        f"place AS MATERIALIZED ({_place_select(catalogue, villages, parameters, attributes)})",
        *stand_ins,
        f"accepted AS MATERIALIZED ({accepted_select(columns)})",
        f"fact AS ({fact_select(columns, catalogue.elements, catalogue.programme.first_year, parameters)})",
        f"spread AS ({spread_select(columns, catalogue.elements)})",
        f"village AS ({village_select(columns, task.year, parameters)})",
    ]
    if columns.questions:
        found.append(f"asked AS ({asked_select(columns, catalogue, task.year, parameters)})")
    verdicts = []
    for place, (unit, its_rules) in enumerate(_by_unit(rules).items()):
        found.append(f"unit_{place} AS ({unit_select(unit, columns, catalogue, parameters)})")
        verdicts.append(
            verdict_select(f"unit_{place}", its_rules, columns, task.as_of, task.year, parameters)
        )
    all_verdicts = "\n    UNION ALL".join(verdicts)
    return ",\n".join([*found, f"verdict AS ({all_verdicts})"])


def _by_unit(rules: Sequence[Rule]) -> dict[Unit, list[Rule]]:
    units: dict[Unit, list[Rule]] = defaultdict(list)
    for rule in rules:
        units[Unit.of(rule)].append(rule)
    return units


def _place_select(catalogue: Catalogue, villages: Villages, parameters: Parameters, attributes: str) -> str:
    programme = parameters.add(catalogue.programme.pk)
    return f"""
    SELECT v.id AS village_id, v.code::text AS code, e.kind_id, k.code::text AS kind_code{attributes}
    FROM villages_enrolment e
    JOIN villages_village v ON v.id = e.village_id
    JOIN villages_villagekind k ON k.id = e.kind_id
    WHERE e.programme_id = {programme}{villages.condition(parameters)}"""


def _each(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in WRITTEN)
