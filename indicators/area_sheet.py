"""One area's sums as a table: its parts as rows, elements as columns, from sums that were kept, not villages.

Reads one month of one year. The parts of a township are its villages, read from the ledger.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.db.models.functions import Left

from common.division_names import division_name
from common.divisions import Level
from indicators.engine import Period
from indicators.engine.decimals import divide, rounded
from indicators.engine.sql.area_sums import village_values
from indicators.models import AreaLine, DataElement
from villages.models import Village

SHOWN_PLACES = 2
PER_HEAD = ("人均", "户均", "平均")  # figures that mean nothing added up


@dataclass(frozen=True, slots=True)
class AreaCell:
    """A sum, and how many villages it adds up; None where no village has a value."""

    value: Decimal | None
    villages: int


@dataclass(frozen=True, slots=True)
class AreaColumn:
    """An element, and how its villages make one figure: added up, or on average where a sum says nothing."""

    element: DataElement

    @property
    def is_average(self) -> bool:
        element = self.element
        is_level = element.value_type == DataElement.ValueType.LEVEL
        is_rate = element.unit == "%" or element.name.startswith(PER_HEAD)
        return is_level or is_rate or element.aggregation == DataElement.Aggregation.AVERAGE

    @property
    def words(self) -> str:
        """The unit, and what the figure is."""
        if self.element.value_type == DataElement.ValueType.BOOLEAN:
            return "为“是”的村数"
        return "，".join(word for word in (self.element.unit, "各村平均" if self.is_average else "") if word)

    def shown(self, cell: AreaCell) -> Decimal | None:
        """The figure of a cell as it is printed."""
        if cell.value is None or not self.is_average:
            return cell.value
        return rounded(divide(cell.value, Decimal(cell.villages)) or Decimal(0), SHOWN_PLACES)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A part of the area; `villages` are those that take part in a programme."""

    code: str
    name: str
    villages: int
    columns: Sequence[AreaColumn]
    cells: Sequence[AreaCell]

    @property
    def figures(self) -> list[tuple[Decimal | None, int, bool]]:
        """What is printed: the figure, how many villages it is of, and whether some are missing."""
        pairs = zip(self.columns, self.cells, strict=True)
        return [(column.shown(cell), cell.villages, cell.villages < self.villages) for column, cell in pairs]

    @property
    def is_village(self) -> bool:
        return len(self.code) == Level.VILLAGE


@dataclass(frozen=True, slots=True)
class AreaSheet:
    """The table: rows, and what they add up to."""

    columns: Sequence[AreaColumn]
    rows: Sequence[AreaRow]
    total: AreaRow


Figures = Mapping[tuple[str, int], AreaCell]


def area_sheet(area: str, period: Period, elements: Sequence[DataElement], *, within: str) -> AreaSheet:
    """Read the parts of `area` that lie `within` a division, with their sums as of `period`."""
    below = next(level for level in Level if level > len(area))
    figures = village_values(area, period) if below == Level.VILLAGE else _kept(area, below, period)
    cells = {key: AreaCell(value, count) for key, (value, count) in figures.items()}
    columns = [AreaColumn(element) for element in elements]
    rows = [
        AreaRow(code, name, count, columns, [cells.get((code, e.pk), AreaCell(None, 0)) for e in elements])
        for code, name, count in _parts(max(area, within, key=len), below)
    ]
    sums = [_total(place, rows) for place in range(len(columns))]
    return AreaSheet(columns, rows, AreaRow(area, "合计", sum(row.villages for row in rows), columns, sums))


def area_name(code: str) -> str:
    """Name any area: down to counties by statistics, a township as its villages name it."""
    if len(code) < Level.TOWNSHIP:
        return division_name(code)
    named = Village.objects.filter(code__startswith=code).values_list("township_name", flat=True)
    return named.first() or code


def _kept(area: str, level: Level, period: Period) -> dict[tuple[str, int], tuple[Decimal | None, int]]:
    rows = AreaLine.objects.of_parts(area, level, period.year)
    value, count = f"v{period.month:02d}", f"n{period.month:02d}"
    found = rows.values_list("area_code", "element_id", value, count)
    return {(code, element): (sum_, number) for code, element, sum_, number in found if number > 0}


def _parts(area: str, level: Level) -> list[tuple[str, str, int]]:
    """Code, name and number of villages of the parts that have villages in a programme."""
    enrolled = Village.objects.filter(code__startswith=area, enrolments__isnull=False).order_by()
    part = enrolled.annotate(part=Left("code", int(level)))
    if level <= Level.COUNTY:
        counted = part.values_list("part").annotate(count=Count("pk", distinct=True))
        return sorted((code, division_name(code), count) for code, count in counted)
    name = "township_name" if level == Level.TOWNSHIP else "name"
    counted = part.values_list("part", name).annotate(count=Count("pk", distinct=True))
    return sorted((code, str(title), count) for code, title, count in counted)


def _total(place: int, rows: Collection[AreaRow]) -> AreaCell:
    known = [row.cells[place] for row in rows if row.cells[place].value is not None]
    villages = sum(cell.villages for cell in known)
    return AreaCell(
        sum((cell.value or Decimal(0) for cell in known), Decimal(0)) if known else None, villages
    )
