"""From figures and targets to verdicts, in SQL: one select per rule over the places it judges.

A select has four levels, each computing from the one below: the figures, those of them that the columns of
a verdict can hold, how far the target is missed, the verdict. OFFSET 0 keeps the planner from merging the
levels and computing the figures again wherever they are named.
"""

from collections.abc import Iterable

from indicators.engine.decimals import LARGEST
from indicators.engine.formula import Formula, Measure, Number, timed, walk_here
from indicators.engine.formula.rule import Rule
from indicators.engine.formula.standings import STORED_PLACES
from indicators.engine.interpreting.judging import (
    AT_LEAST,
    AT_MOST,
    HUNDREDTH,
    SCORE_PLACES,
    YES_OR_NO,
    Comparator,
)
from indicators.engine.periods import Period
from indicators.engine.sql.asking import compile_formula, own_column
from indicators.engine.sql.columns import Columns
from indicators.engine.sql.expressions import Names, once
from indicators.engine.sql.parameters import Parameters
from indicators.models import Standard

FIGURES = ("value", "threshold", "upper", "tolerance", "stretch")
STRICT = frozenset({Comparator.ABOVE, Comparator.BELOW})


def verdict_select(
    unit: str, rules: Iterable[Rule], columns: Columns, as_of: Period, year: int, parameters: Parameters
) -> str:
    """Select the verdicts of every place of `unit` (a table's name) on `rules`."""
    compilers = (_Compiler(rule, Names(columns, rule.period(as_of), parameters, year)) for rule in rules)
    return "\n    UNION ALL".join(compiler.select(unit) for compiler in compilers)


