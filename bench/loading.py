"""Filling the database with a number of villages, by COPY."""

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


def load(count: int) -> Programme:
    """Empty the database and load `count` villages with two years of figures."""
    execute(EMPTY)
    places = divisions.places(count)
    areas = {place.code[:length] for place in places for length in (0, 2, 4, 6)}
    # Some counties have published no growth of their own: the city's, else the province's is taken.
    programme = make_programme(sorted(area for area in areas if len(area) < 6 or area[-1] != "1"))
    connection.commit()
    execute("SET session_replication_role = replica")  # no look at each foreign key: they are right as made
    _copy(programme, places)
    execute("SET session_replication_role = DEFAULT")
    connection.commit()
    settle()
    return programme


def settle() -> None:
    """Let the database clean up what was loaded, so that it does not do so during a measurement."""
    connection.commit()
    connection.set_autocommit(True)
    for table in (*TABLES, "indicators_verdict"):
        execute(f"VACUUM ANALYZE {table}")
    execute("CHECKPOINT")


def _copy(programme: Programme, places: list[divisions.Place]) -> None:
    models = ledger.prototypes()
    which = list(enumerate(ledger.chosen(len(places)), 1))
    copy_in(
        "villages_village",
        "id, code, name, township_name",
        (f"{pk}\t{place.code}\t{place.name}\t{place.township}\n" for pk, place in enumerate(places, 1)),
    )
    kinds = [kind.pk for kind in programme.kinds.order_by("code")]
    copy_in(
        "villages_enrolment",
        "programme_id, village_id, kind_id, is_demonstration",
        (f"{programme.pk}\t{pk}\t{kinds[model % 3 == 0]}\tt\n" for pk, model in which),
    )
    copy_in(
        "indicators_monthlyreport",
        "village_id, month, status, version, is_demonstration",
        _reports(models, which),
    )
    _copy_lines(models, which)
    _copy_judgements(programme, models, which)


def _reports(models: list[ledger.Prototype], which: list[tuple[int, int]]) -> Iterator[str]:
    months = [f"{year}-{month:02d}-01" for year, month in product(ledger.YEARS, range(1, 13))]
    texts = [
        [f"\t{month}\t{state}\t1\tt\n" for month, state in zip(months, model.states, strict=True)]
        for model in models
    ]
    return ("".join(f"{pk}{text}" for text in texts[model]) for pk, model in which)


def _copy_lines(models: list[ledger.Prototype], which: list[tuple[int, int]]) -> None:
    ids = dict(DataElement.objects.values_list("code", "pk"))
    elements = [ids[code] for code in ELEMENTS]
    for place, year in enumerate(ledger.YEARS):
        texts = [
            [
                f"\t{element}\t{line}\n"
                for element, line in zip(elements, model.lines[place * 25 : place * 25 + 25], strict=True)
            ]
            for model in models
        ]
        copy_in(
            "indicators_ledgerline",
            f"year, village_id, element_id, {', '.join(MONTH_COLUMNS)}",
            ("".join(f"{year}\t{pk}{text}" for text in texts[model]) for pk, model in which),
        )


def _copy_judgements(
    programme: Programme, models: list[ledger.Prototype], which: list[tuple[int, int]]
) -> None:
    standard = Standard.objects.get(programme=programme, code="Q01").pk
    copy_in(
        "indicators_judgement",
        "standard_id, village_id, year, is_met, note, by_id, at",
        (
            f"{standard}\t{pk}\t{YEAR}\t{models[model].judged}\tas seen\t1\t2026-01-10\n"
            for pk, model in which
            if models[model].judged
        ),
    )
