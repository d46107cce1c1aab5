"""A column that says in which unit each row stands: figures that are read in another are refused."""

import re
from collections.abc import Sequence

from indicators.month_books import units
from indicators.month_books.cells import REFUSED, VALUE, ColumnReader, Reading
from indicators.month_books.headings import SEPARATOR, shown
from indicators.month_books.mapping import BookMapping
from indicators.month_books.reading import Row
from indicators.month_books.titles import plain

_TITLE = re.compile(r"(?:计量|金额|货币|数量)?单位")
OTHER_UNIT = "这一行的单位写着“{unit}”，和这一列的换算对不上，没有写入。请把各行改成同一个单位，再选好换算。"
SHOWN = 10


class RowUnits:
    """The column of units of a sheet, where it has one, and what it means for the figures of a row."""

    def __init__(self, mapping: BookMapping, readers: Sequence[ColumnReader]) -> None:
        self.readers = readers
        named = (plan for plan in mapping.columns if not plan.target and not plan.is_personal)
        titled = (plan.column for plan in named if _TITLE.fullmatch(_last(plan.title)))
        self.column = next(titled, None)

    def held(self, row: Row, readings: list[Reading]) -> list[Reading]:
        """The readings of a row, without figures whose unit is another than that of their column."""
        cell = row[self.column] if self.column is not None and self.column < len(row) else None
        unit = units.spoken(plain(shown(cell)))
        if not unit:
            return readings
        return [
            _refused(reading, unit) if reading.mark == VALUE and not _fits(reader, unit) else reading
            for reader, reading in zip(self.readers, readings, strict=True)
        ]


def _last(title: str) -> str:
    return plain(title.rpartition(SEPARATOR)[2])


def _fits(reader: ColumnReader, unit: str) -> bool:
    """Whether figures in `unit` are read rightly; a unit of another kind speaks of other columns."""
    wanted = reader.element.unit
    if units.are_alike(unit, wanted):
        return units.factor(unit, wanted) == reader.plan.multiplier
    return units.is_unit(unit) or not units.is_money(wanted) or not any(sign in unit for sign in "元币")


def _refused(reading: Reading, unit: str) -> Reading:
    reason = OTHER_UNIT.format(unit=unit[:SHOWN])
    return Reading(REFUSED, text=reading.text or f"{reading.value}", reason=reason)
