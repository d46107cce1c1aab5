"""How a standard gives points, in words."""

from common.templatetags.display import number
from indicators.engine.errors import ExpressionError
from indicators.engine.explaining import words
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Standard


def points_in_words(standard: Standard, catalogue: Catalogue) -> str:
    """Say how the points come about; a formula that does not fit is shown as it was written."""
    if standard.points is None:
        return "不计分，只作否决"
    most, least = number(standard.points), number(standard.least_points)
    if standard.is_judged:
        return f"由评审在 {least}—{most} 分之间评分"
    if not standard.score.strip():
        return f"达标得 {most} 分，不达标不得分"
    return f"{_formula(standard, catalogue)}；最低 {least} 分，最高 {most} 分"


def _formula(standard: Standard, catalogue: Catalogue) -> str:
    try:
        formula = catalogue.bind(standard.score, scope=standard.scope, in_score=True)
    except ExpressionError:
        return standard.score
    return words.say(formula, words.by_name(catalogue))
