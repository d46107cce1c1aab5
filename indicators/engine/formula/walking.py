"""Walking through a formula."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from indicators.engine.formula.leaves import Measure, Node, Reference
from indicators.engine.formula.places import Poll, Standing
from indicators.engine.periods import Period


def parts(formula: Node) -> tuple[Node, ...]:
    """Return what stands directly below `formula`."""
    try:
        return formula._parts
    except AttributeError:  # it is asked for the first time
        object.__setattr__(formula, "_parts", _parts(formula))
        return parts(formula)


def _parts(formula: Node) -> tuple[Node, ...]:
    found: list[Node] = []
    for field in fields(formula):  # type: ignore[arg-type]  # every node is a dataclass
        value = getattr(formula, field.name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found += [part for part in value if isinstance(part, Node)]
    return tuple(found)


def walk(formula: Node) -> Iterator[Node]:
    """Yield `formula` and everything below it."""
    yield formula
    for part in parts(formula):
        yield from walk(part)


def walk_here(formula: Node) -> Iterator[Node]:
    """The same without what is asked of every village by itself."""
    yield formula
    if not isinstance(formula, Poll):
        for part in parts(formula):
            yield from walk_here(part)


def timed(formula: Node, period: Period) -> Iterator[tuple[Node, Period]]:
    """Yield `formula` and everything below it, each with the month as of which it is read."""
    if isinstance(formula, Standing) and formula.deadline:
        period = min(formula.deadline, period)
    yield formula, period
    for part in parts(formula):
        yield from timed(part, period)


def timed_here(formula: Node, period: Period) -> Iterator[tuple[Node, Period]]:
    """The same without what is asked of every village by itself."""
    if isinstance(formula, Standing) and formula.deadline:
        period = min(formula.deadline, period)
    yield formula, period
    if not isinstance(formula, Poll):
        for part in parts(formula):
            yield from timed_here(part, period)


def measures(*formulas: Node | None) -> list[Measure]:
    """Return the measures of some formulas, each once, in the order in which they appear."""
    return list(dict.fromkeys(node for node in _all(formulas) if isinstance(node, Measure)))


def references(*formulas: Node | None) -> list[Reference]:
    """Return the references of some formulas, each once."""
    return list(dict.fromkeys(node for node in _all(formulas) if isinstance(node, Reference)))


def _all(formulas: Iterable[Node | None]) -> Iterator[Node]:
    return (node for formula in formulas if formula is not None for node in walk(formula))
