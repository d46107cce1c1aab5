"""From figures and targets to verdicts, in SQL: every rule is one row of VALUES beside each place."""

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

NOTHING = "NULL::numeric"
RULE_COLUMNS = (
    "standard_id, applies, judged, value, threshold, lower, upper, strict, margin, stretch, stretch_sense,"
    " latest"
)
STRETCH_SENSE = {**dict.fromkeys(AT_LEAST, 1), **dict.fromkeys(AT_MOST, -1), Comparator.EQUAL: 0}
GAP = "GREATEST(s.lower - s.value, s.value - s.upper)"
MET = f"(CASE WHEN s.strict THEN {GAP} < 0 ELSE {GAP} <= 0 END)"
VERDICT_SELECT = f"""
    SELECT s.standard_id, u.scope_code, u.village_id,
        CASE WHEN NOT s.applies THEN 'not_applicable'
            WHEN s.judged IS NOT NULL THEN CASE WHEN s.judged THEN 'met' ELSE 'unmet' END
            WHEN {GAP} IS NULL THEN 'no_data'
            WHEN {MET} THEN 'met'
            WHEN {GAP} <= s.margin THEN 'near'
            ELSE 'unmet' END AS status,
        s.value AS value,
        round(s.threshold, {STORED_PLACES}) AS threshold,
        CASE WHEN NOT {MET} THEN round({GAP}, {STORED_PLACES}) END AS gap,
        CASE s.stretch_sense WHEN 1 THEN s.value >= s.stretch WHEN -1 THEN s.value <= s.stretch
            WHEN 0 THEN s.value = s.stretch END AS stretch_met,
        make_date(s.latest / 12, s.latest %% 12 + 1, 1) AS data_month"""


def verdict_select(
    unit: str, rules: Iterable[Rule], columns: Columns, as_of: Period, year: int, parameters: Parameters
) -> str:
    """Select the verdicts of every place of `unit` (a table's name) on `rules`."""
    compilers = [_Compiler(rule, columns, rule.period(as_of), year, parameters) for rule in rules]
    rows = ",\n        ".join(compiler.row() for compiler in compilers)
    return f"""{VERDICT_SELECT}
    FROM {unit} u CROSS JOIN LATERAL (VALUES
        {rows}
    ) s({RULE_COLUMNS})"""


class _Compiler:
    """One rule as a row of expressions over the columns of a place."""

    def __init__(
        self, rule: Rule, columns: Columns, period: Period, year: int, parameters: Parameters
    ) -> None:
        self.rule, self.columns, self.period, self.year = rule, columns, period, year
        self.parameters = parameters
        self.names = Names(columns, period, parameters)

    def row(self) -> str:
        """Return the row; every expression is NULL where the rule does not apply."""
        applies = self._applies()
        value, threshold = self._figure(self.rule.value, self.rule.places), self._figure(self.rule.threshold)
        lower, upper = self._bounds(threshold)
        figures = [value, threshold, lower, upper]
        value, threshold, lower, upper = (_only_if(applies, figure) for figure in figures)
        strict = str(self.rule.comparator in {Comparator.ABOVE, Comparator.BELOW}).lower()
        margin, stretch = self._margin(), _only_if(applies, self._figure(self.rule.stretch))
        sense = STRETCH_SENSE.get(Comparator(self.rule.comparator))
        latest = _only_if(applies, self._latest())
        standard = f"{self.parameters.add(self.rule.standard_id)}::bigint"
        sense_value = f"{'NULL' if sense is None else sense}::int"
        figures = [value, threshold, lower, upper, strict, margin, stretch, sense_value, latest]
        cells = [standard, applies, self._judged(), *figures]
        return f"({', '.join(cells)})"

    def _applies(self) -> str:
        if self.rule.scope != Standard.Scope.VILLAGE:
            return "true"
        conditions = []
        if self.rule.kinds:
            conditions.append(f"u.kind_id = ANY({self.parameters.integers(sorted(self.rule.kinds))})")
        if self.rule.villages:
            conditions.append(f"u.village_id = ANY({self.parameters.integers(sorted(self.rule.villages))})")
        return " AND ".join(conditions) or "true"

    def _judged(self) -> str:
        """What the reviewer said, for standards that a reviewer judges."""
        if self.rule.value is not None or self.rule.scope != Standard.Scope.VILLAGE:
            return "NULL::boolean"
        standard, year = self.parameters.add(self.rule.standard_id), self.parameters.add(self.year)
        return (
            "(SELECT j.is_met FROM indicators_judgement j"
            f" WHERE j.standard_id = {standard} AND j.village_id = u.village_id AND j.year = {year})"
        )

    def _figure(self, formula: Formula | None, places: int | None = None) -> str:
        """The expression of a figure, NULL where it is larger than a verdict's column holds."""
        if formula is None:
            return NOTHING
        expression = compile_formula(formula, self.names)
        if places is not None:
            expression = f"round({expression}, {places:d})"
        if isinstance(formula, Number) and abs(formula.value) < LARGEST:
            return expression
        return f"(CASE WHEN abs({expression}) < {LARGEST:f} THEN {expression} END)"

    def _bounds(self, threshold: str) -> tuple[str, str]:
        """The lowest and the highest value that meets the standard; NULL where none is or is known."""
        comparator = self.rule.comparator
        if comparator in AT_LEAST:
            return threshold, NOTHING
        if comparator in AT_MOST:
            return NOTHING, threshold
        if comparator == Comparator.BETWEEN:
            upper = self._figure(self.rule.upper)
            return f"({threshold} + 0 * {upper})", f"({upper} + 0 * {threshold})"
        if comparator == Comparator.ABOUT:
            tolerance = self._figure(self.rule.tolerance)
            return f"({threshold} - {tolerance})", f"({threshold} + {tolerance})"
        return threshold, threshold

    def _margin(self) -> str:
        """How far a value may miss its target and still be near."""
        if self.rule.near_margin is not None:
            return self.parameters.number(self.rule.near_margin)
        missed = self._figure(self.rule.threshold)
        if self.rule.comparator == Comparator.BETWEEN:
            upper, value = self._figure(self.rule.upper), self._figure(self.rule.value, self.rule.places)
            missed = f"(CASE WHEN {value} > {upper} THEN {upper} ELSE {missed} END)"
        return f"(abs({missed}) * {self.parameters.number(self.rule.near_percent * HUNDREDTH)})"

    def _latest(self) -> str:
        """The latest month whose figures went into the value."""
        read = [self.columns.latest(measure, self.period) for measure in measures(self.rule.value)]
        return f"GREATEST({', '.join(read)})" if read else "NULL::int"


def _only_if(applies: str, expression: str) -> str:
    return expression if applies == "true" else f"(CASE WHEN {applies} THEN {expression} END)"
