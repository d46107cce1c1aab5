"""What our import is measured against: the floor (read and COPY, nothing else), and the stock import."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from django.db import connection, models
from import_export import fields, resources, widgets
from python_calamine import load_workbook
from tablib import Dataset
from xlsxwriter import Workbook

from bench.books_scene import MONTH
from bench.copying import copy_in, execute
from bench.programme import ELEMENTS
from bench.stopwatch import Lap, timed
from indicators.models import DataElement, LedgerLine
from villages.models import Village

COLUMN = f"m{MONTH.month:02d}"
FLOOR = "bench_floor"


def make_workbook(path: Path, count: int) -> int:
    """Write a workbook of `count` villages, the same at every run; return how many figures it holds."""
    chance = random.Random(20_250_101)
    elements = _elements()
    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ["村代码", "村名", *(_head(element) for element in elements)])
        for number in range(1, count + 1):
            sheet.write_string(number, 0, f"{640000000000 + number}")
            sheet.write_string(number, 1, f"第{number}村")
            for at, element in enumerate(elements, start=2):
                sheet.write_number(number, at, _figure(chance, element))
    return count * len(elements)


def _head(element: DataElement) -> str:
    return f"{element.name}（{element.unit}）" if element.unit else element.name


def _figure(chance: random.Random, element: DataElement) -> float:
    if element.value_type == DataElement.ValueType.LEVEL:
        return chance.randint(2, 5)
    if element.value_type == DataElement.ValueType.DECIMAL:
        return round(chance.uniform(2, 3000), element.places)
    return chance.randint(2, 3000)


def _elements() -> list[DataElement]:
    return sorted(DataElement.objects.filter(code__in=ELEMENTS), key=lambda one: (one.position, one.code))


def floor(path: Path, *, keyed: bool) -> Lap:
    """calamine and COPY of the same cells, into a table with the ledger's keys or with none."""
    execute(f"DROP TABLE IF EXISTS {FLOOR}")
    execute(f"CREATE TABLE {FLOOR} (LIKE indicators_ledgerline{' INCLUDING ALL' if keyed else ''})")
    if keyed:
        for key, table in (("village_id", "villages_village"), ("element_id", "indicators_dataelement")):
            execute(f"ALTER TABLE {FLOOR} ADD FOREIGN KEY ({key}) REFERENCES {table}")
    villages = dict(Village.objects.values_list("code", "pk"))
    elements = [element.pk for element in _elements()]
    lap = timed(
        lambda: copy_in(FLOOR, f"year, village_id, element_id, {COLUMN}", _lines(path, villages, elements))
    )
    execute(f"DROP TABLE {FLOOR}")
    return lap


def _lines(path: Path, villages: dict[str, int], elements: list[int]) -> Iterator[str]:
    rows = load_workbook(path).get_sheet_by_index(0).iter_rows()
    next(rows)
    for code, _, *values in rows:
        village = villages[code]
        yield "".join(
            [f"{MONTH.year}\t{village}\t{pk}\t{value}\n" for pk, value in zip(elements, values, strict=True)]
        )


# --- the stock import ----------------------------------------------------------------------------
class LineResource(resources.ModelResource):
    """A ledger line a figure, found by its three keys."""

    village = fields.Field("village", "village", widgets.ForeignKeyWidget(Village, "code"))
    element = fields.Field("element", "element", widgets.ForeignKeyWidget(DataElement, "code"))

    class Meta:
        model = LedgerLine
        fields = ("year", "village", "element", COLUMN)
        import_id_fields = ("year", "village", "element")


def stock_lines(count: int) -> Lap:
    """Import `count` rows of 25 figures, each figure a ledger line."""
    execute("TRUNCATE indicators_ledgerline")
    data = Dataset(headers=["year", "village", "element", COLUMN])
    chance = random.Random(1)
    elements = _elements()
    for code in Village.objects.order_by("code").values_list("code", flat=True)[:count]:
        for element in elements:
            data.append([MONTH.year, code, element.code, _figure(chance, element)])
    lap = timed(lambda: _done(LineResource().import_data(data, raise_errors=True)))
    if LedgerLine.objects.count() != count * len(elements):
        raise RuntimeError("the stock import did not import")
    return lap


class WideRow(models.Model):
    """A village's month in one row: what the stock import would have the least work with."""

    village = models.ForeignKey(Village, on_delete=models.CASCADE, related_name="+")

    class Meta:
        app_label = "indicators"
        managed = False
        db_table = "bench_wide"

    def __str__(self) -> str:
        return str(self.village_id)


for _code in ELEMENTS:
    WideRow.add_to_class(_code, models.DecimalField(max_digits=18, decimal_places=4, null=True))


class WideResource(resources.ModelResource):
    """One row a village, found by its code."""

    village = fields.Field("village", "village", widgets.ForeignKeyWidget(Village, "code"))

    class Meta:
        model = WideRow
        fields = ("village", *ELEMENTS)
        import_id_fields = ("village",)


def stock_wide(count: int) -> Lap:
    """Import `count` rows of 25 figures into rows of 25 columns."""
    execute("DROP TABLE IF EXISTS bench_wide")
    WideRow._meta.managed = True
    with connection.schema_editor() as editor:
        editor.create_model(WideRow)
    data = Dataset(headers=["village", *ELEMENTS])
    for number, code in enumerate(Village.objects.order_by("code").values_list("code", flat=True)[:count]):
        data.append([code, *(Decimal(number + at) for at in range(len(ELEMENTS)))])
    lap = timed(lambda: _done(WideResource().import_data(data, raise_errors=True)))
    execute("DROP TABLE bench_wide")
    return lap


def _done(result: object) -> None:
    if result.has_errors():  # type: ignore[attr-defined]  # import-export has no stubs
        raise RuntimeError("the stock import failed")
