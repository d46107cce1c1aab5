"""What polars computes from, over two connections at a time."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl
from django.db import connection

from bench.programme import YEAR
from indicators.models import MONTH_COLUMNS, DataElement, Standard
from villages.models import Programme

EARLIER = ("income_per_capita", "collective_income")  # the elements of which last year is needed
FIGURES = ("value", "threshold", "gap")
WRITTEN = ["status", "value", "threshold", "gap", "stretch_met", "data_month"]
VERDICT_TYPES = {
    "standard_id": pl.Int64, "village_id": pl.Int64, "status": pl.String, "value": pl.Float64,
    "threshold": pl.Float64, "gap": pl.Float64, "stretch_met": pl.String, "data_month": pl.Date,
}  # fmt: skip
LINE_TYPES = {"village_id": pl.Int32, "element_id": pl.Int32, **dict.fromkeys(MONTH_COLUMNS, pl.Float64)}


@dataclass(frozen=True)
class Tables:
    """What was read."""

    villages: pl.DataFrame
    now: pl.DataFrame
    then: pl.DataFrame
    judged: pl.DataFrame
    references: pl.DataFrame
    existing: pl.DataFrame
    elements: dict[str, int]
    standards: dict[str, int]
    eco: int


def read(programme: Programme) -> Tables:
    elements = dict(DataElement.objects.values_list("code", "pk"))
    standards = dict(Standard.objects.filter(programme=programme).values_list("code", "pk"))
    queries = _queries(programme, elements, standards)
    with ThreadPoolExecutor(2) as readers:
        frames = readers.map(lambda query: _copy_out(*query), queries.values())
        found = dict(zip(queries, frames, strict=True))
    masks = found.pop("masks")
    for name, year in (("now", YEAR), ("then", YEAR - 1)):
        accepted = masks.filter(pl.col("year") == year).select("village_id", "bits")
        found[name] = found[name].join(accepted, on="village_id")
    eco = programme.kinds.get(code="eco").pk
    return Tables(**found, elements=elements, standards=standards, eco=eco)


def _queries(
    programme: Programme, elements: dict[str, int], standards: dict[str, int]
) -> dict[str, tuple[str, dict]]:
    """What is read, the longest first, with the types of its columns."""
    months = ", ".join(MONTH_COLUMNS)
    inside = f"village_id IN (SELECT village_id FROM villages_enrolment WHERE programme_id = {programme.pk})"
    earlier = ", ".join(str(elements[code]) for code in EARLIER)
    now = (
        f"SELECT village_id, element_id, {months} FROM indicators_ledgerline WHERE year = {YEAR} AND {inside}"
    )
    then = f"""SELECT village_id, element_id, {months} FROM indicators_ledgerline
        WHERE year = {YEAR - 1} AND element_id IN ({earlier}) AND {inside}"""
    existing = f"""SELECT standard_id, village_id, {", ".join(WRITTEN)} FROM indicators_verdict
        WHERE year = {YEAR}"""
    masks = f"""SELECT village_id, date_part('year', month)::int AS year,
            bit_or(1 << (date_part('month', month)::int - 1)) AS bits
        FROM indicators_monthlyreport
        WHERE status = 'accepted' AND month BETWEEN '{YEAR - 1}-01-01' AND '{YEAR}-12-31' AND {inside}
        GROUP BY 1, 2"""
    villages = f"""SELECT v.id AS village_id, v.code, e.kind_id FROM villages_enrolment e
        JOIN villages_village v ON v.id = e.village_id WHERE e.programme_id = {programme.pk}"""
    judged = f"""SELECT village_id, is_met FROM indicators_judgement
        WHERE year = {YEAR} AND standard_id = {standards["Q01"]}"""
    references = f"""SELECT s.code AS series, r.area_code AS area, r.value FROM indicators_referencevalue r
        JOIN indicators_referenceseries s ON s.id = r.series_id WHERE r.year = {YEAR}"""
    return {
        "now": (now, LINE_TYPES),
        "existing": (existing, VERDICT_TYPES),
        "masks": (masks, dict.fromkeys(("village_id", "year", "bits"), pl.Int32)),
        "then": (then, LINE_TYPES),
        "villages": (villages, {"village_id": pl.Int32, "code": pl.String, "kind_id": pl.Int32}),
        "judged": (judged, {"village_id": pl.Int32, "is_met": pl.String}),
        "references": (references, {"series": pl.String, "area": pl.String, "value": pl.Float64}),
    }


def _copy_out(query: str, types: dict) -> pl.DataFrame:
    """Read a query's rows over a connection of its own."""
    own = connection.copy()
    buffer = io.BytesIO()
    with own.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)", buffer)
    own.close()
    if not buffer.tell():
        return pl.DataFrame(schema=types)
    return pl.read_csv(buffer.getvalue(), has_header=False, schema=types)
