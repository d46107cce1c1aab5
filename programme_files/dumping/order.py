"""The order that the last file had, and numbers without the zeros that the database adds."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from programme_files.document import MeasureRow, ProgrammeDocument, SectionRow, SeriesRow, StandardRow

Item = TypeVar("Item")


class Before:
    """What the file said that was loaded last; nothing where there is none."""

    def __init__(self, document: ProgrammeDocument | None) -> None:
        self.document = document
        self.standards: dict[str, StandardRow] = {}
        self.measures: dict[int, MeasureRow] = {}
        self.series: dict[str, SeriesRow] = {}
        self.sections: dict[str, SectionRow] = {}
        if document:
            self.standards = {row.code: row for row in document.all_standards()}
            self.measures = {row.number: row for row in document.measures}
            self.series = {row.code: row for row in document.reference_series}
            self.sections = {row.code: row for row in document.sections()}

    def rows(self, section: str) -> tuple[Any, ...]:
        """The rows of a list of the file."""
        return getattr(self.document, section, ())

    def ordered(self, section: str, rows: Iterable[Item], key: Callable[[Any], Any]) -> tuple[Item, ...]:
        """Sort rows as the last file had them; the sort is stable, so new ones follow in the order given."""
        return in_order(rows, [key(row) for row in self.rows(section)], key)


def in_order(rows: Iterable[Item], known: Iterable[Any], key: Callable[[Any], Any] = str) -> tuple[Item, ...]:
    """Sort rows by the place of their key among the known ones; unknown ones follow."""
    places = {value: place for place, value in enumerate(known)}
    return tuple(sorted(rows, key=lambda row: places.get(key(row), len(places))))


def plain(value: Decimal) -> Decimal:
    """Drop the zeros that the database adds: 9.6000 is 9.6, and 500 stays 500."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def plain_or_none(value: Decimal | None) -> Decimal | None:
    """The same for a number that may be missing."""
    return None if value is None else plain(value)


def code_of(row: Any) -> Any:
    """The key of most rows."""
    return row.code
