"""`python -m bench.months`: what typing costs the server, written into bench/results-months.md."""

import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median

from bench import setting

setting.up()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.stopwatch import timed
from bench.township import OPEN, TOWNSHIP, make

FILE = Path(__file__).with_name("results-months.md")
HEAD = "# What a month's entry costs\n"
ROUNDS, CALLS = 15, 40
GRID = f"/indicators/grid/{TOWNSHIP}/{OPEN.year}/{OPEN.month}/"


def main() -> None:
    own = "bench_months"  # a database of its own: made for the measurement, and gone after it
    connection.settings_dict["TEST"]["NAME"] = own
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        settings.ROOT_URLCONF = "bench.bare_pages"
        settings.ALLOWED_HOSTS = ["testserver"]
        write("The grid", _grid_and_cells())
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    print(FILE.read_text(encoding="utf-8"))


def write(title: str, text: str) -> None:
    """Put a section into the file, in place of an older one of that title."""
    known = FILE.read_text(encoding="utf-8") if FILE.exists() else HEAD
    section = f"## {title}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    kept = pattern.sub("", known).rstrip()
    FILE.write_text(f"{kept}\n\n{section}", encoding="utf-8")


def _grid_and_cells() -> str:
    person = make()
    client = Client()
    client.force_login(person)
    _fill_the_bare_table(person)
    from bench import bare_pages

    works: dict[str, Callable[[], object]] = {
        "empty": lambda: client.get("/empty/"),
        "table": lambda: client.get("/table/"),
        "print": bare_pages.print_table,
        "cell": _Typist(client, person.pk).type,
        "grid": lambda: client.get(GRID),
    }
    laps = _in_turns(works)
    return _report(laps, _queries(client, "/empty/"), _queries(client, GRID))


def _fill_the_bare_table(person) -> None:  # type: ignore[no-untyped-def]  # a User, which Django has to know first
    from bench import bare_pages
    from indicators.views.figure_texts import writer_of
    from indicators.views.grid_desk import month_grid

    grid = month_grid(person, TOWNSHIP, OPEN.year, OPEN.month, timezone.now())
    bare_pages.names[:] = [element.name for element in grid.elements]
    bare_pages.rows[:] = [
        (
            sheet.village.name,
            [writer_of(element)(sheet.figures.get(element.pk, "")) for element in grid.elements],
        )
        for sheet in grid.sheets
    ]


class _Typist:
    """Types another figure into the same cell, again and again."""

    def __init__(self, client: Client, user: int) -> None:
        from indicators.models import DataElement

        self.client, self.user, self.version, self.figure = client, user, 1, 0
        self.element = str(DataElement.objects.get(code="employed").pk)

    def type(self) -> None:
        self.figure += 1
        batch = {"village": f"{TOWNSHIP}200", "month": f"{OPEN:%Y-%m}", "version": self.version}
        data = {"user": self.user, "batches": [batch | {"cells": {self.element: str(self.figure)}}]}
        sent = json.dumps(data)
        found = self.client.post("/indicators/grid/cells/", sent, content_type="application/json").json()
        [answer] = found["batches"]
        if answer["cells"][self.element]["state"] != "saved":
            raise RuntimeError(answer)
        self.version = answer["version"]


def _in_turns(works: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Milliseconds of this process's and of PostgreSQL's processors for each call, medians of many turns."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            work()
            lap = timed(lambda work=work: [work() for _ in range(CALLS)])  # type: ignore[misc]  # bound now
            found[name].append((lap.client * 1000 / CALLS, lap.server * 1000 / CALLS))
    return {
        name: (median(client for client, _ in laps), median(server for _, server in laps))
        for name, laps in found.items()
    }


def _queries(client: Client, url: str) -> int:
    """Statements that read or write, without BEGIN and COMMIT."""
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return sum(query["sql"] not in {"BEGIN", "COMMIT"} for query in captured.captured_queries)


def _report(laps: dict[str, tuple[float, float]], of_empty: int, of_grid: int) -> str:
    def ratio(name: str, other: str) -> str:
        python = laps[name][0] / laps[other][0]
        both = sum(laps[name]) / sum(laps[other])
        return f"{python:.2f} x ({both:.2f} x with PostgreSQL)"

    def row(name: str, what: str) -> str:
        python, server = laps[name]
        return f"| {what} | {python:.2f} ms | {server:.2f} ms |"

    only_printed = laps["grid"][0] / laps["print"][0]
    grid = "grid of 40 x 25, against a logged-in view that prints the same table by a bare template"
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    return f"""
Measured {datetime.now().astimezone():%Y-%m-%d}: processor time of a request, Python's and PostgreSQL's,
medians of {ROUNDS} turns of {CALLS} calls each; 40 villages, 25 elements, two years in the ledger.
Load average at the end: {load}.

| | Python | PostgreSQL |
| --- | --- | --- |
{row("empty", "an empty view, logged in")}
{row("cell", "one cell saved: parsed, checked, written, history, audit")}
{row("print", "the table printed by a bare template, its figures at hand, no request")}
{row("table", "a logged-in view that prints it")}
{row("grid", "the grid: read, laid out, printed in the site's frame")}

| measure | reach | measured |
| --- | --- | --- |
| one cell saved, against an empty logged-in view | at most 3 x | {ratio("cell", "empty")} |
| {grid} | at most 3 x | {ratio("grid", "table")} |
| the same against the printing alone, without request, login and reading | | {only_printed:.2f} x |
| queries of the grid | at most 8 | {of_grid}, of which an empty view makes {of_empty} |
"""


if __name__ == "__main__":
    main()
