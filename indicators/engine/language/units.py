"""Units that do not go together: 人 and 户 cannot be added. A product or quotient has no unit we know."""

from collections.abc import Iterator

from indicators.engine.errors import ExpressionError
from indicators.engine.language.tree import COMPARISONS, Binary, Call, Name, Node, Unary, walk
from indicators.engine.language.vocabulary import Vocabulary

# function -> which of its arguments has the unit of the result
SAME_UNIT = dict.fromkeys(("previous", "total", "last", "average", "lowest", "round", "abs", "min", "max"), 0)
SAME_UNIT |= {"if": 1, "case": 2, "band": 2, "area_sum": 0, "area_average": 0}


def unit_problems(tree: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """Yield a problem for every + - or comparison whose two sides have different known units."""
    for node in walk(tree):
        if isinstance(node, Binary) and node.operator in COMPARISONS | {"+", "-"}:
            left, right = unit_of(node.left, vocabulary), unit_of(node.right, vocabulary)
            if left and right and left != right:
                yield ExpressionError(_sentence(node.operator, left, right), node.position)


def unit_of(node: Node, vocabulary: Vocabulary) -> str:
    """Return the unit of a node, or an empty string where it has none or none is known."""
    if isinstance(node, Name):
        return vocabulary.elements.get(node.code, "")
    if isinstance(node, Unary) and node.operator == "-":
        return unit_of(node.operand, vocabulary)
    if isinstance(node, Binary) and node.operator in {"+", "-"}:
        return unit_of(node.left, vocabulary) or unit_of(node.right, vocabulary)
    if (
        isinstance(node, Call)
        and node.function in SAME_UNIT
        and len(node.arguments) > SAME_UNIT[node.function]
    ):
        return unit_of(node.arguments[SAME_UNIT[node.function]], vocabulary)
    return ""


def _sentence(operator: str, left: str, right: str) -> str:
    deed = {"+": "相加", "-": "相减"}.get(operator, "比较")
    return f"单位不同（{left}、{right}），不能{deed}。"
