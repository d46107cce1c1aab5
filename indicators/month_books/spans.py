"""Merged cells: those that say whose row it is go on downwards; a figure over several is nobody's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from indicators.month_books import mapping as roles
from indicators.month_books.headings import shown
from indicators.month_books.mapping import BookMapping, cell_name
from indicators.month_books.reading import Cell, Row

MOST_JOINED = 100_000  # cells of figures that are noted as merged
JOINED = "这一格和旁边的格合并着，看不出数据是哪个村、哪一项的。请取消合并，分别填写。"


@dataclass(frozen=True)
class Area:
    """Merged cells, counted from 0, with the last ones."""

    top: int
    left: int
    bottom: int
    right: int


class Spans:
    """What the merged cells of a sheet mean for its rows, which come one after the other."""

    def __init__(self, mapping: BookMapping) -> None:
        self.body = mapping.body
        self.figures = [plan.column for plan in mapping.figures]
        self.identity = {plan.column for plan in mapping.columns if plan.target.startswith("@")}
        named = (mapping.column_of(roles.NAME), mapping.column_of(roles.CODE))
        self.named = {column for column in named if column is not None}
        self.has_months = mapping.column_of(roles.MONTH) is not None
        self.down: dict[int, list[tuple[int, int]]] = {}  # columns and last rows, by first row
        self.joins: dict[int, list[Area]] = {}  # merged figures, by first row
        self.carried: dict[int, tuple[int, Cell]] = {}
        self.left = MOST_JOINED
        self.joined: set[str] = set()  # cells over which one figure is merged

    def note(self, merges: Iterable[Any]) -> None:
        """Take in the merged cells of the sheet."""
        areas = [Area(*first, *last) for first, last in merges]
        for area in areas:
            if area.left in self.identity and area.top != area.bottom:
                self.down.setdefault(area.top, []).append((area.left, area.bottom))
        for area in areas:
            if area.top >= self.body and self._is_shared(area):
                self.joins.setdefault(area.top, []).append(area)

    def _is_shared(self, area: Area) -> bool:
        """Whether one figure stands for several elements, or for rows that are not all one village's."""
        covered = sum(area.left <= column <= area.right for column in self.figures)
        ends = [bottom for left, bottom in self.down.get(area.top, ()) if left in self.named]
        last = area.top if self.has_months else max(ends, default=area.top)
        return covered > 1 or (covered == 1 and area.bottom > last)

    def carry(self, index: int, row: Row) -> None:
        """Put into the row what merged cells above it say, and note the figures that are merged from here."""
        for area in self.joins.get(index, ()):
            self._join(area, row)
        for left, bottom in self.down.get(index, ()):
            if left < len(row):
                self.carried[left] = (bottom, row[left])
        for column, (bottom, cell) in list(self.carried.items()):
            if index > bottom:
                del self.carried[column]
            elif column >= len(row) or row[column] is None:
                row.extend([None] * (column + 1 - len(row)))
                row[column] = cell

    def _join(self, area: Area, row: Row) -> None:
        cell = row[area.left] if area.left < len(row) else None
        if not any(sign.isdigit() for sign in shown(cell)):
            return
        columns = [column for column in self.figures if area.left <= column <= area.right]
        for index in range(area.top, min(area.bottom + 1, area.top + self.left)):
            self.left -= len(columns)
            self.joined |= {cell_name(index, column) for column in columns}
