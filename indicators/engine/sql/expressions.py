"""A formula as an SQL expression over the columns of a place. What is missing is NULL, and NULL spreads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from indicators.engine import formula as f
from indicators.engine.decimals import QUOTIENT_PLACES
from indicators.engine.formula import Formula
from indicators.engine.periods import Period
from indicators.engine.sql.columns import Columns
from indicators.engine.sql.parameters import Parameters

SHIFT = 10 ** (QUOTIENT_PLACES + 1)
UNSHIFT = f"0.{'0' * QUOTIENT_PLACES}1"
SHORT = 1000  # characters that may be written twice


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: the columns, as of which period, and where its values are bound."""

    columns: Columns
    period: Period
    parameters: Parameters
    year: int  # that is judged: a milestone may be read in an earlier one

    def no_later(self, deadline: Period | None) -> "Names":
        """The same as of a milestone's month, once that has passed."""
        return replace(self, period=min(deadline, self.period)) if deadline else self


def quotient(left: str, right: str) -> str:
    """Divide exactly, rounded half away from zero to 12 places: one more digit, cut off, decides."""
    return f"round(div(({left}) * {SHIFT}, NULLIF({right}, 0)) * {UNSHIFT}, {QUOTIENT_PLACES})"


def once(expressions: Sequence[str], write: Callable[..., str]) -> str:
    """Write something that names expressions more than once; long ones are computed and written once."""
    if sum(map(len, expressions)) <= SHORT:
        return f"({write(*expressions)})"
    columns = [f"x{place}" for place in range(len(expressions))]
    listed = ", ".join(
        f"{expression} AS {column}" for expression, column in zip(expressions, columns, strict=True)
    )
    return f"(SELECT {write(*columns)} FROM (SELECT {listed} OFFSET 0) once)"


@singledispatch
def compile_formula(formula: Formula, names: Names) -> str:
    """Return the SQL expression of a formula: numeric, or boolean for a condition."""
    raise NotImplementedError(type(formula))


@compile_formula.register
def _(formula: f.Number, names: Names) -> str:
    return names.parameters.number(formula.value)


@compile_formula.register
def _(formula: f.Option, names: Names) -> str:
    return names.parameters.number(formula.value)


@compile_formula.register
def _(formula: f.Missing, names: Names) -> str:
    return "NULL::numeric"


@compile_formula.register
def _(formula: f.Text, names: Names) -> str:
    return names.parameters.add(formula.value) + "::text"


@compile_formula.register
def _(formula: f.Measure, names: Names) -> str:
    return names.columns.value(formula, names.period)


@compile_formula.register
def _(formula: f.Reference, names: Names) -> str:
    return names.columns.reference(formula, names.period.year)


@compile_formula.register
def _(formula: f.Kind, names: Names) -> str:
    return "kind_code"


@compile_formula.register
def _(formula: f.Year, names: Names) -> str:
    return names.parameters.number(names.period.year - formula.lag)


@compile_formula.register
def _(formula: f.Arithmetic, names: Names) -> str:
    left, right = compile_formula(formula.left, names), compile_formula(formula.right, names)
    return quotient(left, right) if formula.operator == "/" else f"({left} {formula.operator} {right})"


@compile_formula.register
def _(formula: f.Negative, names: Names) -> str:
    return f"(- {compile_formula(formula.operand, names)})"


@compile_formula.register
def _(formula: f.Comparison, names: Names) -> str:
    left, right = compile_formula(formula.left, names), compile_formula(formula.right, names)
    operator = "<>" if formula.operator == "!=" else formula.operator
    return f"({left} {operator} {right})"


@compile_formula.register
def _(formula: f.Logic, names: Names) -> str:
    left, right = compile_formula(formula.left, names), compile_formula(formula.right, names)
    return f"({left} {formula.operator.upper()} {right})"


@compile_formula.register
def _(formula: f.Not, names: Names) -> str:
    return f"(NOT {compile_formula(formula.operand, names)})"


@compile_formula.register
def _(formula: f.Choice, names: Names) -> str:
    condition = compile_formula(formula.condition, names)
    yes, no = compile_formula(formula.yes, names), compile_formula(formula.no, names)
    return f"(CASE {condition} WHEN true THEN {yes} WHEN false THEN {no} END)"


@compile_formula.register
def _(formula: f.Extreme, names: Names) -> str:
    operands = [compile_formula(operand, names) for operand in formula.operands]
    function = "LEAST" if formula.function == "min" else "GREATEST"

    def extreme(*columns: str) -> str:
        listed = ", ".join(columns)
        return f"CASE WHEN num_nulls({listed}) = 0 THEN {function}({listed}) END"

    return once(operands, extreme)


@compile_formula.register
def _(formula: f.Rounded, names: Names) -> str:
    return f"round({compile_formula(formula.operand, names)}, {formula.places:d})"


@compile_formula.register
def _(formula: f.Absolute, names: Names) -> str:
    return f"abs({compile_formula(formula.operand, names)})"


@compile_formula.register
def _(formula: f.AsNumber, names: Names) -> str:
    return f"(CASE {compile_formula(formula.operand, names)} WHEN true THEN 1::numeric WHEN false THEN 0 END)"


@compile_formula.register
def _(formula: f.AsCondition, names: Names) -> str:
    return f"({compile_formula(formula.operand, names)} <> 0)"
