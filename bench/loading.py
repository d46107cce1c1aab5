"""Filling the database: some thousand models are copied in, and every village takes over one of them.

Rows are written in the order of their keys, by the database itself: half a million a second or so.
"""

from collections.abc import Iterator
from itertools import product

from django.db import connection

from bench import divisions, ledger
from bench.copying import copy_in, execute
from bench.programme import ELEMENTS, YEAR, make_programme
from indicators.models import MONTH_COLUMNS, DataElement, Standard
from villages.models import Programme

# Everything that is filled, and what hangs on it; emptied before the next size.
ROOTS = (
    "villages_programme", "villages_village", "indicators_dataelement", "indicators_referenceseries",
)  # fmt: skip
EMPTY = f"TRUNCATE {', '.join(ROOTS)} CASCADE"
TABLES = (
    "villages_village", "villages_enrolment", "indicators_monthlyreport", "indicators_ledgerline",
    "indicators_judgement", "indicators_referencevalue",
)  # fmt: skip
MONTHS = ", ".join(MONTH_COLUMNS)
NUMBERS = ", ".join(f"{column} numeric" for column in MONTH_COLUMNS)
# What the database is told for every village: its model, and for every model its figures.
MODELS = f"""
    CREATE TEMP TABLE chosen (village_id bigint, model int, kind int);
    CREATE TEMP TABLE model_line (model int, year int, element_id bigint, {NUMBERS});
    CREATE TEMP TABLE model_month (model int, month date, status text);
    CREATE TEMP TABLE model_judgement (model int, is_met boolean)"""
INDEXES = """
    CREATE INDEX ON model_line (year, model, element_id);
    CREATE INDEX ON model_month (model, month);
    CREATE INDEX ON model_judgement (model);
    ANALYZE chosen; ANALYZE model_line; ANALYZE model_month; ANALYZE model_judgement"""
# One village after the other, each with the rows of its model in order: as the indexes want them.
IN_ORDER = "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_sort = off"
ANY_ORDER = "RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_sort"


def load(count: int) -> Programme:
    """Empty the database and load `count` villages with two years of figures."""
    execute(EMPTY)
    places = divisions.places(count)
    areas = {place.code[:length] for place in places for length in (0, 2, 4, 6)}
    # Some counties have published no growth of their own: the city's, else the province's is taken.
    programme = make_programme(sorted(area for area in areas if len(area) < 6 or area[-1] != "1"))
    connection.commit()
    execute("SET session_replication_role = replica")  # no look at each foreign key: they are right as made
    _copy_villages(places)
    _copy_models(count)
    _fill(programme)
    execute("SET session_replication_role = DEFAULT")
    execute("DROP TABLE chosen, model_line, model_month, model_judgement")
    connection.commit()
    settle()
    return programme


def settle(*tables: str) -> None:
    """Let the database clean up what was written (of everything, or only `tables`), so that it does not do so
    during a measurement."""
    connection.commit()
    connection.set_autocommit(True)
    for table in tables or (*TABLES, "indicators_verdict"):
        execute(f"VACUUM ANALYZE {table}")
    execute("CHECKPOINT")


def _copy_villages(places: list[divisions.Place]) -> None:
    copy_in(
        "villages_village",
        "id, code, name, township_name",
        (f"{pk}\t{place.code}\t{place.name}\t{place.township}\n" for pk, place in enumerate(places, 1)),
    )


def _copy_models(count: int) -> None:
    models = ledger.prototypes()
    ids = dict(DataElement.objects.values_list("code", "pk"))
    execute(MODELS)
    copy_in(
        "chosen",
        "village_id, model, kind",
        (f"{pk}\t{model}\t{int(model % 3 == 0)}\n" for pk, model in enumerate(ledger.chosen(count), 1)),
    )
    elements = [ids[code] for code in ELEMENTS]
    copy_in("model_line", f"model, year, element_id, {MONTHS}", _lines(models, elements))
    copy_in("model_month", "model, month, status", _months(models))
    copy_in(
        "model_judgement",
        "model, is_met",
        (f"{place}\t{model.judged}\n" for place, model in enumerate(models) if model.judged),
    )
    execute(INDEXES)


def _lines(models: list[ledger.Prototype], elements: list[int]) -> Iterator[str]:
    keys = list(product(ledger.YEARS, elements))
    for place, model in enumerate(models):
        for (year, element), line in zip(keys, model.lines, strict=True):
            yield f"{place}\t{year}\t{element}\t{line}\n"


def _months(models: list[ledger.Prototype]) -> Iterator[str]:
    months = [f"{year}-{month:02d}-01" for year, month in product(ledger.YEARS, range(1, 13))]
    for place, model in enumerate(models):
        for month, state in zip(months, model.states, strict=True):
            yield f"{place}\t{month}\t{state}\n"


def _fill(programme: Programme) -> None:
    """Write every village's rows from its model."""
    kinds = list(programme.kinds.order_by("code").values_list("pk", flat=True))
    standard = Standard.objects.get(programme=programme, code="Q01").pk
    execute(IN_ORDER)
    execute(
        "INSERT INTO villages_enrolment (programme_id, village_id, kind_id, is_demonstration, attributes)"
        " SELECT %s, village_id, CASE kind WHEN 0 THEN %s ELSE %s END, true, '{}' FROM chosen",
        [programme.pk, *kinds],
    )
    execute(
        "INSERT INTO indicators_monthlyreport (village_id, month, status, version, is_demonstration)"
        " SELECT village_id, month, status, 1, true FROM chosen JOIN model_month USING (model)"
    )
    for year in ledger.YEARS:
        execute(
            f"INSERT INTO indicators_ledgerline (year, village_id, element_id, {MONTHS})"
            f" SELECT year, village_id, element_id, {MONTHS} FROM chosen JOIN model_line USING (model)"
            f" WHERE year = {year}"
        )
    execute(
        "INSERT INTO indicators_judgement (standard_id, village_id, year, is_met, note, by_id, at)"
        f" SELECT {standard}, village_id, {YEAR}, is_met, 'as seen', 1, '2026-01-10'"
        " FROM chosen JOIN model_judgement USING (model)"
    )
    execute(ANY_ORDER)
