"""What may be compared with texts: the kind of a village, an attribute, an option of an element."""

from collections.abc import Collection
from dataclasses import dataclass

from indicators.engine.errors import ExpressionError
from indicators.engine.language.parser import parse
from indicators.engine.language.tree import Call, Name, Node, Text
from indicators.engine.language.vocabulary import Vocabulary

COMPARED = "文字只能用 = 或 != 和 kind()、attribute() 或选项类数据项比较。"
FIGURES = frozenset({"last", "lowest", "previous"})  # of an option they give an option


@dataclass(frozen=True, slots=True)
class Domain:
    """The texts that something may be; `known` is None where any text may be.

    An option stands in the ledger as its number (`is_number`), so it is a figure like others.
    """

    known: Collection[str] | None
    unknown: str
    is_number: bool = False
    is_attribute: bool = False

    def problem(self, text: Text) -> ExpressionError | None:
        """Say that the text is none of these, if so."""
        if self.known is None or text.value in self.known:
            return None
        return ExpressionError(self.unknown.format(text.value), text.position)


def code_of(node: Node) -> str:
    """The code that an argument names, written bare or as a text; empty where it is neither."""
    if isinstance(node, Name):
        return node.code
    return node.value if isinstance(node, Text) else ""


def domain_of(node: Node, vocabulary: Vocabulary, seen: frozenset[str] = frozenset()) -> Domain | None:
    """Return which texts a node may be; None where it is a plain number or condition."""
    if isinstance(node, Call):
        return _of_call(node, vocabulary, seen)
    if not isinstance(node, Name) or vocabulary.month_only:
        return None
    if node.code in vocabulary.options:
        return _options(node.code, vocabulary)
    if node.code in vocabulary.elements or node.code not in vocabulary.indicators or node.code in seen:
        return None
    return _of_indicator(node.code, vocabulary, seen)


def is_text(node: Node, vocabulary: Vocabulary) -> bool:
    """Say whether a node is a text, not a figure."""
    if isinstance(node, Text):
        return True
    domain = domain_of(node, vocabulary)
    return domain is not None and not domain.is_number


def is_listed_text(node: Node, vocabulary: Vocabulary) -> bool:
    """Say whether a node is an attribute with a list of values, whose place in the list can be its figure."""
    domain = domain_of(node, vocabulary)
    return domain is not None and domain.is_attribute and domain.known is not None


def _of_call(node: Call, vocabulary: Vocabulary, seen: frozenset[str]) -> Domain | None:
    if node.function == "kind":
        known = f"，现有的类别：{'、'.join(sorted(vocabulary.kinds))}。" if vocabulary.kinds else "。"
        return Domain(vocabulary.kinds, f"方案里没有村（社区）类别“{{}}”{known}")
    if node.function == "attribute" and len(node.arguments) == 1:
        return _attribute(code_of(node.arguments[0]), vocabulary)
    if node.function in FIGURES and len(node.arguments) == 1:
        return domain_of(node.arguments[0], vocabulary, seen)
    return None


def _attribute(code: str, vocabulary: Vocabulary) -> Domain | None:
    if code not in vocabulary.attributes:  # which is said where it stands; it may have been meant as either
        return Domain(None, "", is_number=True)
    choices = vocabulary.attributes.get(code)
    if choices is None:
        return None
    unknown = f"村情属性“{code}”没有“{{}}”这个值，可用的值：{'、'.join(choices)}。"
    return Domain(choices or None, unknown, is_attribute=True)


def _options(code: str, vocabulary: Vocabulary) -> Domain:
    options = vocabulary.options[code]
    return Domain(
        options, f"数据项“{code}”没有选项“{{}}”，可用的选项：{'、'.join(options)}。", is_number=True
    )


def _of_indicator(code: str, vocabulary: Vocabulary, seen: frozenset[str]) -> Domain | None:
    try:
        tree = parse(vocabulary.indicators[code])
    except ExpressionError:
        return None
    return domain_of(tree, vocabulary, seen | {code})
