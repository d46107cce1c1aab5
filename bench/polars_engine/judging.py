"""From figures to verdicts, standard by standard."""

from dataclasses import dataclass

import polars as pl

from bench.polars_engine.figures import SCALE, wide_of
from bench.polars_engine.reading import FIGURES, Tables
from bench.programme import YEAR


def _percent(part: str, whole: str) -> pl.Expr:
    """A share in percent to 2 places, halves away from zero; null for a division by zero."""
    return _half_away(pl.col(part), pl.col(whole))


def _growth(code: str) -> pl.Expr:
    return _half_away(pl.col(code) - pl.col(f"{code}_then"), pl.col(f"{code}_then"))


def _half_away(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    rounded = (part.abs() * 20_000 + whole) // (2 * whole)
    return pl.when(whole != 0).then(rounded * part.sign()) * 100


def _rounded(code: str) -> pl.Expr:
    """A figure to 2 places; all elements have at most 2."""
    return pl.col(code)


@dataclass(frozen=True)
class Target:
    """What a standard compares with what: figures as expressions, in units of 1/10000."""

    value: pl.Expr
    threshold: pl.Expr | float
    read: tuple[str, ...]
    comparator: str = ">="
    kind: str = ""


def _share(part: str, whole: str, threshold: float, **more: str) -> Target:
    return Target(_percent(part, whole), threshold, (part, whole), **more)


def _plain(code: str, threshold: pl.Expr | float, **more: str) -> Target:
    return Target(_rounded(code), threshold, (code,), **more)


def _targets() -> dict[str, Target]:
    return {
        "S01": _share("special_agri_output", "agri_output", 80, kind="eco"),
        "S02": _share("leading_output", "village_output", 40, kind="eco"),
        "S03": _share("employed", "labour_force", 95, kind="labour"),
        "S04": _share("stable_employed", "employed", 75, kind="labour"),
        "S06": Target(
            _growth("income_per_capita"), pl.col("local_growth"), ("income_per_capita",), comparator=">"
        ),
        "S07": _plain("income_per_capita", pl.col("province_income")),
        "S08": _share("sewage_treated", "sewage_generated", 65),
        "S09": _share("garbage_treated", "garbage_generated", 95),
        "S10": _share("school_finishing", "school_cohort", 100, comparator="="),
        "S11": _share("pension_insured", "pension_due", 95),
        "S12": _share("medical_insured", "medical_due", 98),
        "S13": Target(_growth("collective_income"), 10, ("collective_income",), comparator=">"),
        "M02-1": _plain("dropouts", 0, comparator="="),
        "M06-2": _share("organised_employed", "employed", 20),
        "M06-3": _share("employed", "willing_labour", 95),
        "M10-5": _share("garbage_treated", "garbage_generated", 95),
        "M11-1": _plain("committee_trainings", 1),
        "M11-2": _plain("party_stars", 3),
        "M13-1": _plain("leader_visits", 1),
    }


def verdicts_of(tables: Tables) -> pl.DataFrame:
    wide = wide_of(tables).lazy()
    frames = [_judge(wide, tables, code, target) for code, target in _targets().items()]
    verdicts = pl.concat(pl.collect_all([*frames, _judgements(wide, tables)]))
    return verdicts.with_columns(pl.col("standard_id").cast(pl.Int64), pl.col("village_id").cast(pl.Int64))


def _judge(wide: pl.LazyFrame, tables: Tables, code: str, target: Target) -> pl.LazyFrame:
    applies = {
        "": pl.lit(True),
        "eco": pl.col("kind_id") == tables.eco,
        "labour": pl.col("kind_id") != tables.eco,
    }
    threshold = target.threshold
    if not isinstance(threshold, pl.Expr):
        threshold = pl.lit(int(threshold * SCALE), pl.Int64)
    latest = pl.max_horizontal(f"{name}_d" for name in target.read)
    figures = wide.select(
        "village_id", "code", applies[target.kind].alias("applies"),
        target.value.alias("value"), threshold.alias("threshold"), latest.alias("latest"),
    )  # fmt: skip
    short = pl.col("threshold") - pl.col("value")
    figures = figures.with_columns((short.abs() if target.comparator == "=" else short).alias("gap"))
    gap, applied = pl.col("gap"), pl.col("applies")
    met = gap < 0 if target.comparator == ">" else gap <= 0
    status = (
        pl.when(~applied).then(pl.lit("not_applicable"))
        .when(gap.is_null()).then(pl.lit("no_data"))
        .when(met).then(pl.lit("met"))
        .when(gap * 100 <= pl.col("threshold").abs() * 5).then(pl.lit("near"))
        .otherwise(pl.lit("unmet"))
    )  # fmt: skip
    month = pl.date(YEAR, pl.col("latest").cast(pl.Int8) + 1, 1)
    return figures.select(
        pl.lit(tables.standards[code]).alias("standard_id"), "village_id", "code", status.alias("status"),
        pl.when(applied).then(pl.col("value")).alias("value"),
        pl.when(applied).then(pl.col("threshold")).alias("threshold"),
        pl.when(applied & ~met).then(gap).alias("gap"),
        pl.lit(None, pl.String).alias("stretch_met"), pl.when(applied).then(month).alias("data_month"),
    )  # fmt: skip


def _judgements(wide: pl.LazyFrame, tables: Tables) -> pl.LazyFrame:
    said = pl.col("is_met")
    status = pl.when(said == "t").then(pl.lit("met")).when(said == "f").then(pl.lit("unmet"))
    nothing = [pl.lit(None, pl.Int64).alias(name) for name in FIGURES]
    return wide.select(
        pl.lit(tables.standards["Q01"]).alias("standard_id"), "village_id", "code",
        status.otherwise(pl.lit("no_data")).alias("status"), *nothing,
        pl.lit(None, pl.String).alias("stretch_met"), pl.lit(None, pl.Date).alias("data_month"),
    )  # fmt: skip
