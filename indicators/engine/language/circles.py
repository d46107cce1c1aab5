"""Indicators and standards that name each other in a circle."""

from collections.abc import Iterator
from typing import NamedTuple

from indicators.engine.errors import ExpressionError
from indicators.engine.language.functions import FUNCTIONS, Kind
from indicators.engine.language.parser import parse
from indicators.engine.language.texts import code_of
from indicators.engine.language.tree import Call, Name, Node, children
from indicators.engine.language.vocabulary import Vocabulary

CODES = frozenset({Kind.REFERENCE, Kind.AREA, Kind.ELEMENT})  # their arguments are no indicators
FARTHEST = 100  # names in a chain; binding refuses such depths


class Named(NamedTuple):
    """An indicator or a standard."""

    code: str
    is_standard: bool


def circle(named: Named, vocabulary: Vocabulary) -> str:
    """Say which circle an indicator or standard leads into; empty if it leads into none."""
    chain = _circle([named], vocabulary, set())
    if not chain:
        return ""
    what = "标准" if any(each.is_standard for each in chain) else "指标"
    return f"{what}互相引用成了一圈：{' → '.join(each.code for each in chain)}。"


def _circle(chain: list[Named], vocabulary: Vocabulary, harmless: set[Named]) -> list[Named]:
    for each in _named_by(chain[-1], vocabulary) if len(chain) < FARTHEST else ():
        if each in chain:
            return [*chain[chain.index(each) :], each]
        if each not in harmless and (found := _circle([*chain, each], vocabulary, harmless)):
            return found
    harmless.add(chain[-1])
    return []


def _named_by(named: Named, vocabulary: Vocabulary) -> Iterator[Named]:
    if named.is_standard:
        texts = vocabulary.standards[named.code].texts
    else:
        texts = (vocabulary.indicators[named.code],)
    for text in texts:
        try:
            found = names_in(parse(text), vocabulary)
        except ExpressionError:
            continue
        yield from found


def names_in(node: Node, vocabulary: Vocabulary) -> Iterator[Named]:
    """Yield the indicators and standards that a tree names."""
    if isinstance(node, Name):
        if node.code in vocabulary.indicators and node.code not in vocabulary.elements:
            yield Named(node.code, is_standard=False)
    elif isinstance(node, Call) and (standards := standards_named(node)):
        codes = (code_of(each) for each in standards)
        yield from (Named(code, is_standard=True) for code in codes if code in vocabulary.standards)
    elif not (isinstance(node, Call) and _takes_codes(node)):
        for child in children(node):
            yield from names_in(child, vocabulary)


def standards_named(node: Call) -> tuple[Node, ...]:
    """The arguments of a call that name standards."""
    if node.function == "meets":
        return node.arguments[1:]
    return node.arguments if node.function in {"met", "applies", "meets_all", "share_met"} else ()


def _takes_codes(node: Call) -> bool:
    function = FUNCTIONS.get(node.function)
    return node.function == "attribute" or (function is not None and function.kind in CODES)
