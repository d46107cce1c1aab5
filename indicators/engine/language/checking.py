"""Static checks: whether a formula fits the elements, indicators and series of its programme."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import singledispatch

from indicators.engine.errors import ExpressionError
from indicators.engine.language.argument_checks import argument_problems, constant_problems
from indicators.engine.language.circles import Named, circle
from indicators.engine.language.functions import FUNCTIONS, Kind
from indicators.engine.language.parser import parse, parse_list
from indicators.engine.language.scopes import scope_problems
from indicators.engine.language.texts import COMPARED, domain_of, is_listed_text, is_text
from indicators.engine.language.tree import COMPARISONS, Binary, Call, Name, Node, Number, Text, Unary
from indicators.engine.language.units import unit_problems
from indicators.engine.language.vocabulary import StandardTexts, Vocabulary, suggestion

EQUALITIES = frozenset({"=", "!="})


def check_expressions(
    elements: Mapping[str, str],
    indicators: Mapping[str, str],
    series: Collection[str],
    expression: str,
    *,
    kinds: Collection[str] | None = None,
    month_only: bool = False,
    options: Mapping[str, Sequence[str]] | None = None,
    attributes: Mapping[str, Sequence[str] | None] | None = None,
    standards: Mapping[str, StandardTexts] | None = None,
    scope: str | None = None,
    in_score: bool = False,
    chosen_from: str | None = None,
) -> list[ExpressionError]:
    """Return what is wrong with `expression`, in the order of the text; empty where it can be computed.

    The names are those of a Vocabulary: what formulas may name, in which `scope`, by which rules. With
    `chosen_from`, the formula of an indicator, the expression is a list of values (comparator any_of).
    Formulas of other indicators are only followed to find circles and what cannot be asked here: check each
    of them for itself.
    """
    known_options = {} if month_only else options or {}
    asked = (known_options, attributes or {}, standards or {}, scope, in_score)
    vocabulary = Vocabulary(elements, indicators, series, kinds, month_only, *asked)
    try:
        if chosen_from is not None:
            found = list_problems(parse_list(expression), chosen_from, vocabulary)
        else:
            found = problems(parse(expression), vocabulary)
        return sorted(found, key=lambda problem: problem.position)
    except ExpressionError as error:
        return [error]


def problems(tree: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """Yield every problem of a tree, not of the indicators that it names."""
    if is_listed_text(tree, vocabulary):  # its place in the list is a figure
        yield from _problems(tree, vocabulary)
    else:
        yield from _of_value(tree, vocabulary)
    yield from unit_problems(tree, vocabulary)
    yield from scope_problems(tree, vocabulary)


def list_problems(
    values: Sequence[Node], indicator: str, vocabulary: Vocabulary
) -> Iterator[ExpressionError]:
    """Yield the problems of values that an indicator's figure may be one of."""
    try:
        subject = parse(indicator)
    except ExpressionError:  # said about the indicator
        return
    yield from constant_problems(values, domain_of(subject, vocabulary))


def _of_value(node: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """Problems of a node that stands where a number or a condition is wanted."""
    if is_text(node, vocabulary):
        yield ExpressionError(COMPARED, node.position)
    else:
        yield from _problems(node, vocabulary)


@singledispatch
def _problems(node: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    raise NotImplementedError(type(node))


@_problems.register(Number)
@_problems.register(Text)
def _(node: Number | Text, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    return iter(())


@_problems.register
def _(node: Name, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    if node.code in vocabulary.elements:
        return
    if node.code not in vocabulary.indicators:
        yield ExpressionError(_unknown_name(node.code, vocabulary), node.position)
    elif sentence := circle(Named(node.code, is_standard=False), vocabulary):
        yield ExpressionError(sentence, node.position)


@_problems.register
def _(node: Unary, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    return _of_value(node.operand, vocabulary)


@_problems.register
def _(node: Binary, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    sides = (node.left, node.right)
    if node.operator in COMPARISONS and any(is_text(side, vocabulary) for side in sides):
        yield from _of_text_comparison(node, vocabulary)
    else:
        for side in sides:
            yield from _of_value(side, vocabulary)


def _of_text_comparison(node: Binary, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """A text against what may be a text: a text is none of an option's numbers but stands for one."""
    pairs = ((node.left, node.right), (node.right, node.left))
    if node.operator not in EQUALITIES or not all(_goes_with(*pair, vocabulary) for pair in pairs):
        yield ExpressionError(COMPARED, node.position)
        return
    for side, other in pairs:
        domain = domain_of(other, vocabulary)
        if isinstance(side, Text) and domain and (problem := domain.problem(side)):
            yield problem
        yield from _problems(side, vocabulary)


def _goes_with(side: Node, other: Node, vocabulary: Vocabulary) -> bool:
    if isinstance(other, Text):
        return isinstance(side, Text) or domain_of(side, vocabulary) is not None
    return is_text(side, vocabulary)


@_problems.register
def _(node: Call, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    function = FUNCTIONS.get(node.function)
    if function is None:
        yield ExpressionError(_unknown_function(node.function), node.position)
    elif vocabulary.month_only and function.kind is not Kind.VALUES:
        yield ExpressionError(f"校验规则只看当月填报的数，不能用 {node.function}()。", node.position)
    elif not function.least <= len(node.arguments) <= function.most:
        yield ExpressionError(f"{node.function}() 的写法是 {function.usage}。", node.position)
    else:
        yield from argument_problems(node, vocabulary, _of_argument)


def _of_argument(node: Node, vocabulary: Vocabulary, may_be_text: bool = False) -> Iterator[ExpressionError]:
    return _problems(node, vocabulary) if may_be_text else _of_value(node, vocabulary)


def _unknown_function(name: str) -> str:
    nearest = suggestion(name, FUNCTIONS)
    known = f"可用的函数：{'、'.join(FUNCTIONS)}。" if nearest == "。" else ""
    return f"没有名为“{name}”的函数{nearest}{known}"


def _unknown_name(code: str, vocabulary: Vocabulary) -> str:
    if code in vocabulary.series:
        return f"“{code}”是参照序列，应写作 ref({code}, 级别)。"
    if code in vocabulary.attributes:
        return f"“{code}”是村情属性，应写作 attribute({code})。"
    if code in vocabulary.standards:
        return f"“{code}”是标准，问它达标没有，写作 met({code})。"
    if code in FUNCTIONS:
        return f"函数 {code} 后面缺少括号，写法是 {FUNCTIONS[code].usage}。"
    return f"没有名为“{code}”的数据项或指标{vocabulary.nearest(code)}"
