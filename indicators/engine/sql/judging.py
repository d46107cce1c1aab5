"""From figures and targets to verdicts, in SQL: one select per rule over the places it judges.

A select has four levels, each computing from the one below: the figures, those of them that the columns of
a verdict can hold, how far the target is missed, the verdict. OFFSET 0 keeps the planner from merging the
levels and computing the figures again wherever they are named.
"""

from collections.abc import Iterable

from indicators.engine.decimals import LARGEST
from indicators.engine.formula import Formula, Number, measures
from indicators.engine.judging import AT_LEAST, AT_MOST, HUNDREDTH, Comparator
from indicators.engine.periods import Period
from indicators.engine.rules import STORED_PLACES, Rule
from indicators.engine.sql.columns import Columns
from indicators.engine.sql.expressions import Names, compile_formula
from indicators.engine.sql.parameters import Parameters
from indicators.models import Standard

FIGURES = ("value", "threshold", "upper", "tolerance", "stretch")
STRICT = frozenset({Comparator.ABOVE, Comparator.BELOW})


def verdict_select(
    unit: str, rules: Iterable[Rule], columns: Columns, as_of: Period, year: int, parameters: Parameters
) -> str:
    """Select the verdicts of every place of `unit` (a table's name) on `rules`."""
    compilers = (_Compiler(rule, Names(columns, rule.period(as_of), parameters), year) for rule in rules)
    return "\n    UNION ALL".join(compiler.select(unit) for compiler in compilers)


class _Compiler:
    """One rule."""

    def __init__(self, rule: Rule, names: Names, year: int) -> None:
        self.rule, self.names, self.year = rule, names, year
        self.parameters = names.parameters
        self.applies = self._applies()
        optional = [name for name in FIGURES[2:] if getattr(rule, name) is not None]
        self.figures = [*FIGURES[:2], *optional]

    def select(self, unit: str) -> str:
        """Return the select: standard, place and the verdict as it is stored."""
        kept = ", ".join(f"{self._kept(name)} AS {name}" for name in self.figures)
        return f"""
    SELECT {self.parameters.add(self.rule.standard_id)}::bigint AS standard_id, scope_code, village_id,
        {self._status()} AS status, value, round(threshold, {STORED_PLACES}) AS threshold,
        CASE WHEN NOT {self._met()} THEN round(gap, {STORED_PLACES}) END AS gap,
        {self._stretch_met()} AS stretch_met, make_date(latest / 12, latest %% 12 + 1, 1) AS data_month
    FROM (SELECT *, {self._gap()} AS gap
    FROM (SELECT scope_code, village_id, applies, judged, latest, {kept}
    FROM (SELECT scope_code, village_id, {self.applies} AS applies, {self._judged()} AS judged,
        {self._only_if_applies(self._latest())} AS latest, {self._figures()}
    FROM {unit} u OFFSET 0) figures OFFSET 0) kept OFFSET 0) missed"""

    def _applies(self) -> str:
        if self.rule.scope != Standard.Scope.VILLAGE:
            return "true"
        conditions = []
        if self.rule.kinds:
            conditions.append(f"kind_id = ANY({self.parameters.integers(sorted(self.rule.kinds))})")
        if self.rule.villages:
            conditions.append(f"village_id = ANY({self.parameters.integers(sorted(self.rule.villages))})")
        return " AND ".join(conditions) or "true"

    def _only_if_applies(self, expression: str) -> str:
        return expression if self.applies == "true" else f"CASE WHEN {self.applies} THEN {expression} END"

    def _judged(self) -> str:
        """What the reviewer said, for standards that a reviewer judges."""
        if self.rule.value is not None or self.rule.scope != Standard.Scope.VILLAGE:
            return "NULL::boolean"
        standard, year = self.parameters.add(self.rule.standard_id), self.parameters.add(self.year)
        return (
            "(SELECT j.is_met FROM indicators_judgement j"
            f" WHERE j.standard_id = {standard} AND j.village_id = u.village_id AND j.year = {year})"
        )

    def _latest(self) -> str:
        """The latest month whose figures went into the value."""
        read = [
            self.names.columns.latest(measure, self.names.period) for measure in measures(self.rule.value)
        ]
        return f"GREATEST({', '.join(read)})" if read else "NULL::int"

    def _figures(self) -> str:
        named = ((name, self._figure(getattr(self.rule, name))) for name in self.figures)
        return ", ".join(f"{self._only_if_applies(figure)} AS {name}" for name, figure in named)

    def _figure(self, formula: Formula | None) -> str:
        if formula is None:
            return "NULL::numeric"
        expression = compile_formula(formula, self.names)
        return f"round({expression}, {self.rule.places:d})" if formula is self.rule.value else expression

    def _kept(self, name: str) -> str:
        """The figure, unless it is larger than its column holds: a plain number is looked at here."""
        formula = getattr(self.rule, name)
        if isinstance(formula, Number) and abs(formula.value) < LARGEST:
            return name
        return f"CASE WHEN abs({name}) < {LARGEST:f} THEN {name} END"

    def _gap(self) -> str:
        """How far the value lies on the wrong side of the target: zero or less where it does not."""
        comparator = self.rule.comparator
        if comparator in AT_LEAST:
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

    def _status(self) -> str:
        if self.rule.value is None:
            found = "WHEN judged THEN 'met' WHEN NOT judged THEN 'unmet' ELSE 'no_data'"
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
