"""The statements that drop what nothing gives any more, of a year's verdicts."""

from collections.abc import Sequence

from indicators.engine.formula.rule import Rule
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.sql.parameters import Parameters
from indicators.engine.sql.statements import Statement, Task, Villages, unless_held
from indicators.models import Standard


def drop_village_statement(task: Task, rules: Sequence[Rule], villages: Villages, count: int) -> Statement:
    """Delete the year's verdicts on village standards where the village is no longer in the programme.

    `count` villages are: where there are just so many verdicts as they have, each of them is still wanted.
    """
    parameters = Parameters()
    of_villages = [rule.standard_id for rule in rules if rule.scope == Standard.Scope.VILLAGE]
    these = f"""o.standard_id = ANY({parameters.integers(of_villages)}) AND o.year = {task.year:d}
    {villages.verdict_condition(parameters)}"""
    too_many = (
        f"(SELECT count(*) FROM indicators_verdict o WHERE {these}) <> {len(of_villages) * count:d} AND"
    )
    sql = f"""
DELETE FROM indicators_verdict o
WHERE {"" if task.held else too_many} {these}
    AND (o.village_id IS NULL OR (o.village_id, o.scope_code) NOT IN (
        SELECT v.id, v.code FROM villages_enrolment e JOIN villages_village v ON v.id = e.village_id
        WHERE e.programme_id = {parameters.add(task.catalogue.programme.pk)}{villages.condition(parameters)}))
    {unless_held(task, "o", parameters, "AND")}"""
    return sql, parameters.values


def drop_wider_statement(task: Task, rules: Sequence[Rule]) -> Statement:
    """Delete every other verdict of the year that no rule gives any more, of whatever place."""
    parameters = Parameters()
    of_villages = [rule.standard_id for rule in rules if rule.scope == Standard.Scope.VILLAGE]
    # An array, so that they are looked for by the index: the others' verdicts are very many.
    sql = f"""
DELETE FROM indicators_verdict o
WHERE o.year = {task.year:d} AND o.standard_id = ANY(ARRAY(
        SELECT s.id FROM indicators_standard s
        WHERE s.programme_id = {parameters.add(task.catalogue.programme.pk)}
            AND NOT s.id = ANY({parameters.integers(of_villages)})))
    AND NOT (o.village_id IS NULL
        AND (o.standard_id, o.scope_code) IN ({_wide_places(task, rules, parameters)}))
    {unless_held(task, "o", parameters, "AND")}"""
    return sql, parameters.values


def _wide_places(task: Task, rules: Sequence[Rule], parameters: Parameters) -> str:
    places = [(rule.standard_id, code) for rule in rules for code in scope_codes(task.catalogue, rule)]
    return ", ".join(f"({parameters.add(pk)}, {parameters.add(code)})" for pk, code in [*places, (0, "")])


def scope_codes(catalogue: Catalogue, rule: Rule) -> list[str]:
    """Return the places that a rule of a wider scope judges."""
    division = catalogue.programme.division_code
    if rule.scope == Standard.Scope.TOWNSHIP:
        return [rule.area_code]
    if rule.scope == Standard.Scope.PROGRAMME:
        return [division]
    if rule.scope == Standard.Scope.KIND:
        kinds = catalogue.kinds.values()
        return [f"{division}:{kind.code}" for kind in kinds if not rule.kinds or kind.id in rule.kinds]
    return []
