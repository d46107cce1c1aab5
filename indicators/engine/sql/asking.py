"""What a formula asks besides figures, as SQL: choices, other standards, villages asked one by one."""

from indicators.engine import formula as f
from indicators.engine.decimals import LARGEST
from indicators.engine.sql.expressions import Names, compile_formula, once, quotient

__all__ = ["compile_formula", "own_column"]  # importing it from here brings what is said here


def own_column(leaf: f.Node, names: Names) -> str | None:
    """Name the column that a leaf is read from; None where it is none."""
    if isinstance(leaf, f.Measure):
        return names.columns.value(leaf, names.period)
    if isinstance(leaf, f.Reference):
        return names.columns.reference(leaf, names.period.year)
    if isinstance(leaf, f.Area):
        return names.columns.area(leaf, names.period)
    if isinstance(leaf, f.Poll):
        return names.columns.poll(leaf, names.period)
    return _own_of_village(leaf, names)


def _own_of_village(leaf: f.Node, names: Names) -> str | None:
    if isinstance(leaf, f.Attribute):
        return names.columns.attribute(leaf)
    if isinstance(leaf, f.Exempted):
        return f"e{leaf.standard_id:d}" if leaf.standard_id in names.columns.exempted else None
    if isinstance(leaf, f.Judged):
        return f"j{leaf.standard_id:d}"
    return "kind_code" if isinstance(leaf, f.Kind) else None


@compile_formula.register(f.Attribute)
@compile_formula.register(f.Area)
@compile_formula.register(f.Judged)
@compile_formula.register(f.Poll)
@compile_formula.register(f.Exempted)
def _(formula: f.Node, names: Names) -> str:
    return own_column(formula, names) or "false"


@compile_formula.register
def _(formula: f.InForce, names: Names) -> str:
    return "true" if formula.first_year <= names.year <= formula.last_year else "false"


@compile_formula.register
def _(formula: f.Covered, names: Names) -> str:
    conditions = []
    if formula.kinds:
        conditions.append(f"kind_id = ANY({names.parameters.integers(sorted(formula.kinds))})")
    if formula.villages:
        conditions.append(f"village_id = ANY({names.parameters.integers(sorted(formula.villages))})")
    return f"({' AND '.join(conditions) or 'true'})"


@compile_formula.register
def _(formula: f.Found, names: Names) -> str:
    return {"value": "value", "threshold": "threshold", "is_met": "is_met"}[formula.what]


@compile_formula.register
def _(formula: f.Switch, names: Names) -> str:
    subject = compile_formula(formula.subject, names)
    cases = " ".join(
        f"WHEN {compile_formula(value, names)} THEN {compile_formula(result, names)}"
        for value, result in zip(formula.values, formula.results, strict=True)
    )
    if isinstance(formula.otherwise, f.Missing):
        return f"(CASE {subject} {cases} END)"
    otherwise = compile_formula(formula.otherwise, names)
    return once(
        [subject], lambda x: f"CASE {x} {cases} ELSE CASE WHEN {x} IS NOT NULL THEN {otherwise} END END"
    )


@compile_formula.register
def _(formula: f.Band, names: Names) -> str:
    bounds = [compile_formula(bound, names) for bound in formula.bounds]
    results = [compile_formula(result, names) for result in formula.results]
    otherwise = compile_formula(formula.otherwise, names)

    def banded(subject: str) -> str:
        written = otherwise
        for bound, result in reversed(list(zip(bounds, results, strict=True))):
            written = f"(CASE {subject} >= {bound} WHEN true THEN {result} WHEN false THEN {written} END)"
        return written

    return once([compile_formula(formula.subject, names)], banded)


@compile_formula.register
def _(formula: f.OneOf, names: Names) -> str:
    listed = ", ".join(compile_formula(value, names) for value in formula.values)
    return f"({compile_formula(formula.subject, names)} IN ({listed}))"


@compile_formula.register
def _(formula: f.AtLeast, names: Names) -> str:
    return _at_least(formula.least, [compile_formula(each, names) for each in formula.conditions])


def _at_least(least: int, conditions: list[str]) -> str:
    """Count what holds in thousands, what is not known in ones."""
    known = " + ".join(f"CASE {each} WHEN true THEN 1000 WHEN false THEN 0 ELSE 1 END" for each in conditions)
    return (
        f"(SELECT CASE WHEN n / 1000 >= {least:d} THEN true"
        f" WHEN n / 1000 + n %% 1000 < {least:d} THEN false END FROM (SELECT {known} AS n OFFSET 0) counted)"
    )


@compile_formula.register
def _(formula: f.Position, names: Names) -> str:
    choices = names.parameters.add(list(formula.choices))
    return f"array_position({choices}::text[], {compile_formula(formula.operand, names)})::numeric"


@compile_formula.register
def _(formula: f.Kept, names: Names) -> str:
    figure = compile_formula(formula.operand, names)
    return once([figure], lambda x: f"CASE WHEN abs({x}) < {LARGEST:f} THEN {x} END")


def _stands(standing: f.Standing, names: Names) -> tuple[str, str]:
    """Return whether a standard applies, and whether its condition holds."""
    then = names.no_later(standing.deadline)
    return compile_formula(standing.applies, then), compile_formula(standing.condition, then)


@compile_formula.register
def _(formula: f.Met, names: Names) -> str:
    applies, met = _stands(formula.standing, names)
    return f"(CASE WHEN {applies} THEN {met} END)"


@compile_formula.register
def _(formula: f.Applies, names: Names) -> str:
    return _stands(formula.standing, names)[0]


@compile_formula.register
def _(formula: f.Meets, names: Names) -> str:
    found = [_stands(standing, names) for standing in formula.standings]
    if formula.least is not None:
        return _at_least(formula.least, [f"({applies} AND {met})" for applies, met in found])

    def all_of(*columns: str) -> str:
        applies, met = columns[::2], columns[1::2]
        each = " AND ".join(f"(NOT {one} OR {other})" for one, other in zip(applies, met, strict=True))
        return f"CASE WHEN ({' OR '.join(applies)}) IS NOT FALSE THEN {each} END"

    return once([column for pair in found for column in pair], all_of)


@compile_formula.register
def _(formula: f.Count, names: Names) -> str:
    holds, known = compile_formula(formula.holds, names), compile_formula(formula.known, names)
    return f"(CASE WHEN {known} > 0 THEN {holds} END)"


@compile_formula.register
def _(formula: f.Share, names: Names) -> str:
    holds, known, among = (
        compile_formula(each, names) for each in (formula.holds, formula.known, formula.among)
    )
    return f"(CASE WHEN {known} > 0 THEN {quotient(f'{holds} * 100', among)} END)"
