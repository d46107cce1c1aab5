"""From ledger lines to figures: rows (village_id, leaf, value, latest), one select per way of reading."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.engine.formula import YEARLY, Fold
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Element
from indicators.engine.sql.columns import Columns, Figure
from indicators.engine.sql.expressions import quotient
from indicators.engine.sql.parameters import Parameters
from indicators.models import MONTH_COLUMNS

EVERY_MONTH = 4095
NUMBERS = {fold: number for number, fold in enumerate(Fold)}  # quicker to compare than a text
NO_FACTS = "SELECT NULL::bigint AS village_id, 0 AS leaf, NULL::numeric AS value, 0 AS latest WHERE false"


@dataclass(frozen=True, slots=True)
class Way:
    """How some figures are read: figures of one way share a select."""

    name: str
    period: Period
    lag: int

    @property
    def year(self) -> int:
        return self.period.year - self.lag

    @property
    def months(self) -> int:
        """How many months of the year lie in the period."""
        return self.period.month


def way_of(figure: Figure) -> Way:
    """Say how a figure is read."""
    fold, lag = figure.measure.fold, figure.measure.lag
    if fold in {Fold.TOTAL, Fold.LAST_EVER}:
        name = str(fold)
    else:
        name = "corresponding" if fold in YEARLY and lag else "year"
    return Way(name, figure.period, lag)


def accepted_select(columns: Columns) -> str:
    """Select the months that count, as a bit mask per village and year: those that were accepted.

    In the order of the villages: their lines are then read as they lie in the index.
    """
    first, last = _years(columns)
    calendar = f"""
        SELECT day::date AS month, date_part('year', day)::int AS year,
            1 << (date_part('month', day)::int - 1) AS bit
        FROM generate_series({first}, make_date({last:d}, 12, 1)::timestamp, '1 month') day"""
    return f"""
    SELECT * FROM (
        SELECT r.village_id, c.year, bit_or(c.bit) AS bits
        FROM indicators_monthlyreport r
        JOIN ({calendar} OFFSET 0) c USING (month)
        JOIN place USING (village_id)
        WHERE r.status = 'accepted' AND r.month >= {first}
        GROUP BY 1, 2 OFFSET 0
    ) counted ORDER BY village_id"""


def _years(columns: Columns) -> tuple[str, int]:
    """The first month and the last year of which anything is asked."""
    ways = [way_of(figure) for figure in columns.figures]
    last = max((way.period.year for way in ways), default=1)
    if {way.name for way in ways} & {Fold.TOTAL, Fold.LAST_EVER}:
        return "(SELECT min(month) FROM indicators_monthlyreport)", last
    return f"make_date({min((way.year for way in ways), default=last):d}, 1, 1)", last


def fact_select(
    columns: Columns, elements: Mapping[str, Element], first_year: int, parameters: Parameters
) -> str:
    """Select every figure that `columns` names."""
    selects = []
    for way, group in _by_way(columns, elements):
        folds = sorted({figure.measure.fold for figure, _ in group})
        selects.append(SELECTS[way.name](way, _wanted(group, elements, parameters), folds, first_year))
    return "\n    UNION ALL".join(selects) or NO_FACTS


def spread_select(columns: Columns, elements: Mapping[str, Element]) -> str:
    """Select one row per village from the facts: its figures side by side.

    A village's facts are gathered into lists, and each figure is taken out of them. It mostly stands where
    it stands if no line is missing, so there it is looked for first.
    """
    places = {leaf: place for place, leaf in enumerate(_in_order(columns, elements), 1)}
    figures = "".join(
        f", {_taken_out('figures', leaf, places[leaf])} AS f{leaf}"
        f", {_taken_out('months', leaf, places[leaf])} AS d{leaf}"
        for leaf in columns.figures.values()
    )
    return f"""
    SELECT village_id{figures}
    FROM (
        SELECT village_id, array_agg(leaf) AS leaves, array_agg(value) AS figures, array_agg(latest) AS months
        FROM fact GROUP BY village_id OFFSET 0
    ) gathered"""


def _taken_out(values: str, leaf: int, place: int) -> str:
    searched = f"{values}[array_position(leaves, {leaf})]"
    return f"CASE leaves[{place}] WHEN {leaf} THEN {values}[{place}] ELSE {searched} END"


def _in_order(columns: Columns, elements: Mapping[str, Element]) -> list[int]:
    return [leaf for _, group in _by_way(columns, elements) for _, leaf in group]


Group = list[tuple[Figure, int]]


def _by_way(columns: Columns, elements: Mapping[str, Element]) -> list[tuple[Way, Group]]:
    """The figures with their numbers, each way's in the order in which the ledger has its lines."""
    groups: dict[Way, Group] = defaultdict(list)
    figures = sorted(columns.figures.items(), key=lambda each: elements[each[0].measure.element].id)
    for figure, leaf in figures:
        groups[way_of(figure)].append((figure, leaf))
    return list(groups.items())


