"""Short ways to write a formula: a list of values, a mapping of years, a mapping by kind or by an attribute.

Each becomes the text of the formula that it stands for, and is a formula from then on.
"""

from collections.abc import Callable, Sequence

import yaml

from indicators.engine import ExpressionError, parse
from programme_files.document import Formula
from programme_files.scalars import SCALARS, Mismatch

BY, OTHERWISE = "by", "otherwise"
HOW = "可以按年写 {2024: 94, 2025: 94.5}，按类别写 {by: kind, eco: 80}，按属性写 {by: 属性, 值: 4000, …}。"
QUOTES = (('"', '"'), ("'", "'"), ("“", "”"))


def formula_of(node: yaml.Node, subject_of: Callable[[str], str]) -> Formula:
    """Return the formula that a node writes; `subject_of` says what is asked for by a name after `by`."""
    if isinstance(node, yaml.SequenceNode):
        return Formula(", ".join(_label(item) for item in node.value))
    if isinstance(node, yaml.MappingNode):
        return Formula(_case(node, subject_of))
    return Formula(SCALARS[Formula](node.value, _tag(node)))


def _case(node: yaml.MappingNode, subject_of: Callable[[str], str]) -> str:
    keys = {_key(key): value for key, value in node.value}
    if len(keys) < len(node.value):
        raise Mismatch("同一个值写了两次。")
    by = keys.get(BY)
    if by is not None and not isinstance(by, yaml.ScalarNode):
        raise Mismatch(f"by 后面应是一个代码。{HOW}")
    subject = subject_of(by.value) if by else "year()"
    pairs = [(key, value) for key, value in node.value if _key(key) not in (BY, OTHERWISE)]
    _refuse_slips(pairs, is_by_year=not by)
    if not pairs or not (by or all(_tag(key) == "int" for key, _ in pairs)):
        raise Mismatch(HOW)
    parts = [subject]
    for key, value in pairs:
        parts += [_text(key.value) if subject == "kind()" else _label(key), _one(value, subject_of)]
    if OTHERWISE in keys:
        parts.append(_one(keys[OTHERWISE], subject_of))
    return f"case({', '.join(parts)})"


def _refuse_slips(pairs: Sequence[tuple[yaml.Node, yaml.Node]], *, is_by_year: bool) -> None:
    for key, value in pairs:
        if _tag(value) == "null":
            raise Mismatch(f"“{_key(key)}”没有值：冒号用半角，后面空一格；花括号里含逗号的内容要加引号。")
        if is_by_year and _tag(key) == "str" and _key(key).isdecimal():
            raise Mismatch("年份不加引号，例如 {2024: 94, 2025: 94.5}。")


def _one(node: yaml.Node, subject_of: Callable[[str], str]) -> str:
    """One value of a mapping: a number, a formula, or a mapping again."""
    if isinstance(node, yaml.SequenceNode):
        raise Mismatch(HOW)
    formula = formula_of(node, subject_of)
    if not formula:
        raise Mismatch("不能为空。")
    try:
        parse(formula)
    except ExpressionError:
        return f"({formula})"  # what is wrong with it is said later, with the place
    return formula


def _label(node: yaml.Node) -> str:
    """A value that is compared with: a number as it is, a text in quotes."""
    if not isinstance(node, yaml.ScalarNode) or _tag(node) not in {"str", "int", "float"}:
        raise Mismatch("这里应是文字或数。")
    return _text(node.value) if _tag(node) == "str" else node.value


def _text(value: str) -> str:
    for first, last in QUOTES:
        if first not in value and last not in value:
            return f"{first}{value}{last}"
    raise Mismatch(f"“{value}”里的引号太多，公式里写不了。")


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Mismatch(HOW)
    return node.value


def _tag(node: yaml.Node) -> str:
    return node.tag.rpartition(":")[2]
