"""What scorecards gave a village, as a snapshot keeps it: plain JSON, written and read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.models import Application
from indicators.models import Score


@dataclass(frozen=True)
class FrozenScore:
    """A scorecard's total, and of what its sections gave."""

    name: str
    points: Decimal
    full_points: Decimal
    missing: int
    grade: str
    vetoed_by: str
    parts: tuple["FrozenScore", ...] = ()


def collect_scores(application: Application) -> dict[str, Any]:
    """The village's scores of the year under a key of their own; nothing where the programme gives none."""
    scores = Score.objects.of_year(application.programme, application.year)
    rows = list(scores.filter(village=application.village))
    cards = [_collected(row, rows) for row in rows if row.section.parent_id is None]
    return {"scores": cards} if cards else {}


def read_scores(payload: Mapping[str, Any]) -> tuple[FrozenScore, ...]:
    """The scores of a collected or frozen mapping; what was frozen before there were any has none."""
    return tuple(_read(row) for row in payload.get("scores", []))


def _collected(row: Score, rows: Sequence[Score]) -> dict[str, Any]:
    below = [each for each in rows if each.section.parent_id == row.section_id]
    return {
        "code": row.section.code,
        "name": row.section.name,
        "points": str(row.points),
        "full_points": str(row.full_points),
        "missing": row.missing,
        "grade": row.grade,
        "vetoed_by": row.vetoed_by,
        "parts": [_collected(each, rows) for each in below],
    }


def _read(row: Mapping[str, Any]) -> FrozenScore:
    return FrozenScore(
        name=row["name"],
        points=Decimal(row["points"]),
        full_points=Decimal(row["full_points"]),
        missing=row["missing"],
        grade=row["grade"],
        vetoed_by=row["vetoed_by"],
        parts=tuple(_read(part) for part in row["parts"]),
    )
