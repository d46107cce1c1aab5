"""From text to words: numbers, names, quoted text and operators, each with its position."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.engine.errors import ExpressionError

# Signs that an input method may type; each stands for one ordinary sign, so positions stay what they were.
FULL_WIDTH = {ord(sign) + 0xFEE0: sign for sign in "(),+-*/><="} | {ord("×"): "*", ord("÷"): "/"}
WORD = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"[^"]*"|'[^']*'|“[^”]*”)
      | (?P<operator>>=|<=|!=|[-+*/()<>=,≥≤≠])""",
    re.VERBOSE,
)
SAME = {"≥": ">=", "≤": "<=", "≠": "!="}
INSTEAD = {  # what a sign was meant to be
    "%": "公式里不写百分号：95% 写作 95，占比请乘以 100。",
    "、": "公式里不能用“、”，各项之间用逗号。",
    "且": "公式里不能用“且”，请写 and。",
    "或": "公式里不能用“或”，请写 or。",
}
KEYWORDS = frozenset({"and", "or", "not"})
LONGEST = 2000
DIGITS = 18
PLACES = 12


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a formula; `kind` is number, name, text, operator or end (keywords are operators)."""

    kind: str
    text: str
    position: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of a formula and an end word, or raise ExpressionError where a sign is unknown."""
    if len(text) > LONGEST:
        raise ExpressionError(f"公式太长，最多 {LONGEST} 个字符。", LONGEST + 1)
    ordinary, start = text.translate(FULL_WIDTH), 0
    while start < len(text):
        match = WORD.match(ordinary, start)
        if match is None:
            raise ExpressionError(_unknown_sign(text[start]), start + 1)
        if match.lastgroup != "space":
            yield _word(match, text)
        start = match.end()
    yield Word("end", "", len(text) + 1)


def _word(match: re.Match[str], text: str) -> Word:
    kind, found = str(match.lastgroup), match.group()
    if kind == "number":
        _check_digits(found, match.start() + 1)
    if kind == "text":
        found = text[match.start() + 1 : match.end() - 1]
    if found in KEYWORDS:
        kind = "operator"
    return Word(kind, SAME.get(found, found) if kind == "operator" else found, match.start() + 1)


def _check_digits(number: str, position: int) -> None:
    whole, _, fraction = number.partition(".")
    if len(whole) > DIGITS or len(fraction) > PLACES:
        raise ExpressionError(f"数字最多 {DIGITS} 位整数、{PLACES} 位小数。", position)


def _unknown_sign(sign: str) -> str:
    if sign in "\"'“”":
        return "引号没有成对。"
    if sign.isalpha():
        return INSTEAD.get(sign, f"公式里不能用“{sign}”：数据项和指标写代码，数后面不带单位，文字要加引号。")
    return INSTEAD.get(sign, f"公式里不能用“{sign}”。")
