"""From months to figures: one row per village, a column per figure."""

from collections.abc import Callable

import polars as pl

from bench.polars_engine.reading import EARLIER, Tables
from indicators.models import MONTH_COLUMNS

SCALE = 10_000


def _months(suffix: str = "") -> list[pl.Expr]:
    """The twelve months, null where the month was not accepted."""
    bits = pl.col(f"bits{suffix}")
    return [
        pl.when(bits & (1 << place) != 0).then(pl.col(f"{column}{suffix}"))
        for place, column in enumerate(MONTH_COLUMNS)
    ]


def scaled(figure: pl.Expr) -> pl.Expr:
    return (figure * SCALE).round().cast(pl.Int64)


def _figure(lines: pl.DataFrame, element: int, fold: Callable[[list[pl.Expr]], pl.Expr]) -> pl.LazyFrame:
    """One element's figure (f) per village with the latest month that counts (d)."""
    months = [f"k{place}" for place in range(12)]
    kept = lines.lazy().filter(pl.col("element_id") == element)
    kept = kept.select(
        "village_id", *(month.alias(name) for month, name in zip(_months(), months, strict=True))
    )
    columns = [pl.col(name) for name in months]
    latest = [
        pl.when(column.is_not_null()).then(pl.lit(place, pl.Int8)) for place, column in enumerate(columns)
    ]
    return kept.select(
        "village_id", scaled(fold(columns)).alias("f"), pl.coalesce(latest[::-1]).alias("d")
    ).filter(pl.col("d").is_not_null())


def _sum(months: list[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(months)


def _last(months: list[pl.Expr]) -> pl.Expr:
    return pl.coalesce(months[::-1])


FOLDS: dict[str, Callable[[list[pl.Expr]], pl.Expr]] = {
    **dict.fromkeys(
        (
            "agri_output", "special_agri_output", "village_output", "leading_output", "collective_income",
            "sewage_generated", "sewage_treated", "garbage_generated", "garbage_treated",
            "committee_trainings",
        ),
        _sum,
    ),
    "leader_visits": pl.min_horizontal,
}  # fmt: skip


def _earlier(tables: Tables, code: str) -> pl.LazyFrame:
    """The figure of the same months of last year, null where one of them is missing."""
    element = tables.elements[code]
    now = tables.now.lazy().filter(pl.col("element_id") == element)
    then = tables.then.lazy().filter(pl.col("element_id") == element)
    both = now.join(then, on="village_id", how="left", suffix="_then")
    pairs = list(zip(_months(), _months("_then"), strict=True))
    same = [pl.when(new.is_not_null()).then(old) for new, old in pairs]
    if code == "income_per_capita":
        # the latest month that is known now, whether or not it was known then
        figure = pl.lit(None, pl.Float64)
        for new, old in pairs:
            figure = pl.when(new.is_not_null()).then(old).otherwise(figure)
    else:
        known = pl.sum_horizontal(new.is_not_null() for new, _ in pairs)
        complete = pl.sum_horizontal(old.is_not_null() for old in same) == known
        figure = pl.when(complete & (known > 0)).then(pl.sum_horizontal(same))
    return both.select("village_id", scaled(figure).alias(f"{code}_then"))


def wide_of(tables: Tables) -> pl.DataFrame:
    """One row per village with all its figures."""
    wide = tables.villages.lazy()
    for code, element in tables.elements.items():
        figure = _figure(tables.now, element, FOLDS.get(code, _last))
        wide = wide.join(figure.rename({"f": code, "d": f"{code}_d"}), on="village_id", how="left")
    for code in EARLIER:
        wide = wide.join(_earlier(tables, code), on="village_id", how="left")
    wide = wide.join(tables.judged.lazy(), on="village_id", how="left")
    return _with_references(wide, tables).collect()


def _with_references(wide: pl.LazyFrame, tables: Tables) -> pl.LazyFrame:
    """Growth of the county, else city, else province, else nation; income of the province."""
    published = tables.references.with_columns(scaled(pl.col("value")).alias("value")).lazy()
    growth = published.filter(pl.col("series") == "rural_income_growth").select("area", "value")
    income = published.filter(pl.col("series") == "rural_income").select("area", "value")
    lengths = (6, 4, 2, 0)
    for length in lengths:
        area = pl.col("code").str.slice(0, length)
        wide = wide.with_columns(area.alias("area"))
        wide = wide.join(growth.rename({"value": f"growth_{length}"}), on="area", how="left")
    wide = wide.with_columns(pl.col("code").str.slice(0, 2).alias("area"))
    wide = wide.join(income.rename({"value": "province_income"}), on="area", how="left")
    return wide.with_columns(pl.coalesce(f"growth_{length}" for length in lengths).alias("local_growth"))