class _Compiler:
    """One rule."""

    def __init__(self, rule: Rule, names: Names) -> None:
        self.rule, self.names = rule, names
        self.parameters = names.parameters
        self.condition = self._applies()
        # what is said in many places is computed in a level of its own
        self.applies = "applicable" if rule.applies_if is not None else self.condition
        optional = [name for name in FIGURES[2:] if getattr(rule, name) is not None]
        self.figures = [*FIGURES[:2], *optional]

    def select(self, unit: str) -> str:
        """Return the select: standard, place and the verdict as it is stored."""
        kept = ", ".join(f"{self._kept(name)} AS {name}" for name in self.figures)
        below = "".join(f", {name}" for name in self._read_by_score())
        given = f", {self._of_judgement('points')} AS given" if self._may_be_given() else ""
        missed = f"""(SELECT *, {self._gap()} AS gap
    FROM (SELECT scope_code, village_id, applies, judged, latest, {kept}{below}{given and ", given"}
    FROM (SELECT scope_code, village_id, {self.applies} AS applies, {self._judged()} AS judged,
        {self._only_if_applies(self._latest())} AS latest, {self._figures()}{below}{given}
    FROM {self._places(unit)} u OFFSET 0) figures OFFSET 0) kept OFFSET 0) missed"""
        return f"""
    SELECT {self.parameters.add(self.rule.standard_id)}::bigint AS standard_id, scope_code, village_id,
        {self._status()} AS status, value, round(threshold, {STORED_PLACES}) AS threshold,
        {self._stored_gap()} AS gap,
        {self._stretch_met()} AS stretch_met, make_date(latest / 12, latest %% 12 + 1, 1) AS data_month,
        {self._score()} AS score
    FROM {self._with_is_met(missed)}"""

    def _places(self, unit: str) -> str:
        if self.rule.applies_if is None:
            return unit
        return f"(SELECT *, {self.condition} AS applicable FROM {unit} OFFSET 0)"

    def _with_is_met(self, missed: str) -> str:
        """A score's formula may ask whether the standard is met."""
        return (
            f"(SELECT *, {self._met()} AS is_met FROM {missed} OFFSET 0) scored"
            if self.rule.score
            else missed
        )

    def _read_by_score(self) -> list[str]:
        """The columns of a place that are read again above its figures, each once."""
        if self.rule.score is None:
            return []
        columns: dict[str, None] = {}
        for node in walk_here(self.rule.score):
            if column := own_column(node, self.names):
                columns[column] = None
        return list(columns)

    def _applies(self) -> str:
        conditions = []
        if self.rule.scope == Standard.Scope.VILLAGE:
            conditions = self._own_conditions()
        if self.rule.applies_if is not None:
            conditions.append(compile_formula(self.rule.applies_if, self.names))
        return " AND ".join(conditions) or "true"

    def _own_conditions(self) -> list[str]:
        conditions = []
        if self.rule.kinds:
            conditions.append(f"kind_id = ANY({self.parameters.integers(sorted(self.rule.kinds))})")
        if self.rule.villages:
            conditions.append(f"village_id = ANY({self.parameters.integers(sorted(self.rule.villages))})")
        if self.rule.standard_id in self.names.columns.exempted:
            conditions.append(f"NOT e{self.rule.standard_id:d}")
        return conditions

    def _only_if_applies(self, expression: str) -> str:
        return expression if self.applies == "true" else f"CASE WHEN {self.applies} THEN {expression} END"

    def _judged(self) -> str:
        """What the reviewer said, for standards that a reviewer judges."""
        if self.rule.value is not None or self.rule.scope != Standard.Scope.VILLAGE:
            return "NULL::boolean"
        return self._of_judgement("is_met")

    def _of_judgement(self, column: str) -> str:
        standard, year = self.parameters.add(self.rule.standard_id), self.parameters.add(self.names.year)
        return (
            f"(SELECT j.{column} FROM indicators_judgement j"
            f" WHERE j.standard_id = {standard} AND j.village_id = u.village_id AND j.year = {year})"
        )

    def _latest(self) -> str:
        """The latest month whose figures went into the value."""
        if self.rule.value is None:
            return "NULL::int"
        columns, period = self.names.columns, self.names.period
        found = timed(self.rule.value, period)
        read = dict.fromkeys(columns.latest(node, then) for node, then in found if isinstance(node, Measure))
        return f"GREATEST({', '.join(read)})" if read else "NULL::int"

    def _figures(self) -> str:
        named = ((name, self._figure(name)) for name in self.figures)
        return ", ".join(f"{self._only_if_applies(figure)} AS {name}" for name, figure in named)

    def _figure(self, name: str) -> str:
        formula: Formula | None = getattr(self.rule, name)
        if formula is None:
            return "NULL::numeric"
        expression = compile_formula(formula, self.names)
        if name != "value" and isinstance(formula, Number):
            return expression
        places = self.rule.places if name == "value" else STORED_PLACES
        return f"round({expression}, {places:d})"

    def _kept(self, name: str) -> str:
        """The figure, unless it is larger than its column holds: a plain number is looked at here."""
        formula = getattr(self.rule, name)
        if isinstance(formula, Number) and abs(formula.value) < LARGEST:
            return name
        return f"CASE WHEN abs({name}) < {LARGEST:f} THEN {name} END"

    def _gap(self) -> str:
        """How far the value lies on the wrong side of the target: zero or less where it does not."""
        comparator = self.rule.comparator
        if comparator == Comparator.ANY_OF:
            chosen = ", ".join(compile_formula(choice, self.names) for choice in self.rule.choices)
            return f"CASE value IN ({chosen}) WHEN true THEN 0 WHEN false THEN 1 END"
        if comparator in AT_LEAST or comparator == Comparator.HOLDS:
            return "threshold - value"
        if comparator in AT_MOST:
            return "value - threshold"
        if comparator == Comparator.BETWEEN:
            both = "num_nulls(threshold, upper) = 0"
            return f"CASE WHEN {both} THEN GREATEST(threshold - value, value - upper) END"
        if comparator == Comparator.ABOUT:
            return "abs(threshold - value) - tolerance"
        return "abs(threshold - value)"

    def _met(self) -> str:
        return "gap < 0" if self.rule.comparator in STRICT else "gap <= 0"

    def _stored_gap(self) -> str:
        if self.rule.comparator in YES_OR_NO:
            return "NULL::numeric"
        return f"CASE WHEN NOT {self._met()} THEN round(gap, {STORED_PLACES}) END"

    def _status(self) -> str:
        if self.rule.value is None:
            found = "WHEN judged THEN 'met' WHEN NOT judged THEN 'unmet' ELSE 'no_data'"
            return (
                f"CASE WHEN NOT applies THEN 'not_applicable' WHEN applies IS NULL THEN 'no_data' {found} END"
            )
        if self.rule.comparator in YES_OR_NO:
            found = f"WHEN gap IS NULL THEN 'no_data' WHEN {self._met()} THEN 'met' ELSE 'unmet'"
        else:
            found = (
                f"WHEN gap IS NULL THEN 'no_data' WHEN {self._met()} THEN 'met'"
                f" WHEN gap <= {self._margin()} THEN 'near' ELSE 'unmet'"
            )
        return f"CASE WHEN NOT applies THEN 'not_applicable' {found} END"

    def _margin(self) -> str:
        """How far a value may miss its target and still be near."""
        if self.rule.near_margin is not None:
            return self.parameters.number(self.rule.near_margin)
        missed = "threshold"
        if self.rule.comparator == Comparator.BETWEEN:
            missed = "CASE WHEN value > upper THEN upper ELSE threshold END"
        return f"abs({missed}) * {self.parameters.number(self.rule.near_percent * HUNDREDTH)}"

    def _stretch_met(self) -> str:
        comparator = self.rule.comparator
        if self.rule.stretch is None:
            return "NULL::boolean"
        if comparator in AT_LEAST:
            return "value >= stretch"
        if comparator in AT_MOST:
            return "value <= stretch"
        return "value = stretch" if comparator == Comparator.EQUAL else "NULL::boolean"

    def _may_be_given(self) -> bool:
        """Whether a reviewer may have given the points."""
        return self.rule.points is not None and self.rule.value is None

    def _score(self) -> str:
        """The points that the verdict gives; nothing where it is not known or not asked."""
        if self.rule.points is None:
            return "NULL::numeric"
        full, nothing = (self._clipped(self.parameters.number(each)) for each in (self.rule.points, 0))
        if self.rule.value is None:
            found = (
                f"WHEN given IS NOT NULL THEN {self._clipped('given')} WHEN judged THEN {full} ELSE {nothing}"
            )
            return f"CASE WHEN applies AND judged IS NOT NULL THEN CASE {found} END END"
        if self.rule.score is None:
            return f"CASE WHEN {self._met()} THEN {full} WHEN NOT {self._met()} THEN {nothing} END"

        def known(points: str) -> str:
            clipped = self._clipped(f"round({points}, {SCORE_PLACES})")
            return f"CASE WHEN num_nulls(value, {points}) = 0 THEN {clipped} END"

        return once([compile_formula(self.rule.score, self.names)], known)

    def _clipped(self, points: str) -> str:
        most, least = self.parameters.number(self.rule.points), self.parameters.number(self.rule.least_points)
        return f"GREATEST({least}, LEAST({most}, {points}))"
