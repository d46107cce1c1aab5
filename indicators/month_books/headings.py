"""Where the heads of a sheet stand, and what stands over each column: merges, repeats, two rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.month_books.reading import Cell, Row, SheetOutline
from indicators.month_books.titles import is_personal

HIGHEST = 3  # rows of heads, one over the other
LOOKED_AT = 30
SAMPLES = 3
SEPARATOR = " / "


@dataclass(frozen=True)
class Heading:
    """One column: its place from 0, the titles over it from the top, and a few of its cells."""

    column: int
    parts: tuple[str, ...]
    samples: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return SEPARATOR.join(self.parts)

    @property
    def is_personal(self) -> bool:
        return any(is_personal(part) for part in self.parts)


@dataclass(frozen=True)
class Heads:
    """Rows `first` to `last` of a sheet, counted from 0, hold its heads."""

    first: int
    last: int
    columns: tuple[Heading, ...]

    @property
    def body(self) -> int:
        return self.last + 1


Score = Callable[[Sequence[Heading]], float]


def find_heads(sheet: SheetOutline, score: Score) -> Heads:
    """The rows that say most, by `score`; of equal ones the fewest and highest."""
    candidates = [read_heads(sheet, first, last) for first, last in _blocks(sheet)]
    if not candidates:
        return Heads(0, 0, ())
    best = max(candidates, key=lambda heads: (score(heads.columns), heads.first - heads.last, -heads.first))
    if score(best.columns) > 0:
        return best
    return max(candidates, key=lambda heads: (heads.first == heads.last, _words(heads), -heads.first))


def read_heads(sheet: SheetOutline, first: int, last: int) -> Heads:
    """The heads in rows `first` to `last`, merged cells spread out over what they cover."""
    rows = [_spread(sheet, index) for index in range(first, last + 1)]
    width = max((len(row) for row in sheet.head), default=0)
    columns = (_heading(sheet, rows, column, last + 1) for column in range(width))
    return Heads(first, last, tuple(heading for heading in columns if heading.parts or heading.samples))


def _blocks(sheet: SheetOutline) -> Iterator[tuple[int, int]]:
    for first in range(min(len(sheet.head), LOOKED_AT)):
        for last in range(first, min(first + HIGHEST, len(sheet.head))):
            if not _may_be_head(sheet.head[last]):
                break
            yield first, last


def _may_be_head(row: Row) -> bool:
    """Heads are words, or years: a row with other numbers is a row of figures."""
    filled = [cell for cell in row if cell is not None]
    return bool(filled) and not any(isinstance(cell, Decimal) and not 1990 <= cell <= 2100 for cell in filled)


def _words(heads: Heads) -> int:
    return sum(bool(heading.parts) for heading in heads.columns)


def _spread(sheet: SheetOutline, index: int) -> list[str]:
    row = [shown(cell) for cell in (sheet.head[index] if index < len(sheet.head) else [])]
    row += [""] * (sheet.width - len(row))
    for (top, left), (bottom, right) in sheet.merges:
        if top <= index <= bottom and top < len(sheet.head):
            source = sheet.head[top]
            text = shown(source[left]) if left < len(source) else ""
            row[left : right + 1] = [text] * (min(right + 1, len(row)) - left)
    return row


def _heading(sheet: SheetOutline, rows: list[list[str]], column: int, body: int) -> Heading:
    parts: list[str] = []
    for row in rows:
        text = " ".join(row[column].split()) if column < len(row) else ""
        if text and text not in parts:
            parts.append(text)
    cells = (row[column] for row in sheet.head[body:] if column < len(row))
    samples = [shown(cell) for cell in cells if cell is not None]
    return Heading(column, tuple(parts), tuple(samples[:SAMPLES]))


def shown(cell: Cell) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
