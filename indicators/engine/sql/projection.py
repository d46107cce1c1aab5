"""The rest of a running year as it may come, in SQL; projecting.py says the same in Python.

A forecast is the ordinary statement over other tables: common table expressions under the names of the ledger
and of the months stand before those, with every month of the running year as if it had been accepted.
"""

from collections.abc import Iterable

from indicators.engine.formula import Fold
from indicators.engine.interpreting.projecting import AMOUNTS
from indicators.engine.periods import DECEMBER, Period
from indicators.engine.sql.expressions import quotient
from indicators.engine.sql.parameters import Parameters
from indicators.models import MONTH_COLUMNS

MONTHS = range(1, DECEMBER + 1)
NOW, BEFORE = ([f"{year}{month:02d}" for month in MONTHS] for year in ("c", "e"))


def stand_ins(elements: Iterable[int], until: Period, few: bool, parameters: Parameters) -> list[str]:
    """Return the tables that take the place of ledger and months; they are to stand behind `place`.

    For `few` villages they hold what those have: a view would be read from end to end. For many they are
    views: what is held has no statistics, and the planner would join it row by row.
    """
    year, wanted = until.year, parameters.integers(sorted(elements))
    columns, kept = ", ".join(MONTH_COLUMNS), "MATERIALIZED" if few else "NOT MATERIALIZED"
    here = "JOIN place USING (village_id)" if few else ""
    return [
        f"counted AS MATERIALIZED ({_counted(until)})",
        f"projected AS MATERIALIZED ({_projected(year, wanted)})",
        f"""indicators_ledgerline AS {kept} (
    SELECT year, village_id, element_id, {columns} FROM indicators_ledgerline {here} WHERE year < {year:d}
    UNION ALL SELECT {year:d}::smallint, village_id, element_id, {columns} FROM projected)""",
        f"""indicators_monthlyreport AS {kept} (
    SELECT village_id, month, status FROM indicators_monthlyreport {here}
    WHERE month < make_date({year:d}, 1, 1)
    UNION ALL SELECT village_id, make_date({year:d}, month, 1), 'accepted'::varchar
    FROM place, generate_series(1, {DECEMBER}) AS month)""",
    ]


def _counted(until: Period) -> str:
    """The months that were accepted this year and last, as a bit mask."""
    first = f"make_date({until.year - 1:d}, 1, 1)"
    return f"""
    SELECT r.village_id, date_part('year', r.month)::int AS year,
        bit_or(1 << (date_part('month', r.month)::int - 1)) AS bits
    FROM indicators_monthlyreport r JOIN place USING (village_id)
    WHERE r.status = 'accepted'
        AND r.month BETWEEN {first} AND make_date({until.year:d}, {until.month:d}, 1)
    GROUP BY 1, 2"""


def _projected(year: int, elements: str) -> str:
    """The running year's lines: what is known, and after the last known month what may come."""
    months = ", ".join(f"{_month(month)} AS {MONTH_COLUMNS[month - 1]}" for month in MONTHS)
    whole = " ".join(f"WHEN {at} THEN num_nulls({_listed(BEFORE[at:])}) = 0" for at in MONTHS[:-1])
    return f"""
    SELECT village_id, element_id, {months}
    FROM (SELECT *, CASE at {whole} END
        AND CASE WHEN is_scaled THEN base ELSE then_newest END IS NOT NULL AS is_whole
    FROM (SELECT *, {_base()} AS base
    FROM ({_earlier(year, elements)} OFFSET 0) earlier OFFSET 0) based OFFSET 0) compared"""


def _base() -> str:
    """What last year had come to by the same months; NULL where that is no measure of a pace."""
    same = " + ".join(
        f"CASE WHEN {now} IS NULL THEN 0 ELSE {before} END" for now, before in zip(NOW, BEFORE, strict=True)
    )
    base = f"CASE WHEN aggregation = '{Fold.LAST}' THEN then_newest ELSE {same} END"
    return f"(SELECT CASE WHEN amount > 0 THEN amount END FROM (SELECT {base} AS amount) AS found)"


def _earlier(year: int, elements: str) -> str:
    """The lines with what last year said in the last known month, and had added up to by then."""
    then = " ".join(f"WHEN {at} THEN {column}" for at, column in enumerate(BEFORE, 1))
    so_far = " ".join(f"WHEN {at} THEN {_sum(BEFORE[:at])}" for at in MONTHS)
    return f"""
    SELECT *, CASE at {then} END AS then_newest, CASE at {so_far} END AS then_so_far
    FROM ({_known(year, elements)} OFFSET 0) known"""


