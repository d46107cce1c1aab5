"""A formula as it was written: what the parser returns. Every node knows its 1-based position in the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    position: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    position: int
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A data element or an indicator, by its code."""

    position: int
    code: str


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `not`."""

    position: int
    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison, `and` or `or`; the position is the operator's."""

    position: int
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    position: int
    function: str
    arguments: tuple["Node", ...]


Node = Number | Text | Name | Unary | Binary | Call

COMPARISONS = frozenset({">=", ">", "=", "!=", "<=", "<"})
ARITHMETIC = frozenset({"+", "-", "*", "/"})
LOGIC = frozenset({"and", "or"})


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below `node`."""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Call) else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, left to right."""
    yield node
    for child in children(node):
        yield from walk(child)
