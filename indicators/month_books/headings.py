"""Where the heads of a sheet stand, and what stands over each column: merges, repeats, two rows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from indicators.month_books.periods import bare_month, read_month
from indicators.month_books.reading import Cell, Row, SheetOutline
from indicators.month_books.table_units import is_table_unit, is_unclear, is_unit_alone, table_units
from indicators.month_books.titles import (
    is_counting,
    is_name,
    is_note,
    is_personal,
    plain,
)

HIGHEST = 3  # rows of heads, one over the other
LOOKED_AT = 30
SAMPLES = 3
FEWEST = 2  # months that a row must name
SEPARATOR = " / "
_FIGURE = re.compile(r"[-+]?[\d.,，]+[%％]?")
_NUMERAL = re.compile(r"[\d.\-/]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Heading:
    """One column: its place from 0, the titles over it from the top, and a few of its cells."""

    column: int
    parts: tuple[str, ...]
    samples: tuple[str, ...] = ()
    around: tuple[str, ...] = ()  # units that the table names for all its columns
    is_unclear: bool = False  # whether the table speaks of a unit that is not understood

    @property
    def title(self) -> str:
        return SEPARATOR.join(self.parts)

    @property
    def is_personal(self) -> bool:
        return any(is_personal(part) for part in self.parts)

    @property
    def has_figures(self) -> bool:
        """Whether figures of villages stand below it, as far as a few cells show."""
        return not is_counting(self.title) and any(_FIGURE.match(plain(cell)) for cell in self.samples)


@dataclass(frozen=True)
class Heads:
    """Rows `first` to `last` of a sheet, counted from 0, hold its heads."""

    first: int
    last: int
    columns: tuple[Heading, ...]
    units: tuple[str, ...] = ()  # of the whole table, as a corner or a title above says

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
        return _extended(sheet, best)
    return max(candidates, key=lambda heads: (heads.first == heads.last, _words(heads), -heads.first))


def read_heads(sheet: SheetOutline, first: int, last: int) -> Heads:
    """The heads in rows `first` to `last`, merged cells spread out over what they cover."""
    rows = [_spread(sheet, index) for index in range(first, last + 1)]
    width = max((len(row) for row in sheet.head), default=0)
    columns = (_heading(sheet, rows, column, last + 1) for column in range(width))
    return Heads(first, last, tuple(heading for heading in columns if heading.parts or heading.samples))


def with_units(sheet: SheetOutline, heads: Heads) -> Heads:
    """The heads, with the units that stand over the whole table, each in the mind of every column."""
    above = [shown(cell) for row in sheet.head[: heads.first] for cell in row]
    above += [
        text
        for row in sheet.head[heads.first : heads.body]
        for cell in row
        if is_table_unit(text := shown(cell)) or (_is_lone(row) and is_unit_alone(text))
    ]
    below = [text for row in sheet.head[heads.body :] for cell in row if is_note(text := shown(cell))]
    units = table_units([*above, sheet.name]) or table_units(below)
    unclear = is_unclear([*above, *below])
    columns = tuple(replace(heading, around=units, is_unclear=unclear) for heading in heads.columns)
    return replace(heads, columns=columns, units=units)


def _is_lone(row: Row) -> bool:
    """Whether one cell alone holds something: 元 so in a corner is the unit of the whole table."""
    return sum(cell is not None for cell in row) == 1


def _blocks(sheet: SheetOutline) -> Iterator[tuple[int, int]]:
    for first in range(min(len(sheet.head), LOOKED_AT)):
        for last in range(first, min(first + HIGHEST, len(sheet.head))):
            if not _may_be_head(sheet.head[last]):
                break
            if not _is_cut(sheet, first, last):
                yield first, last


def _may_be_head(row: Row) -> bool:
    """Heads are words, or years: a row with other numbers is a row of figures."""
    filled = [cell for cell in row if cell is not None]
    return bool(filled) and not any(map(_is_figure, filled))


def _is_figure(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_FIGURE.fullmatch(cell.strip())) and not _YEAR.fullmatch(cell.strip())
    return isinstance(cell, Decimal) and not 1990 <= cell <= 2100


def _is_cut(sheet: SheetOutline, first: int, last: int) -> bool:
    """Whether heads merged downwards go on below: then there is another row of them."""
    ends = (bottom for (top, _), (bottom, _) in sheet.merges if first <= top <= last)
    return any(
        last < bottom < first + HIGHEST and all(map(_may_be_head, sheet.head[last + 1 : bottom + 1]))
        for bottom in ends
    )


def _extended(sheet: SheetOutline, heads: Heads) -> Heads:
    """The heads with rows below them that name no village: words as 去年同期, or the numbers of months."""
    name = next((one.column for one in heads.columns if one.parts and is_name(one.parts[-1])), None)
    while name is not None and heads.body < len(sheet.head) and heads.last - heads.first < HIGHEST:
        row = sheet.head[heads.body]
        blank = row[name] is None if name < len(row) else True
        if not blank or not (_may_be_head(row) or _are_months_of(heads, row)):
            break
        heads = read_heads(sheet, heads.first, heads.last + 1)
    return heads


def _are_months_of(heads: Heads, row: Row) -> bool:
    """Whether a row names months of a title that stands over several of its columns."""
    months = _months(row)
    over = {heading.column: heading.parts for heading in heads.columns}
    return len({over.get(column, ()) for column in months}) < len(months)


def _months(row: Row) -> dict[int, str]:
    """The months that a row names, by column: 2025.08, 202508, days, or 8, 9, 10 one after the other."""
    cells = {at: cell for at, cell in enumerate(row) if _is_numeral(cell)}
    found = [read_month(cell, 0) if _has_year(cell) else None for cell in cells.values()]
    named = [month for month in found if month]
    if len(named) == len(cells) >= FEWEST and named == sorted(set(named)):
        return {at: f"{month.year}年{month.month}月" for at, month in zip(cells, named, strict=True)}
    numbers = [bare_month(shown(cell)) or 0 for cell in cells.values()]
    first = next(iter(numbers), 0)
    is_counted = len(numbers) >= FEWEST and first and numbers == list(range(first, first + len(numbers)))
    return {at: f"{number}月" for at, number in zip(cells, numbers, strict=True)} if is_counted else {}


def _is_numeral(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_NUMERAL.fullmatch(cell.strip()))
    return cell is not None


def _has_year(cell: Cell) -> bool:
    return isinstance(cell, date) or len(shown(cell)) > len("12")


def _words(heads: Heads) -> int:
    return sum(bool(heading.parts) for heading in heads.columns)


def _spread(sheet: SheetOutline, index: int) -> list[str]:
    cells = sheet.head[index] if index < len(sheet.head) else []
    months = _months(cells)
    row = [months.get(at) or _said(cell) for at, cell in enumerate(cells)]
    row += [""] * (sheet.width - len(row))
    for (top, left), (bottom, right) in sheet.merges:
        if top <= index <= bottom and top < len(sheet.head):
            source = sheet.head[top]
            text = _said(source[left]) if left < len(source) else ""
            row[left : right + 1] = [text] * (min(right + 1, len(row)) - left)
    return row


def _heading(sheet: SheetOutline, rows: list[list[str]], column: int, body: int) -> Heading:
    parts: list[str] = []
    for row in rows:
        text = " ".join(row[column].split()) if column < len(row) else ""
        if text and text not in parts and not is_table_unit(text):
            parts.append(text)
    cells = (row[column] for row in sheet.head[body:] if column < len(row))
    samples = [shown(cell) for cell in cells if cell is not None]
    return Heading(column, tuple(parts), tuple(samples[:SAMPLES]))


def _said(cell: Cell) -> str:
    """A head as a person reads it: 2025年10月 typed into a cell becomes a day, and is still a month."""
    return f"{cell.year}年{cell.month}月" if isinstance(cell, date) and cell.day == 1 else shown(cell)


def shown(cell: Cell) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
