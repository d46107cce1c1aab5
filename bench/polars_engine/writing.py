"""Writing what is new or changed, and nothing else."""

import io

import polars as pl
from django.db import connection

from bench.polars_engine.figures import SCALE, scaled
from bench.polars_engine.reading import FIGURES, WRITTEN
from bench.programme import NOW, YEAR

KEY = ["standard_id", "village_id"]
COLUMNS = ["standard_id", "year", "scope_code", "village_id", *WRITTEN, "computed_at"]


def write(verdicts: pl.DataFrame, existing: pl.DataFrame) -> int:
    changed = _changed(verdicts, existing)
    if not changed.height:
        return 0
    rows = changed.select(
        "standard_id", pl.lit(YEAR).alias("year"), pl.col("code").alias("scope_code"), "village_id", "status",
        pl.col(*FIGURES) / SCALE, "stretch_met", "data_month", pl.lit(NOW.isoformat()).alias("computed_at"),
    )  # fmt: skip
    buffer = io.BytesIO()
    rows.write_csv(buffer, include_header=False)
    buffer.seek(0)
    listed = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if not existing.height:
            cursor.copy_expert(f"COPY indicators_verdict ({listed}) FROM STDIN WITH (FORMAT csv)", buffer)
        else:
            _upsert(cursor, listed, buffer)
    return rows.height


def _upsert(cursor, listed: str, buffer: io.BytesIO) -> None:
    cursor.execute(
        f"CREATE TEMP TABLE changed ON COMMIT DROP AS SELECT {listed} FROM indicators_verdict WITH NO DATA"
    )
    cursor.copy_expert(f"COPY changed ({listed}) FROM STDIN WITH (FORMAT csv)", buffer)
    updated = ", ".join([*WRITTEN, "computed_at"])
    new = ", ".join(f"excluded.{name}" for name in [*WRITTEN, "computed_at"])
    cursor.execute(
        f"INSERT INTO indicators_verdict ({listed}) SELECT {listed} FROM changed"
        f" ON CONFLICT (standard_id, year, scope_code) DO UPDATE SET ({updated}) = ({new})"
    )


def _changed(verdicts: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not there in just this form."""
    if not existing.height:
        return verdicts
    stored = existing.with_columns(scaled(pl.col(*FIGURES)))
    return verdicts.join(stored, on=[*KEY, *WRITTEN], how="anti", nulls_equal=True)
