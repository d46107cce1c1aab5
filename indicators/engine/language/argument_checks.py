"""Static checks of what stands between a function's parentheses."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from indicators.engine.errors import ExpressionError
from indicators.engine.language.circles import Named, circle, standards_named
from indicators.engine.language.functions import AREA_LEVELS, FUNCTIONS, LEVELS, ROUNDED_TO, Kind
from indicators.engine.language.texts import COMPARED, Domain, code_of, domain_of
from indicators.engine.language.tree import Call, Name, Node, Number, Text, Unary
from indicators.engine.language.vocabulary import VILLAGE, Vocabulary, suggestion

Problems = Iterator[ExpressionError]


class OfArgument(Protocol):
    """Checks an argument that is a formula of its own."""

    def __call__(self, node: Node, vocabulary: Vocabulary, may_be_text: bool = False) -> Problems: ...


def argument_problems(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    """Yield the problems of the arguments of a call whose function and number of arguments are right."""
    kind = FUNCTIONS[node.function].kind
    if special := SPECIAL.get(node.function) or BY_KIND.get(kind):
        yield from special(node, vocabulary, of_argument)
    else:
        for argument in node.arguments:
            yield from of_argument(argument, vocabulary)


def _of_element(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    argument = node.arguments[0]
    if not (isinstance(argument, Name) and argument.code in vocabulary.elements):
        what = f"{node.function}() 的括号里应是一个数据项的代码"
        known = isinstance(argument, Name) and argument.code not in vocabulary.indicators
        nearest = vocabulary.nearest(argument.code) if known and isinstance(argument, Name) else "。"
        yield ExpressionError(what + nearest, argument.position)


def _of_reference(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    series, level = node.arguments
    if not (isinstance(series, Name) and series.code in vocabulary.series):
        code = series.code if isinstance(series, Name) else ""
        yield ExpressionError(f"没有参照序列“{code}”{vocabulary.nearest_series(code)}", series.position)
    yield from _of_level(level, list(LEVELS))


def _of_area(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    yield from _of_element(node, vocabulary, of_argument)
    yield from _of_level(node.arguments[1], list(AREA_LEVELS))


def _of_level(level: Node, known: Sequence[str]) -> Problems:
    if not (isinstance(level, Name) and level.code in known):
        yield ExpressionError(f"级别应是 {'、'.join(known)} 之一。", level.position)


def _of_rounding(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    value, places = node.arguments
    yield from of_argument(value, vocabulary)
    if not (isinstance(places, Number) and _is_whole(places) and places.value <= ROUNDED_TO):
        yield ExpressionError(f"小数位数应是 0 到 {ROUNDED_TO} 的整数。", places.position)


def _is_whole(number: Number) -> bool:
    return number.value == number.value.to_integral_value()


def _of_attribute(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    [argument] = node.arguments
    code = code_of(argument)
    if code not in vocabulary.attributes:
        nearest = suggestion(code, vocabulary.attributes)
        yield ExpressionError(f"方案里没有村情属性“{code}”{nearest}", argument.position)


def _of_any_of(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    subject, *values = node.arguments
    yield from of_argument(subject, vocabulary, may_be_text=not isinstance(subject, Text))
    yield from constant_problems(values, domain_of(subject, vocabulary))


def _of_case(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    subject, *rest = node.arguments
    yield from of_argument(subject, vocabulary, may_be_text=not isinstance(subject, Text))
    pairs = rest[: len(rest) // 2 * 2]
    yield from constant_problems(pairs[::2], domain_of(subject, vocabulary))
    for result in [*pairs[1::2], *rest[len(pairs) :]]:
        yield from of_argument(result, vocabulary)


def _of_band(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    if len(node.arguments) % 2:
        yield ExpressionError(f"最后还缺其余情况的结果：{FUNCTIONS['band'].usage}。", node.position)
        return
    for argument in node.arguments:
        yield from of_argument(argument, vocabulary)
    numbers = [each for each in node.arguments[1:-1:2] if isinstance(each, Number)]
    for higher, lower in pairwise(numbers):
        if lower.value >= higher.value:
            yield ExpressionError("起点应从高到低写。", lower.position)


def _of_at_least(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    least, *conditions = node.arguments
    yield from _of_number_needed(least, len(conditions))
    for condition in conditions:
        yield from of_argument(condition, vocabulary)


def _of_number_needed(least: Node, most: int) -> Problems:
    if not (isinstance(least, Number) and _is_whole(least) and 1 <= least.value <= most):
        yield ExpressionError(f"个数应是 1 到 {most} 的整数，写出来。", least.position)


def _of_standards(node: Call, vocabulary: Vocabulary, of_argument: OfArgument) -> Problems:
    standards = standards_named(node)
    if node.function == "meets":
        yield from _of_number_needed(node.arguments[0], len(standards))
    for standard in standards:
        yield from _of_standard(standard, node.function, vocabulary)
    codes = [code_of(standard) for standard in standards]
    for place, standard in enumerate(standards):
        if codes[place] in codes[:place]:
            yield ExpressionError(f"标准“{codes[place]}”写了两次。", standard.position)


def _of_standard(node: Node, function: str, vocabulary: Vocabulary) -> Problems:
    code = code_of(node)
    if code not in vocabulary.standards:
        nearest = suggestion(code, vocabulary.standards)
        yield ExpressionError(f"没有编号为“{code}”的标准{nearest}", node.position)
    elif vocabulary.standards[code].scope != VILLAGE:
        yield ExpressionError(f"“{code}”考核的不是村（社区），不能用 {function}()。", node.position)
    elif sentence := circle(Named(code, is_standard=True), vocabulary):
        yield ExpressionError(sentence, node.position)


SPECIAL: dict[str, Callable[[Call, Vocabulary, OfArgument], Problems]] = {
    "round": _of_rounding,
    "attribute": _of_attribute,
    "any_of": _of_any_of,
    "case": _of_case,
    "band": _of_band,
    "at_least": _of_at_least,
    "share_met": _of_standards,
}
BY_KIND: dict[Kind, Callable[[Call, Vocabulary, OfArgument], Problems]] = {
    Kind.ELEMENT: _of_element,
    Kind.REFERENCE: _of_reference,
    Kind.AREA: _of_area,
    Kind.STANDARD: _of_standards,
}


def constant_problems(values: Sequence[Node], domain: Domain | None) -> Problems:
    """Yield the problems of values that are written out: numbers, or texts where the subject is one."""
    seen: set[object] = set()
    for value in values:
        yield from _of_constant(value, domain)
        known = constant(value)
        if known is not None and known in seen:
            yield ExpressionError("同一个值写了两次。", value.position)
        seen.add(known)


def _of_constant(value: Node, domain: Domain | None) -> Problems:
    if isinstance(value, Text):
        problem = ExpressionError(COMPARED, value.position) if domain is None else domain.problem(value)
        if problem:
            yield problem
    elif constant(value) is None or (domain and not domain.is_number):
        wanted = "写在引号里的文字" if domain else "写出来的数"
        yield ExpressionError(f"这里应是{wanted}。", value.position)


def constant(node: Node) -> object:
    """The number or text that is written out; None where it is something else."""
    if isinstance(node, Number | Text):
        return node.value
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Number):
        return -node.operand.value
    return None
