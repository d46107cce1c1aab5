"""From words to a tree by precedence climbing.

`or` binds loosest, then `and`, `not`, comparisons, + and -, * and /, and a leading - tightest.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from indicators.engine.errors import ExpressionError
from indicators.engine.language.lexer import Word, words
from indicators.engine.language.tree import COMPARISONS, Binary, Call, Name, Node, Number, Text, Unary

DEEPEST = 40
PRECEDENCE = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
NOT, COMPARISON, NEGATIVE = 3, 4, 7
TYPED = {"==": "等于请写一个等号 =。", "<>": "不等于请写 !=。"}


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Return the tree of a formula, or raise ExpressionError saying what is wrong and where."""
    parser = _Parser(list(words(text)))
    if parser.word.kind == "end":
        raise ExpressionError("公式是空的。", 1)
    tree = parser.expression(0)
    parser.finish()
    return tree


@lru_cache(maxsize=1024)
def parse_list(text: str) -> tuple[Node, ...]:
    """Return the trees of values that are separated by commas: "优", "良"."""
    parser = _Parser(list(words(text)))
    if parser.word.kind == "end":
        raise ExpressionError("公式是空的。", 1)
    trees = tuple(parser.listed())
    parser.finish()
    return trees


class _Parser:
    def __init__(self, found: list[Word]) -> None:
        self.found = found
        self.index = 0
        self.depth = 0

    @property
    def word(self) -> Word:
        return self.found[self.index]

    def take(self) -> Word:
        word = self.word
        self.index += 1
        return word

    def at(self, operator: str) -> bool:
        return self.word.kind == "operator" and self.word.text == operator

    def expression(self, weakest: int) -> Node:
        """Read operators that bind at least as tightly as `weakest`."""
        self._enter()
        left = self.operand()
        while (precedence := self._precedence()) >= weakest and precedence:
            operator = self.take()
            self._check_typed(operator)
            right = self.expression(precedence + 1)
            left = Binary(operator.position, operator.text, left, right)
            self._refuse_chain(precedence)
        self.depth -= 1
        return left

    def operand(self) -> Node:
        word = self.take()
        reader = self._readers().get(word.text if word.kind == "operator" else word.kind)
        if reader is None:
            raise ExpressionError(_unexpected(word), word.position)
        return reader(word)

    def finish(self) -> None:
        if self.word.kind != "end":
            raise ExpressionError(_unexpected_after(self.word), self.word.position)

    def _readers(self) -> dict[str, Callable[[Word], Node]]:
        return {
            "number": lambda word: Number(word.position, Decimal(word.text)),
            "text": lambda word: Text(word.position, word.text),
            "name": self._name,
            "(": self._parenthesis,
            "-": lambda word: Unary(word.position, "-", self.expression(NEGATIVE)),
            "not": lambda word: Unary(word.position, "not", self.expression(NOT)),
        }

    def _name(self, word: Word) -> Node:
        if not self.at("("):
            return Name(word.position, word.text)
        self.take()
        arguments = tuple(self._arguments())
        self._close()
        return Call(word.position, word.text, arguments)

    def _arguments(self) -> list[Node]:
        return [] if self.at(")") else self.listed()

    def listed(self) -> list[Node]:
        """Read what is separated by commas."""
        found = [self.expression(0)]
        while self.at(","):
            self.take()
            found.append(self.expression(0))
        return found

    def _parenthesis(self, _: Word) -> Node:
        inner = self.expression(0)
        self._close()
        return inner

    def _close(self) -> None:
        if not self.at(")"):
            raise ExpressionError(_unclosed(self.word), self.word.position)
        self.take()

    def _precedence(self) -> int:
        return PRECEDENCE.get(self.word.text, 0) if self.word.kind == "operator" else 0

    def _check_typed(self, operator: Word) -> None:
        if advice := TYPED.get(operator.text + self.word.text):
            raise ExpressionError(advice, operator.position)

    def _refuse_chain(self, precedence: int) -> None:
        if precedence == COMPARISON and self._precedence() == COMPARISON:
            raise ExpressionError("比较不能连写，请用 and 连接两个比较。", self.word.position)

    def _enter(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(f"括号或运算嵌套太深，最多 {DEEPEST} 层。", self.word.position)


def _unexpected(word: Word) -> str:
    if word.kind == "end":
        return "公式没有写完。"
    return f"“{word.text}”的前面缺少一个数或数据项。"


def _unexpected_after(word: Word) -> str:
    if word.text == ")":
        return "多了一个右括号。"
    if word.text == ",":
        return "这里不能有逗号：数字不写千位分隔，只有 any_of 的目标值可以有几个。"
    return f"“{word.text}”的前面缺少运算符。"


def _unclosed(word: Word) -> str:
    return "缺少右括号。" if word.kind == "end" else f"“{word.text}”的前面缺少运算符、逗号或右括号。"
