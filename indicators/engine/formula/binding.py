"""From the tree that was written to the formula that is computed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from indicators.engine import formula as f
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Fold, Formula
from indicators.engine.formula.binding_calls import bind
from indicators.engine.formula.binding_nodes import as_number, constant
from indicators.engine.language.checking import list_problems, problems
from indicators.engine.language.parser import parse, parse_list
from indicators.engine.language.texts import domain_of, is_listed_text
from indicators.engine.language.vocabulary import Vocabulary

LARGEST = 1000  # nodes of a formula with everything inlined
LARGEST_WITH_STANDARDS = 20_000  # the same with the standards that it asks for
DEEPEST = 40  # indicators and standards that name each other


@dataclass(frozen=True)
class Binder:
    """Resolves names; `folds` gives each element's own aggregation, `lag` how many years back we are.

    `standing` gives another standard as it stands at a place.
    """

    vocabulary: Vocabulary
    folds: Mapping[str, Fold]
    standing: Callable[[str], f.Standing] | None = None
    lag: int = 0
    depth: int = 0
    size: list[int] = field(default_factory=lambda: [0])

    def bind(self, text: str) -> Formula:
        """Return the formula of `text` as a number, or raise ExpressionError with its first problem."""
        tree = parse(text)
        formula = self._checked(text)
        if is_listed_text(tree, self.vocabulary):
            domain = domain_of(tree, self.vocabulary)
            return f.Position(formula, tuple(domain.known or ()) if domain else ())
        return as_number(formula)

    def condition(self, text: str) -> Formula:
        """Return the formula of `text` as it is: a condition stays one."""
        return self._checked(text)

    def values(self, text: str, indicator: str) -> tuple[Formula, ...]:
        """Return the values that the figure of `indicator` may be one of; raise ExpressionError as above."""
        trees = parse_list(text)
        for problem in list_problems(trees, indicator, self.vocabulary):
            raise problem
        domain = domain_of(parse(indicator), self.vocabulary)
        if domain and not domain.is_number:  # the figure is the text's place in the list
            domain = replace(domain, is_number=True)
        return tuple(constant(tree, domain) for tree in trees)

    def _checked(self, text: str) -> Formula:
        tree = parse(text)
        for problem in problems(tree, self.vocabulary):
            raise problem
        formula = bind(tree, self)
        if size_of(formula) > LARGEST_WITH_STANDARDS:
            raise ExpressionError("公式连同引用的标准太长，请少引用一些。")
        return formula

    def inlined(self, code: str) -> Formula:
        """Return another indicator's formula, seen from the same year."""
        if self.depth > DEEPEST:
            raise ExpressionError(f"指标互相引用太深，最多 {DEEPEST} 层。")
        try:
            return replace(self, depth=self.depth + 1)._checked(self.vocabulary.indicators[code])
        except ExpressionError as error:
            raise ExpressionError(f"指标“{code}”的公式有误：{error.message}", error.position) from error

    def earlier(self) -> "Binder":
        """The same names, one year earlier."""
        return replace(self, lag=self.lag + 1)

    def count(self) -> None:
        self.size[0] += 1
        if self.size[0] > LARGEST:
            raise ExpressionError("公式连同引用的指标太长，请分成几个指标。")


def size_of(formula: f.Node, known: dict[int, int] | None = None) -> int:
    """Count the nodes of a formula; a standard that is asked for often is walked through once."""
    known = {} if known is None else known
    if id(formula) not in known:
        known[id(formula)] = 1 + sum(size_of(part, known) for part in f.parts(formula))
    return known[id(formula)]