def _wanted(group: Group, elements: Mapping[str, Element], parameters: Parameters) -> str:
    rows = ", ".join(
        f"({parameters.add(elements[measure.element].id)}::bigint, {leaf:d}, {NUMBERS[measure.fold]})"
        for measure, leaf in ((figure.measure, leaf) for figure, leaf in group)
    )
    return f"(VALUES {rows}) w(element_id, leaf, fold)"


def _year(way: Way, wanted: str, folds: list[Fold], first_year: int) -> str:
    months = _counted("l", "k.bits", way.months)
    return f"""
    SELECT l.village_id, w.leaf, {_by_fold(folds, months)} AS value,
        {_latest(str(way.year), months)} AS latest
    FROM {wanted}
    JOIN indicators_ledgerline l ON l.element_id = w.element_id AND l.year = {way.year:d}
    JOIN accepted k ON k.village_id = l.village_id AND k.year = {way.year:d}"""


def _corresponding(way: Way, wanted: str, folds: list[Fold], first_year: int) -> str:
    """A year earlier: the very same months as are known this year, and every one of them must be there.

    `known` and `there` are bit masks of the months with a figure that counts, this year and then.
    """
    columns = MONTH_COLUMNS[: way.months]
    same = [
        f"CASE WHEN known & {1 << place:d} <> 0 THEN {column} END" for place, column in enumerate(columns)
    ]
    whole = [fold for fold in folds if fold is not Fold.LAST]
    rest = f"ELSE CASE WHEN known & ~there = 0 THEN {_by_fold(whole, same, 'fold')} END" if whole else ""
    last = _by_latest(
        f"CASE WHEN there & {1 << place:d} <> 0 THEN {m} END" for place, m in enumerate(columns)
    )
    latest = _by_latest(map(str, range(len(columns))))
    return f"""
    SELECT village_id, leaf, CASE fold WHEN {NUMBERS[Fold.LAST]} THEN {last} {rest} END AS value,
        {way.period.year:d} * 12 + {latest} AS latest
    FROM (
        SELECT c.village_id, w.leaf, w.fold, {", ".join(f"e.{column}" for column in columns)},
            ck.bits & ({_filled("c", columns)}) AS known,
            coalesce(ek.bits & ({_filled("e", columns)}), 0) AS there
        FROM {wanted}
        JOIN indicators_ledgerline c ON c.element_id = w.element_id AND c.year = {way.period.year:d}
        JOIN accepted ck ON ck.village_id = c.village_id AND ck.year = {way.period.year:d}
        LEFT JOIN indicators_ledgerline e
            ON e.year = {way.year:d} AND e.village_id = c.village_id AND e.element_id = c.element_id
        LEFT JOIN accepted ek ON ek.village_id = c.village_id AND ek.year = {way.year:d}
        OFFSET 0
    ) pair
    WHERE known <> 0"""


