"""What the villages of an area add up to, month by month: townships, counties, prefectures, provinces.

A row (AreaLine) holds for every month k the sum of the villages' values of the year so far as of k, by each
element's own aggregation, and how many villages have one. The write that makes a village's figures count
carries the difference upwards (`area_sums_kept`); at night everything is compared with the ledger and put
right (`repair_county`, `repair_wider`). Both hold a lock of the year: writes share it, a repair is alone.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import execute_values

from common.divisions import Level
from indicators.engine.periods import Period
from indicators.models import MONTH_COLUMNS
from villages.models import Village

LEVELS = (Level.TOWNSHIP, Level.COUNTY, Level.PREFECTURE, Level.PROVINCE)
PLACES = 4  # what the columns hold: an average is rounded
LOCK_OF_YEARS, LOCK_OF_VILLAGES = 7_001, 7_002  # the first key of advisory locks
SUMS = tuple(f"v{month[1:]}" for month in MONTH_COLUMNS)
COUNTS = tuple(f"n{month[1:]}" for month in MONTH_COLUMNS)
COLUMNS = (*SUMS, *COUNTS)
PAIRS = tuple(zip(SUMS, COUNTS, strict=True))

Row = tuple[Decimal, ...]  # twelve sums, then twelve counts


@contextmanager
def area_sums_kept(villages: Collection[Village], year: int) -> Iterator[None]:
    """Carry upwards what the enclosed writes change in the accepted figures of `villages` in `year`."""
    ids = sorted(village.pk for village in villages)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK_OF_YEARS, year])
        for pk in ids:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_OF_VILLAGES, pk % 2**31])
        before = _township_rows(cursor, ids, year)
        yield
        after = _township_rows(cursor, ids, year)
        _carry(cursor, year, list(_differences(before, after)))


@transaction.atomic
def repair_county(county: str, year: int) -> int:
    """Compare a county's rows and its townships' with the ledger; put right and return how many differed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_OF_YEARS, year])
        fresh = _fresh_select("v.code LIKE %(inside)s", (Level.TOWNSHIP, Level.COUNTY))
        values = {"year": year, "inside": f"{county}%"}
        stored = "o.area_code LIKE %(inside)s AND length(o.area_code) >= 6"
        return _replace(cursor, fresh, stored, values)


@transaction.atomic
def repair_wider(year: int) -> int:
    """Compare prefectures and provinces with the counties they are made of; return how many rows differed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_OF_YEARS, year])
        listed = ", ".join(f"sum({column}) AS {column}" for column in COLUMNS)
        fresh = f"""
            SELECT left(area_code, level.digits) AS area_code, element_id, {listed}
            FROM indicators_arealine CROSS JOIN (VALUES (4), (2)) AS level (digits)
            WHERE year = %(year)s AND length(area_code) = 6 GROUP BY 1, 2"""
        return _replace(cursor, fresh, "length(o.area_code) < 6", {"year": year})


def village_values(township: str, period: Period) -> dict[tuple[str, int], tuple[Decimal | None, int]]:
    """The values of the year so far of a township's villages as of a month, by village code and element."""
    with connection.cursor() as cursor:
        fresh = _fresh_select("v.code LIKE %(inside)s", (Level.VILLAGE,))
        value, count = SUMS[period.month - 1], COUNTS[period.month - 1]
        cursor.execute(
            f"SELECT area_code, element_id, {value}, {count} FROM ({fresh}) f WHERE {count} > 0",
            {"year": period.year, "inside": f"{township}%"},
        )
        return {(code, element): (number, known) for code, element, number, known in cursor.fetchall()}


def _township_rows(cursor: Any, ids: list[int], year: int) -> dict[tuple[str, int], Row]:
    cursor.execute(
        _fresh_select("v.id = ANY(%(ids)s)", (Level.TOWNSHIP,)) + " ORDER BY 1, 2", {"ids": ids, "year": year}
    )
    return {(code, element): tuple(figures) for code, element, *figures in cursor.fetchall()}


def _differences(
    before: dict[tuple[str, int], Row], after: dict[tuple[str, int], Row]
) -> Iterator[tuple[Any, ...]]:
    nothing = (Decimal(0),) * len(COLUMNS)
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, nothing), after.get(key, nothing)
        if old != new:
            yield (*key, *((b or 0) - (a or 0) for a, b in zip(old, new, strict=True)))


