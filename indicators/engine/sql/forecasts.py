"""The statements of forecasts: write what is new or changed, drop what nothing gives any more."""

from collections.abc import Sequence

from indicators.engine.formula.rule import Rule
from indicators.engine.periods import DECEMBER, Period
from indicators.engine.sql.parameters import Parameters
from indicators.engine.sql.projection import stand_ins
from indicators.engine.sql.statements import Statement, Task, Villages, tables, unless_held

FORECAST = ("village_id", "status", "value", "threshold", "data_month")


def forecast_statement(task: Task, rules: Sequence[Rule], villages: Villages, known: Period) -> Statement:
    """Judge the year of `task` as of December by what is known up to `known` and what is projected.

    The verdicts must stand: a forecast is written beside a verdict, whose latest month it names.
    """
    parameters = Parameters()
    found = {measure.element for rule in rules for measure in rule.measures}
    elements = [task.catalogue.elements[code].id for code in found]
    ledger = stand_ins(elements, known, villages.ids is not None, parameters)
    listed, fresh, moment = ", ".join(FORECAST), _each("n"), f"{parameters.add(task.now)}::timestamptz"
    sql = f"""
WITH {tables(task, rules, villages, parameters, ledger)}
MERGE INTO indicators_forecast o USING (
    SELECT f.standard_id, f.scope_code, f.village_id, f.status, f.value, f.threshold, v.data_month
    FROM verdict f JOIN indicators_verdict v
        ON v.standard_id = f.standard_id AND v.year = {task.year:d} AND v.scope_code = f.scope_code
    {unless_held(task, "f", parameters, "WHERE")}) n
    ON o.standard_id = n.standard_id AND o.year = {task.year:d} AND o.scope_code = n.scope_code
        AND o.standard_id = ANY({parameters.integers([rule.standard_id for rule in rules])})
WHEN MATCHED AND ({_each("o")}) IS DISTINCT FROM ({fresh}) THEN
    UPDATE SET ({listed}, computed_at) = ({fresh}, {moment})
WHEN NOT MATCHED THEN
    INSERT (standard_id, year, scope_code, {listed}, computed_at)
    VALUES (n.standard_id, {task.year:d}, n.scope_code, {fresh}, {moment})"""
    return sql, parameters.values


def drop_statement(task: Task, rules: Sequence[Rule]) -> Statement:
    """Delete the year's forecasts that stand beside no verdict, or beside one that `rules` do not give."""
    parameters = Parameters()
    held = unless_held(task, "v", parameters, "AND")
    sql = f"""
DELETE FROM indicators_forecast o USING indicators_standard s
WHERE s.id = o.standard_id AND s.programme_id = {parameters.add(task.catalogue.programme.pk)}
    AND o.year = {task.year:d}
    AND (NOT o.standard_id = ANY({parameters.integers([rule.standard_id for rule in rules])})
        OR NOT EXISTS (SELECT FROM indicators_verdict v
            WHERE v.standard_id = o.standard_id AND v.year = o.year AND v.scope_code = o.scope_code{held}))"""
    return sql, parameters.values


def december(year: int) -> Period:
    """As of when a year is forecast."""
    return Period(year, DECEMBER)


def _each(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in FORECAST)
