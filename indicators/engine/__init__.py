"""The compliance engine: one language, two readers, five verdicts. What other rooms use stands here."""

from indicators.engine.checking import check_expressions
from indicators.engine.errors import ExpressionError
from indicators.engine.one_month import evaluate_month
from indicators.engine.parser import parse

__all__ = ["ExpressionError", "check_expressions", "evaluate_month", "parse"]
