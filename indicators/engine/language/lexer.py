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
      | (?P<text>"[^"]*"|'[^']*'|“[^”]*”|\u2018[^\u2019]*\u2019)
      | (?P<operator>>=|<=|!=|[-+*/()<>=,≥≤≠])""",
    re.VERBOSE,
)
SAME = {"≥": ">=", "≤": "<=", "≠": "!="}
KEYWORDS = frozenset({"and", "or", "not"})
# What people type that is no sign of the language, and what they should write.
ADVICE = {
    **dict.fromkeys("\"'“”\u2018\u2019", "引号没有成对。"),
    **dict.fromkeys("%％", "公式里不写百分号：95% 写作 95，占比请乘以 100。"),
    **dict.fromkeys("、；;", "几项之间用逗号隔开。"),
    "&": "“并且”请写 and。",
    "|": "“或者”请写 or。",
}
WORDS = {"且": "and", "并且": "and", "或": "or", "或者": "or", "不是": "not"}
CHINESE = re.compile("[\u4e00-\u9fff]+")
MISTYPED = {"=>": ">=", "=<": "<=", "<>": "!="}
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
        if meant := MISTYPED.get(ordinary[start : start + 2]):
            raise ExpressionError(f"“{text[start : start + 2]}”请写 {meant}。", start + 1)
        if match is None:
            raise ExpressionError(_unknown(text, start), start + 1)
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
    if kind == "name" and found.lower() in KEYWORDS:
        _check_case(found, match.start() + 1)
        kind = "operator"
    return Word(kind, SAME.get(found, found) if kind == "operator" else found, match.start() + 1)


def _check_case(keyword: str, position: int) -> None:
    if not keyword.islower():
        raise ExpressionError(f"“{keyword}”请用小写 {keyword.lower()}。", position)


def _check_digits(number: str, position: int) -> None:
    whole, _, fraction = number.partition(".")
    if len(whole) > DIGITS or len(fraction) > PLACES:
        raise ExpressionError(f"数字最多 {DIGITS} 位整数、{PLACES} 位小数。", position)


def _unknown(text: str, start: int) -> str:
    if found := CHINESE.match(text, start):
        if found.group() in WORDS:
            return f"“{found.group()}”请写 {WORDS[found.group()]}。"
        return f"“{found.group()}”：公式里的名称和函数要写代码，文字要加引号。"
    return ADVICE.get(text[start], f"公式里不能用“{text[start]}”。")
