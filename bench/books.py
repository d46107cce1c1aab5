"""`python -m bench.books`: long workbooks in and out, written into bench/results-months.md.

50 000 villages, 25 figures each: read, previewed and written with history; against django-import-export's
stock import of the same rows, the floor (calamine and COPY alone), and the ledger by xlsxwriter alone.
"""

import argparse
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import setting

setting.up()

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection
from django.utils import timezone
from xlsxwriter import Workbook

from accounts.models import User
from bench import books_beside
from bench.books_memory import of_export, of_import, parser_memory
from bench.books_report import FEW, Found, Took, report
from bench.books_scene import MONTH, empty_ledger, fill_ledger, make
from bench.copying import execute, rows
from bench.months import FILE, write
from bench.programme import ELEMENTS
from bench.stopwatch import Lap, alternated, timed
from indicators.ledger_books import LedgerWanted, ledger_file
from indicators.models import DataElement, WorkbookImport
from indicators.month_books.mapping import from_json
from indicators.services import imports

EXPORTS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.books")
    parser.add_argument("--villages", type=int, default=50_000)
    given = parser.parse_args()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "bench_books"  # made for the measurement, and gone after it
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        execute("SET statement_timeout = 0")
        write("Workbooks", _measured(given.villages))
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    print(FILE.read_text(encoding="utf-8"))


def _measured(count: int) -> str:
    officer = make(count)
    path = Path(tempfile.mkdtemp()) / "month.xlsx"
    cells = books_beside.make_workbook(path, count)
    took = [
        _import("every figure new", officer, path, empty_ledger),
        _import("every figure changed", officer, path, lambda: fill_ledger(1)),
        _import("nothing changed", officer, path, lambda: None),
    ]
    floor = books_beside.floor(path, keyed=True), books_beside.floor(path, keyed=False)
    export = _exports()
    memory = _memory(officer, path)
    stock = books_beside.stock_lines(FEW), books_beside.stock_wide(FEW)
    return report(Found(count, cells, took, memory, floor, stock, export))


def _memory(officer: User, path: Path) -> dict[str, dict[str, int]]:
    """Reading, writing and exporting, each in a process of its own."""
    fill_ledger(1)
    connection.commit()
    database, workbook = connection.settings_dict["NAME"], _uploaded(officer, path)
    imports.import_map(
        workbook=workbook, mapping=from_json(workbook.mapping), month=MONTH, actor=officer, now=timezone.now()
    )
    found = {"read": of_import(database, workbook.pk)}
    imports.import_apply(workbook=workbook, actor=officer, now=timezone.now())
    found["write"] = of_import(database, workbook.pk)
    found["parser"] = {"most": parser_memory(path, "数据")}
    found["export of a tenth"] = of_export(database, "6400000")
    found["export"] = of_export(database, "64")
    return found


def _uploaded(officer: User, path: Path) -> WorkbookImport:
    with path.open("rb") as file:
        sent = TemporaryUploadedFile(path.name, "", path.stat().st_size, None)
        sent.write(file.read())
        sent.seek(0)
        workbook = imports.import_upload(upload=sent, month=MONTH, actor=officer, now=timezone.now())
        sent.close()
    return workbook


def _import(name: str, officer: User, path: Path, prepare: Callable[[], None]) -> Took:
    prepare()
    execute("CHECKPOINT")
    now = timezone.now()
    child = _child_seconds()
    found: list[WorkbookImport] = []

    def upload() -> None:
        found.append(_uploaded(officer, path))

    def read() -> None:
        imports.import_map(
            workbook=found[0], mapping=from_json(found[0].mapping), month=MONTH, actor=officer, now=now
        )
        imports.import_run(import_id=found[0].pk, tick=timezone.now)

    def apply() -> None:
        if WorkbookImport.objects.get(pk=found[0].pk).to_write:
            imports.import_apply(workbook=found[0], actor=officer, now=now)
            imports.import_run(import_id=found[0].pk, tick=timezone.now)

    laps = timed(upload), timed(read), timed(apply)
    done = WorkbookImport.objects.get(pk=found[0].pk)
    print(name, done.state, done.counts, [round(lap.wall, 1) for lap in laps], flush=True)
    return Took(name, *laps, _child_seconds() - child)


def _exports() -> tuple[Lap, Lap]:
    """The ledger of that month, by us and by the writer alone with everything at hand."""
    elements = list(DataElement.objects.filter(code__in=ELEMENTS))
    figures = rows(
        "SELECT v.code, v.name, array_agg(l.m10::float8 ORDER BY l.element_id) FROM indicators_ledgerline l "
        f"JOIN villages_village v ON v.id = l.village_id WHERE l.year = {MONTH.year} GROUP BY v.id"
    )

    def ours() -> None:
        ledger_file(LedgerWanted("64", [MONTH], elements, "台账")).close()

    def alone() -> None:
        with tempfile.TemporaryFile() as file, Workbook(file, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for at, (code, name, values) in enumerate(figures):
                for column, text in enumerate((code, name, name, "2025-10", "填报中")):
                    sheet.write_string(at, column, text)
                for column, value in enumerate(values, start=5):
                    sheet.write_number(at, column, value)

    return alternated(ours, alone, EXPORTS)


def _child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