def _filled(line: str, columns: Sequence[str]) -> str:
    """The bit mask of a line's months with a figure."""
    return " | ".join(
        f"CASE WHEN {line}.{column} IS NULL THEN 0 ELSE {1 << place:d} END"
        for place, column in enumerate(columns)
    )


def _by_latest(values: Iterable[str]) -> str:
    """Choose by the latest month of the mask `known`."""
    cases = (f"WHEN known >= {1 << place:d} THEN {value}" for place, value in _from_december(list(values)))
    return f"CASE {' '.join(cases)} END"


def _total(way: Way, wanted: str, folds: list[Fold], first_year: int) -> str:
    return _through_years(way, wanted, f"l.year BETWEEN {first_year:d} AND {way.year:d}", Fold.TOTAL)


def _last_ever(way: Way, wanted: str, folds: list[Fold], first_year: int) -> str:
    return _through_years(way, wanted, f"l.year <= {way.year:d}", Fold.LAST_EVER)


def _through_years(way: Way, wanted: str, years: str, fold: Fold) -> str:
    cut = (1 << way.months) - 1
    months = _counted("l", f"(k.bits & CASE WHEN l.year = {way.year:d} THEN {cut:d} ELSE {EVERY_MONTH} END)")
    totals = {
        Fold.TOTAL: f"sum({_sum(months)})",
        Fold.LAST_EVER: f"(array_agg({_last(months)} ORDER BY l.year DESC))[1]",
    }
    return f"""
    SELECT l.village_id, w.leaf, {totals[fold]} AS value, max({_latest("l.year", months)}) AS latest
    FROM {wanted}
    JOIN indicators_ledgerline l ON l.element_id = w.element_id AND {years}
    JOIN accepted k ON k.village_id = l.village_id AND k.year = l.year
    WHERE {_last(months)} IS NOT NULL
    GROUP BY 1, 2"""


SELECTS = {
    "year": _year,
    "corresponding": _corresponding,
    "total": _total,
    "last_ever": _last_ever,
}


def _counted(line: str, bits: str, until: int = 12) -> list[str]:
    """The months of a line up to `until`, NULL where the month was not accepted."""
    return [
        f"CASE WHEN {bits} & {1 << place:d} <> 0 THEN {line}.{column} END"
        for place, column in enumerate(MONTH_COLUMNS[:until])
    ]


def _by_fold(folds: Sequence[Fold], months: list[str], wanted: str = "w.fold") -> str:
    """One expression for every fold of a select; the column `wanted` says which one a row wants."""
    cases = " ".join(f"WHEN {NUMBERS[fold]} THEN {_fold(fold, months)}" for fold in folds)
    return f"CASE {wanted} {cases} END"


def _fold(fold: Fold, months: list[str]) -> str:
    listed = ", ".join(months)
    return {
        Fold.SUM: lambda: _sum(months),
        Fold.LAST: lambda: _last(months),
        Fold.AVERAGE: lambda: quotient(_sum(months), f"num_nonnulls({listed})::numeric"),
        Fold.LOWEST: lambda: f"LEAST({listed})",
        Fold.MONTH_COUNT: lambda: f"num_nonnulls({listed})::numeric",
    }[fold]()


def _sum(months: Sequence[str]) -> str:
    """Add up what there is; nothing where nothing is."""
    added = " + ".join(f"coalesce({month}, 0)" for month in months)
    return f"CASE WHEN {_last(months)} IS NOT NULL THEN {added} END"


def _last(months: Sequence[str]) -> str:
    return f"coalesce({', '.join(reversed(months))})"


def _latest(year: str, months: Sequence[str]) -> str:
    """The index of the latest month with a value (Period.index)."""
    places = " ".join(f"WHEN {month} IS NOT NULL THEN {place}" for place, month in _from_december(months))
    return f"{year} * 12 + CASE {places} END"


def _from_december(months: Sequence[str]) -> list[tuple[int, str]]:
    return list(reversed(list(enumerate(months))))