def _carry(cursor: Any, year: int, rows: list[tuple[Any, ...]]) -> None:
    """Add differences of townships to them and to everything above, in one order: nobody waits in a ring.

    A sum is empty as long as no village has a value.
    """
    if not rows:
        return
    listed = ", ".join(COLUMNS)
    digits = ", ".join(f"({level:d})" for level in LEVELS)
    added = ", ".join(
        [f"CASE WHEN sum({n}) <> 0 OR sum({v}) <> 0 THEN sum({v}) END" for v, n in PAIRS]
        + [f"sum({n})" for n in COUNTS]
    )
    sums = ", ".join(
        f"{v} = CASE WHEN o.{n} + EXCLUDED.{n} <> 0 THEN coalesce(o.{v}, 0) + coalesce(EXCLUDED.{v}, 0) END"
        for v, n in PAIRS
    )
    counts = ", ".join(f"{n} = o.{n} + EXCLUDED.{n}" for n in COUNTS)
    execute_values(
        cursor,
        f"""
        INSERT INTO indicators_arealine AS o (year, area_code, element_id, {listed})
        SELECT {year:d}, left(township, digits), element_id, {added}
        FROM (VALUES %s) AS d (township, element_id, {listed}) CROSS JOIN (VALUES {digits}) AS level (digits)
        GROUP BY 2, 3 ORDER BY 2, 3
        ON CONFLICT (year, area_code, element_id) DO UPDATE SET {sums}, {counts}""",
        rows,
        page_size=len(rows),
    )


def _replace(cursor: Any, fresh: str, stored: str, values: dict[str, Any]) -> int:
    """Make the stored rows of the year say what `fresh` says; write and count only those that differ."""
    listed = ", ".join(COLUMNS)
    old, new = (", ".join(f"{table}.{column}" for column in COLUMNS) for table in ("o", "f"))
    cursor.execute(
        f"""
        DELETE FROM indicators_arealine o WHERE o.year = %(year)s AND {stored}
            AND (o.area_code, o.element_id) NOT IN (SELECT area_code, element_id FROM ({fresh}) f)""",
        values,
    )
    gone = cursor.rowcount
    cursor.execute(
        f"""
        MERGE INTO indicators_arealine o USING ({fresh}) f
            ON o.year = %(year)s AND o.area_code = f.area_code AND o.element_id = f.element_id
        WHEN MATCHED AND ({old}) IS DISTINCT FROM ({new}) THEN UPDATE SET ({listed}) = ROW ({new})
        WHEN NOT MATCHED THEN INSERT (year, area_code, element_id, {listed})
            VALUES (%(year)s, f.area_code, f.element_id, {new})""",
        values,
    )
    return gone + int(cursor.rowcount)


def _fresh_select(villages: str, levels: Collection[Level]) -> str:
    """Add up the accepted figures of the villages that `villages` chooses: by area and element."""
    digits = ", ".join(f"({level:d})" for level in levels)
    counted = ", ".join(
        f"CASE WHEN k.bits & {1 << place:d} <> 0 THEN l.{column} END AS {column}"
        for place, column in enumerate(MONTH_COLUMNS)
    )
    so_far = ", ".join(f"{_so_far(place)} AS {SUMS[place]}" for place in range(12))
    added = ", ".join([f"sum({v}) AS {v}" for v in SUMS] + [f"count({v}) AS {n}" for v, n in PAIRS])
    return f"""
        SELECT left(code, digits) AS area_code, element_id, {added}
        FROM (
            SELECT code, element_id, {so_far}
            FROM (
                SELECT v.code, l.element_id, e.aggregation, {counted}
                FROM indicators_ledgerline l
                JOIN villages_village v ON v.id = l.village_id
                JOIN indicators_dataelement e ON e.id = l.element_id
                JOIN LATERAL (
                    SELECT bit_or(1 << (date_part('month', r.month)::int - 1)) AS bits
                    FROM indicators_monthlyreport r
                    WHERE r.village_id = l.village_id AND r.status = 'accepted'
                        AND r.month BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 1)
                ) k ON k.bits IS NOT NULL
                WHERE l.year = %(year)s AND {villages}
                OFFSET 0
            ) months
        ) village CROSS JOIN (VALUES {digits}) AS level (digits)
        GROUP BY 1, 2 HAVING num_nonnulls({", ".join(f"max({v})" for v in SUMS)}) > 0"""


def _so_far(place: int) -> str:
    """A village's value of the year so far as of a month, by the element's own aggregation."""
    months = MONTH_COLUMNS[: place + 1]
    added = " + ".join(f"coalesce({month}, 0)" for month in months)
    known = f"num_nonnulls({', '.join(months)})"
    return (
        f"CASE WHEN aggregation = 'last' THEN coalesce({', '.join(reversed(months))})"
        f" WHEN {known} = 0 THEN NULL WHEN aggregation = 'sum' THEN {added}"
        f" ELSE round(({added}) / {known}, {PLACES}) END"
    )