def _known(year: int, elements: str) -> str:
    """The lines with their first and last known month, their total and average and what bounds them."""
    from_december = list(reversed(list(enumerate(NOW, 1))))
    at = " ".join(f"WHEN {column} IS NOT NULL THEN {month}" for month, column in from_december)
    first = " ".join(f"WHEN {column} IS NOT NULL THEN {month}" for month, column in enumerate(NOW, 1))
    total = _sum(NOW)
    return f"""
    SELECT *, CASE {at} END AS at, coalesce({_listed(reversed(NOW))}) AS newest,
        CASE WHEN is_cumulative THEN 0 ELSE CASE {first} END END AS first_at,
        CASE WHEN is_cumulative THEN 0 ELSE coalesce({_listed(NOW)}) END AS oldest,
        {total} AS total, {quotient(total, f"num_nonnulls({_listed(NOW)})::numeric")} AS average,
        aggregation <> '{Fold.LAST}' OR is_cumulative AS is_scaled,
        coalesce(minimum, LEAST(0, {_listed(NOW)})) AS lowest
    FROM ({_lines(year, elements)} OFFSET 0) lines"""


def _lines(year: int, elements: str) -> str:
    """The lines of this year, c01 to c12, and of last year, e01 to e12: accepted months alone."""
    amounts = ", ".join(f"'{kind}'" for kind in sorted(AMOUNTS))
    return f"""
    SELECT c.village_id, c.element_id, d.aggregation, d.places::int AS places, d.minimum, d.is_cumulative,
        coalesce(d.maximum, CASE WHEN d.value_type = 'boolean' THEN 1 END) AS maximum,
        d.aggregation = '{Fold.LAST}' AND d.value_type NOT IN ({amounts}) AS is_kept,
        {_accepted("c", "ck", NOW)}, {_accepted("e", "ek", BEFORE)}
    FROM place p
    JOIN indicators_ledgerline c ON c.village_id = p.village_id AND c.year = {year:d}
    JOIN indicators_dataelement d ON d.id = c.element_id
    JOIN counted ck ON ck.village_id = p.village_id AND ck.year = {year:d}
    LEFT JOIN indicators_ledgerline e
        ON e.village_id = p.village_id AND e.element_id = c.element_id AND e.year = {year - 1:d}
    LEFT JOIN counted ek ON ek.village_id = p.village_id AND ek.year = {year - 1:d}
    WHERE c.element_id = ANY({elements})"""


def _accepted(line: str, months: str, names: Iterable[str]) -> str:
    return ", ".join(
        f"CASE WHEN {months}.bits & {1 << place:d} <> 0 THEN {line}.{column} END AS {name}"
        for place, (column, name) in enumerate(zip(MONTH_COLUMNS, names, strict=True))
    )


def _month(month: int) -> str:
    """A month of the projected line: bounds that are not there (NULL) bound nothing."""
    figure = f"CASE aggregation WHEN '{Fold.LAST}' THEN {_level(month)} ELSE {_flow(month)} END"
    return (
        f"CASE WHEN at < {month:d} THEN LEAST(GREATEST(round({figure}, places), lowest), maximum)"
        f" ELSE {NOW[month - 1]} END"
    )


def _level(month: int) -> str:
    before = BEFORE[month - 1]
    scaled = quotient(f"newest * {before}", "base")
    rise = quotient(f"(newest - oldest) * ({month:d} - at)", "at - first_at")
    return (
        f"CASE WHEN is_kept THEN newest WHEN is_whole AND is_scaled THEN {scaled}"
        f" WHEN is_whole THEN newest + {before} - then_newest ELSE newest + coalesce({rise}, 0) END"
    )


def _flow(month: int) -> str:
    """The difference of two rounded sums: what is left of the year adds up."""
    until, earlier = (_ahead(each) for each in (month, month - 1))
    return f"round({until}, places) - round({earlier}, places)"


def _ahead(month: int) -> str:
    """What a flow comes to from the last known month to this one."""
    scaled = quotient(f"({_sum(BEFORE[:month])} - then_so_far) * total", "base")
    return f"CASE WHEN is_whole THEN {scaled} ELSE average * ({month:d} - at) END"


def _sum(columns: Iterable[str]) -> str:
    return " + ".join(f"coalesce({column}, 0)" for column in columns) or "0"


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(columns)
