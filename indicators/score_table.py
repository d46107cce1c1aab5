"""A scorecard's table: a row per village, its total, and a column per section."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.models import Score, ScoreSection


@dataclass(frozen=True)
class Row:
    """A village's total, and what each section gave; None where a section asks nothing of it."""

    total: Score
    pairs: Sequence[tuple[ScoreSection, Score | None]]


@dataclass(frozen=True)
class ScoreTable:
    card: ScoreSection
    sections: Sequence[ScoreSection]
    rows: Sequence[Row]


def score_table(
    card: ScoreSection, year: int, totals: Sequence[Score], *, every_section: bool = False
) -> ScoreTable:
    """Lay out some villages' scores beside the sections right below the card, or beside all: two queries."""
    rows = list(ScoreSection.objects.filter(programme=card.programme_id))
    below = list(_below(card, rows, every_section=every_section))
    villages = [total.village_id for total in totals]
    parts = list(Score.objects.filter(section__in=below, year=year, village__in=villages))
    found = {(part.section_id, part.village_id): part for part in parts}
    used = {part.section_id for part in parts}
    sections = [section for section in below if section.pk in used]
    return ScoreTable(card, sections, [Row(total, _pairs(total, sections, found)) for total in totals])


def _pairs(
    total: Score, sections: Sequence[ScoreSection], found: Mapping[tuple[int, int], Score]
) -> list[tuple[ScoreSection, Score | None]]:
    return [(section, found.get((section.pk, total.village_id))) for section in sections]


def _below(
    parent: ScoreSection, rows: Sequence[ScoreSection], *, every_section: bool
) -> Iterator[ScoreSection]:
    for row in rows:
        if row.parent_id == parent.pk:
            yield row
            if every_section:
                yield from _below(row, rows, every_section=True)
