"""Static checks of case(): a threshold missing for a year, a kind, a value of an attribute."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.engine import formula as f
from indicators.engine.errors import ExpressionError
from indicators.engine.formula import Fold
from indicators.engine.formula.binding import Binder
from indicators.engine.formula.binding_calls import bind
from indicators.engine.formula.binding_nodes import as_condition
from indicators.engine.interpreting.asked import NoFacts, Value
from indicators.engine.interpreting.interpreter import truth
from indicators.engine.language.argument_checks import constant
from indicators.engine.language.functions import FUNCTIONS
from indicators.engine.language.parser import parse
from indicators.engine.language.texts import code_of
from indicators.engine.language.tree import Call, Name, Node, children, walk
from indicators.engine.language.vocabulary import Vocabulary


def coverage_problems(
    expression: str,
    *,
    years: Collection[int],
    kinds: Collection[str] = (),
    attributes: Mapping[str, Sequence[str] | None] | None = None,
    indicators: Mapping[str, str] | None = None,
    applies_if: str = "",
    subject: str = "",
) -> list[ExpressionError]:
    """Return for which years, kinds and values of attributes a case() of `expression` has no result.

    `years` are those in which the standard is judged, `kinds` those it applies to; `attributes` map texts to
    their possible values. Only what can be reached is looked at: branches of if(), and places that
    `applies_if` leaves out, as far as year, kind and attributes decide that. A case() over a figure may well
    give nothing. `subject` begins each sentence: S01 的目标值.
    """
    search = _Search(indicators or {}, attributes or {})
    gaps: dict[tuple[int, str], list[str]] = {}
    for year in sorted(years):
        for kind in kinds or (None,):
            place = _Place(year=year, kind=kind)
            if applies_if and search.decide(applies_if, place) is False:
                continue
            for position, what, value in search.gaps(expression, place):
                known = gaps.setdefault((position, what), [])
                known += [value] if value not in known else []
    return [
        ExpressionError(f"{subject}没有写{what.format('、'.join(values))}的值。", position)
        for (position, what), values in sorted(gaps.items())
    ]


YEAR, KIND = " {} 年", "类别“{}”"
BROKEN = (ExpressionError, KeyError, ValueError, AssertionError)  # what is said elsewhere of a wrong formula


@dataclass(frozen=True)
class _Place(NoFacts):
    """A year, a kind and some attributes; nothing else is known."""

    year: int = 0
    kind: str | None = None
    known: tuple[tuple[str, str], ...] = ()

    def attribute(self, attribute: f.Attribute) -> Value:
        return dict(self.known).get(attribute.code)


Gap = tuple[int, str, str]  # position, what is distinguished, which value of it has no result


@dataclass(frozen=True)
class _Search:
    indicators: Mapping[str, str]
    attributes: Mapping[str, Sequence[str] | None]

    def decide(self, expression: str, place: _Place) -> bool | None:
        """Say whether a condition holds, as far as year, kind and attributes decide it."""
        try:
            return self._decide(parse(expression), place)
        except ExpressionError:
            return None

    def gaps(self, expression: str, place: _Place, inside: frozenset[str] = frozenset()) -> Iterator[Gap]:
        """Yield what has no result in a formula."""
        try:
            tree = parse(expression)
        except ExpressionError:
            return
        yield from self._gaps(tree, place, inside)

    def _gaps(self, node: Node, place: _Place, inside: frozenset[str]) -> Iterator[Gap]:
        if isinstance(node, Name):
            yield from self._in_indicator(node, place, inside)
        for part, then in self._reached(node, place):
            if isinstance(part, _Nothing):
                yield node.position, part.what, part.value
            else:
                yield from self._gaps(part, then, inside)

    def _in_indicator(self, node: Name, place: _Place, inside: frozenset[str]) -> Iterator[Gap]:
        if node.code in self.indicators and node.code not in inside:
            found = self.gaps(self.indicators[node.code], place, inside | {node.code})
            yield from ((node.position, what, value) for _, what, value in found)

    def _reached(self, node: Node, place: _Place) -> Iterator[tuple["Node | _Nothing", _Place]]:
        """Yield what is computed below a node, each where and when."""
        if not isinstance(node, Call) or not _is_whole(node):
            yield from ((child, place) for child in children(node))
        elif node.function == "case":
            yield from self._of_case(node, place)
        elif node.function == "if":
            yield from self._of_choice(node, place)
        else:
            earlier = replace(place, year=place.year - 1)
            if node.function in {"previous", "growth"}:
                yield node.arguments[0], earlier
            if node.function != "previous":
                yield from ((child, place) for child in node.arguments)

    def _of_choice(self, node: Call, place: _Place) -> Iterator[tuple[Node, _Place]]:
        condition, yes, no = node.arguments
        decided = self._decide(condition, place)
        if decided is None and (asked := self._unknown_attribute(condition, place)):
            yield from ((node, then) for _, _, then in self._ways(asked, place))
            return
        branches = [
            condition,
            *([yes] if decided is not False else []),
            *([no] if decided is not True else []),
        ]
        yield from ((branch, place) for branch in branches)

    def _unknown_attribute(self, condition: Node, place: _Place) -> Call | None:
        """An attribute in a condition that may be one of some texts, and is not known yet."""
        calls = (node for node in walk(condition) if isinstance(node, Call) and node.function == "attribute")
        asked = (node for node in calls if node.arguments and self.attributes.get(code_of(node.arguments[0])))
        return next((node for node in asked if code_of(node.arguments[0]) not in dict(place.known)), None)

    def _of_case(self, node: Call, place: _Place) -> Iterator[tuple["Node | _Nothing", _Place]]:
        subject, *rest = node.arguments
        pairs = list(zip(rest[::2], rest[1::2], strict=False))
        otherwise: list[Node] = rest[len(pairs) * 2 :]
        ways = list(self._ways(subject, place))
        if not ways:
            yield from ((part, place) for part in [subject, *(result for _, result in pairs), *otherwise])
        for what, value, then in ways:
            found = [result for each, result in pairs if constant(each) == value][:1] or otherwise
            yield (found[0] if found else _Nothing(what, str(value))), then

    def _ways(self, subject: Node, place: _Place) -> Iterator[tuple[str, object, _Place]]:
        """Yield what a subject may be here: nothing where neither year, kind nor attributes decide it."""
        function = subject.function if isinstance(subject, Call) else ""
        if function == "year":
            yield YEAR, Decimal(place.year), place
        elif function == "kind" and place.kind is not None:
            yield KIND, place.kind, place
        elif function == "attribute" and isinstance(subject, Call) and subject.arguments:
            code = code_of(subject.arguments[0])
            known = dict(place.known)
            values = [known[code]] if code in known else self.attributes.get(code) or ()
            for value in values:
                then = replace(place, known=(*place.known, (code, value)))
                yield f"村情属性“{code}”为“{{}}”时", value, then

    def _decide(self, condition: Node, place: _Place) -> bool | None:
        names = {node.code for node in walk(condition) if isinstance(node, Name)} - set(self.indicators)
        vocabulary = Vocabulary(dict.fromkeys(names, ""), self.indicators, attributes=self.attributes)
        if not all(_is_whole(node) for node in walk(condition) if isinstance(node, Call)):
            return None
        try:
            formula = bind(condition, Binder(vocabulary, dict.fromkeys(names, Fold.LAST)))
            return truth(as_condition(formula), place)
        except BROKEN:
            return None


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A case() that has no result here."""

    what: str
    value: str


def _is_whole(node: Call) -> bool:
    function = FUNCTIONS.get(node.function)
    return function is not None and function.least <= len(node.arguments) <= function.most
