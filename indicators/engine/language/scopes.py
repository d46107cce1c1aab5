"""What may be asked where: villages are counted in wider scopes, standards are met in villages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from indicators.engine.errors import ExpressionError
from indicators.engine.language.functions import FUNCTIONS, Kind
from indicators.engine.language.parser import parse
from indicators.engine.language.tree import Call, Name, Node, children
from indicators.engine.language.vocabulary import VILLAGE, Vocabulary

EARLIER = frozenset({"previous", "growth"})


@dataclass(frozen=True, slots=True)
class _Here:
    """Where in a formula we are: inside a count over villages, a year earlier, in which indicators."""

    vocabulary: Vocabulary
    counting: str = ""
    earlier: str = ""
    inside: frozenset[str] = frozenset()

    @property
    def is_wider(self) -> bool:
        return self.vocabulary.scope not in {None, VILLAGE}


def scope_problems(tree: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """Yield a problem for what cannot be asked where it stands, also inside the indicators named."""
    return _problems(tree, _Here(vocabulary))


def _problems(node: Node, here: _Here) -> Iterator[ExpressionError]:
    if isinstance(node, Name):
        yield from _of_indicator(node, here)
    elif isinstance(node, Call) and node.function in FUNCTIONS:
        yield from _of_call(node, here)
    else:
        for child in children(node):
            yield from _problems(child, here)


def _of_indicator(node: Name, here: _Here) -> Iterator[ExpressionError]:
    vocabulary = here.vocabulary
    known = node.code in vocabulary.indicators and node.code not in vocabulary.elements
    if not known or node.code in here.inside:
        return
    try:
        tree = parse(vocabulary.indicators[node.code])
    except ExpressionError:
        return
    problem = next(_problems(tree, replace(here, inside=here.inside | {node.code})), None)
    if problem:
        yield ExpressionError(f"指标“{node.code}”：{problem.message}", node.position)


def _of_call(node: Call, here: _Here) -> Iterator[ExpressionError]:
    sentence = REFUSALS.get(FUNCTIONS[node.function].kind, _anywhere)(f"{node.function}()", here)
    if sentence:
        yield ExpressionError(sentence, node.position)
        return
    kind = FUNCTIONS[node.function].kind
    if node.function in EARLIER:
        here = replace(here, earlier=f"{node.function}()")
    if kind is Kind.VILLAGES:
        here = replace(here, counting=f"{node.function}()")
    if kind in {Kind.VALUES, Kind.TIME} or (kind is Kind.VILLAGES and node.function != "share_met"):
        for child in node.arguments:
            yield from _problems(child, here)


def _anywhere(function: str, here: _Here) -> str:
    return ""


def _villages(function: str, here: _Here) -> str:
    if here.counting:
        return f"{here.counting} 里面不能再用 {function}。"
    if here.earlier:
        return f"{here.earlier} 里面不能用 {function}。"
    if here.vocabulary.scope == VILLAGE:
        return f"{function} 数的是村，只能用于乡镇、类别或整个方案的标准。"
    return ""


def _standards(function: str, here: _Here) -> str:
    if here.earlier:
        return f"{here.earlier} 里面不能用 {function}。"
    if here.is_wider and not here.counting:
        return f"{function} 看的是一个村，在乡镇、类别或整个方案的标准里要写在 count() 或 share() 里面。"
    return ""


def _score(function: str, here: _Here) -> str:
    if not here.vocabulary.in_score or here.inside:
        return f"{function} 只能写在计分公式里。"
    surrounding = here.counting or here.earlier
    return f"{surrounding} 里面不能用 {function}。" if surrounding else ""


REFUSALS = {Kind.VILLAGES: _villages, Kind.STANDARD: _standards, Kind.SCORE: _score}
