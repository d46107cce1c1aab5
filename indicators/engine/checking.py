"""Static checks: whether a formula fits the elements, indicators and series of its programme."""

from collections.abc import Collection, Iterator, Mapping
from functools import singledispatch

from indicators.engine.errors import ExpressionError
from indicators.engine.functions import FUNCTIONS, LEVELS, ROUNDED_TO, Kind
from indicators.engine.parser import parse
from indicators.engine.tree import COMPARISONS, Binary, Call, Name, Node, Number, Text, Unary, walk
from indicators.engine.units import unit_problems
from indicators.engine.vocabulary import Vocabulary


def check_expressions(
    elements: Mapping[str, str],
    indicators: Mapping[str, str],
    series: Collection[str],
    expression: str,
    *,
    kinds: Collection[str] | None = None,
    month_only: bool = False,
) -> list[ExpressionError]:
    """Return what is wrong with `expression`, in the order of the text; empty where it can be computed.

    `elements` maps codes to units, `indicators` codes to formulas. With `kinds` the texts compared with
    kind() are checked too. `month_only` is the language of validation rules. Formulas of other indicators
    are only followed to find cycles: check each of them for itself.
    """
    try:
        tree = parse(expression)
    except ExpressionError as error:
        return [error]
    vocabulary = Vocabulary(elements, indicators, series, kinds, month_only)
    return sorted(problems(tree, vocabulary), key=lambda problem: problem.position)


def problems(tree: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """Yield every problem of a tree, not of the indicators that it names."""
    yield from _of_value(tree, vocabulary)
    yield from unit_problems(tree, vocabulary)


def _of_value(node: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    """Problems of a node that stands where a number or a condition is wanted."""
    if _is_text(node):
        yield ExpressionError("文字只能用 = 或 != 和 kind() 比较。", node.position)
    else:
        yield from _problems(node, vocabulary)


@singledispatch
def _problems(node: Node, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    raise NotImplementedError(type(node))


@_problems.register
def _(node: Number, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    return iter(())


@_problems.register
def _(node: Name, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    if node.code in vocabulary.elements:
        return
    if node.code not in vocabulary.indicators:
        yield ExpressionError(_unknown_name(node.code, vocabulary), node.position)
    elif chain := cycle(node.code, vocabulary):
        yield ExpressionError(f"指标互相引用成了一圈：{' → '.join(chain)}。", node.position)


@_problems.register
def _(node: Unary, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    return _of_value(node.operand, vocabulary)


@_problems.register
def _(node: Binary, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    if node.operator in COMPARISONS and (_is_text(node.left) or _is_text(node.right)):
        yield from _of_text_comparison(node, vocabulary)
        return
    yield from _of_value(node.left, vocabulary)
    yield from _of_value(node.right, vocabulary)


@_problems.register
def _(node: Call, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    function = FUNCTIONS.get(node.function)
    if function is None:
        known = "、".join(FUNCTIONS)
        yield ExpressionError(f"没有名为“{node.function}”的函数。可用的函数：{known}。", node.position)
    elif vocabulary.month_only and function.kind is not Kind.VALUES:
        yield ExpressionError(f"校验规则只看当月填报的数，不能用 {node.function}()。", node.position)
    elif not function.least <= len(node.arguments) <= function.most:
        yield ExpressionError(f"{node.function}() 的写法是 {function.usage}。", node.position)
    else:
        yield from _of_arguments(node, function.kind, vocabulary)


def _of_arguments(node: Call, kind: Kind, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    if kind is Kind.ELEMENT:
        yield from _of_element(node, vocabulary)
    elif kind is Kind.REFERENCE:
        yield from _of_reference(node, vocabulary)
    elif node.function == "round":
        yield from _of_rounding(node, vocabulary)
    else:
        for argument in node.arguments:
            yield from _of_value(argument, vocabulary)


def _of_element(node: Call, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    argument = node.arguments[0]
    if not (isinstance(argument, Name) and argument.code in vocabulary.elements):
        what = f"{node.function}() 的括号里应是一个数据项的代码"
        known = isinstance(argument, Name) and argument.code not in vocabulary.indicators
        suggestion = vocabulary.nearest(argument.code) if known and isinstance(argument, Name) else "。"
        yield ExpressionError(what + suggestion, argument.position)


def _of_reference(node: Call, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    series, level = node.arguments
    if not (isinstance(series, Name) and series.code in vocabulary.series):
        code = series.code if isinstance(series, Name) else ""
        yield ExpressionError(f"没有参照序列“{code}”{vocabulary.nearest_series(code)}", series.position)
    if not (isinstance(level, Name) and level.code in LEVELS):
        yield ExpressionError(f"级别应是 {'、'.join(LEVELS)} 之一。", level.position)


def _of_rounding(node: Call, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    value, places = node.arguments
    yield from _of_value(value, vocabulary)
    whole = isinstance(places, Number) and places.value == places.value.to_integral_value()
    if not (isinstance(places, Number) and whole and places.value <= ROUNDED_TO):
        yield ExpressionError(f"小数位数应是 0 到 {ROUNDED_TO} 的整数。", places.position)


def _of_text_comparison(node: Binary, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
    if not (_is_text(node.left) and _is_text(node.right) and node.operator in {"=", "!="}):
        yield ExpressionError("文字只能用 = 或 != 和 kind() 比较。", node.position)
        return
    for side in (node.left, node.right):
        if isinstance(side, Call):
            yield from _problems(side, vocabulary)
        elif isinstance(side, Text) and vocabulary.kinds is not None and side.value not in vocabulary.kinds:
            yield ExpressionError(f"方案里没有村（社区）类别“{side.value}”。", side.position)


def _is_text(node: Node) -> bool:
    return isinstance(node, Text) or (isinstance(node, Call) and node.function == "kind")


def _unknown_name(code: str, vocabulary: Vocabulary) -> str:
    if code in vocabulary.series:
        return f"“{code}”是参照序列，应写作 ref({code}, 级别)。"
    if code in FUNCTIONS:
        return f"函数 {code} 后面缺少括号，写法是 {FUNCTIONS[code].usage}。"
    return f"没有名为“{code}”的数据项或指标{vocabulary.nearest(code)}"


def cycle(code: str, vocabulary: Vocabulary) -> list[str]:
    """Return the chain of indicators that leads from `code` into a circle; empty where none does."""
    return _cycle([code], vocabulary, set())


def _cycle(chain: list[str], vocabulary: Vocabulary, harmless: set[str]) -> list[str]:
    for code in _named_indicators(chain[-1], vocabulary):
        if code in chain:
            return [*chain[chain.index(code) :], code]
        if code not in harmless and (found := _cycle([*chain, code], vocabulary, harmless)):
            return found
    harmless.add(chain[-1])
    return []


def _named_indicators(code: str, vocabulary: Vocabulary) -> list[str]:
    try:
        tree = parse(vocabulary.indicators[code])
    except ExpressionError:
        return []
    names = [node.code for node in walk(tree) if isinstance(node, Name)]
    return [name for name in names if name in vocabulary.indicators and name not in vocabulary.elements]
