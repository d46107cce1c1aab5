"""The compliance engine: one language, two readers, five verdicts. What other rooms use stands here."""

from indicators.engine.computing.looking_back import verdicts_as_of
from indicators.engine.computing.scores import keeps_scores, scorecards_of
from indicators.engine.computing.verdicts import Computed, compute
from indicators.engine.errors import ExpressionError
from indicators.engine.explaining.course import Point, Prospect, is_too_wide, prospect, trend
from indicators.engine.explaining.explain import explain, explain_all, explain_typed, open_case
from indicators.engine.explaining.points import points_in_words
from indicators.engine.explaining.prospects import expectations
from indicators.engine.explaining.trace import Explanation, Input
from indicators.engine.interpreting.coverage import coverage_problems
from indicators.engine.interpreting.one_month import evaluate_month
from indicators.engine.interpreting.tallying import ItemTally, Result, Tally
from indicators.engine.language.checking import check_expressions
from indicators.engine.language.parser import parse
from indicators.engine.language.vocabulary import StandardTexts, suggestion
from indicators.engine.periods import Period, as_of
from indicators.engine.reading.situations import UnknownPlaceError
from indicators.engine.reading.yardsticks import kept_line, kept_lines

__all__ = [
    "Computed",
    "Explanation",
    "ExpressionError",
    "Input",
    "ItemTally",
    "Period",
    "Point",
    "Prospect",
    "Result",
    "StandardTexts",
    "Tally",
    "UnknownPlaceError",
    "as_of",
    "check_expressions",
    "compute",
    "coverage_problems",
    "evaluate_month",
    "expectations",
    "explain",
    "explain_all",
    "explain_typed",
    "is_too_wide",
    "keeps_scores",
    "kept_line",
    "kept_lines",
    "open_case",
    "parse",
    "points_in_words",
    "prospect",
    "scorecards_of",
    "suggestion",
    "trend",
    "verdicts_as_of",
]
