"""Findings within one month: what a figure can be, and relations between figures."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from common.templatetags.display import number
from indicators.engine import evaluate_month, parse
from indicators.engine.language.tree import Name, walk
from indicators.findings.finding import EXPLAIN, HARD, Finding
from indicators.models import DataElement, ValidationRule
from indicators.validation import FigureError, check_figure

_CODE = re.compile(r"\{([-\w]+)\}")
_SIGN = re.compile(r"<=|>=|!=|\*|/")
_WORD = re.compile(r"[A-Za-z_][-\w]*")
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "*": "×", "/": "÷"}
WORDS = {"and": "并且", "or": "或者", "not": "并非"}

Figures = Mapping[str, Decimal | None]  # by element code


def impossible(element: DataElement, value: Decimal) -> Iterator[Finding]:
    """A figure that its element cannot have: of another type, or out of its range."""
    try:
        check_figure(value, element)
    except FigureError as error:
        yield Finding(HARD, (element.code,), f"{element.name}：{error}")


def broken_relation(rule: ValidationRule, values: Figures) -> Iterator[Finding]:
    """A relation that does not hold; one that needs an empty figure is not judged."""
    if evaluate_month(rule.expression, values) is False:
        sentence = in_message(rule.message, values) or f"不符合“{rule.expression}”，请核对。"
        if rule.severity != HARD and "原因" not in sentence:
            sentence = sentence.removesuffix("，请核对。").removesuffix("。") + EXPLAIN
        yield Finding(rule.severity, codes_of(rule), sentence, rule.code)


def in_message(message: str, values: Figures) -> str:
    """A rule's own sentence with the figures put in for the codes in braces."""
    return _CODE.sub(lambda found: number(values.get(found[1])), message)


def in_words(expression: str, names: Mapping[str, str]) -> str:
    """A relation with names for codes and the signs of a textbook: 参保人数 ≤ 应参保人数."""
    plain = _SIGN.sub(lambda found: SIGNS[found[0]], expression)
    return _WORD.sub(lambda found: names.get(found[0], WORDS.get(found[0], found[0])), plain)


def codes_of(rule: ValidationRule) -> tuple[str, ...]:
    """The elements that a relation is about: first those that its sentence names."""
    return tuple(dict.fromkeys([*_CODE.findall(rule.message), *_names(rule.expression)]))


@lru_cache(maxsize=4096)
def _names(expression: str) -> tuple[str, ...]:
    return tuple(node.code for node in walk(parse(expression)) if isinstance(node, Name))
