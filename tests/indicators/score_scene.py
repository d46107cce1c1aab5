"""Scorecards for tests: sections, standards with points, and verdicts as if they had been computed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from indicators.engine.computing.scores import write_scores
from indicators.engine.interpreting.scorecards import Card, load_cards
from indicators.engine.interpreting.tallying import Mark, Result, score
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.yardsticks import held_verdicts
from indicators.engine.sql.statements import Task, Villages
from indicators.models import Grade, Score, ScoreSection, Standard, Verdict
from tests.indicators.engine_scene import NOW, SOUTH, EngineScene
from villages.models import Village

YEAR = 2025


class ScoreScene(EngineScene):
    """`card`, `section` and `item` lay out a scorecard; `found` says what a verdict was; `scored` adds up."""

    def card(self, code: str = "star", grades: Mapping[str, Any] | None = None, **more: Any) -> ScoreSection:
        """A whole scorecard, with grades and the points they begin at."""
        card = self.section(code, None, **{"name": "升阶晋星测评"} | more)
        for name, points in (grades or {}).items():
            Grade.objects.create(section=card, name=name, from_points=points)
        return card

    def section(self, code: str, parent: ScoreSection | None, **more: Any) -> ScoreSection:
        place = ScoreSection.objects.count()
        fields = {"name": code, "position": place} | more
        return ScoreSection.objects.create(programme=self.programme, parent=parent, code=code, **fields)

    def item(self, code: str, section: ScoreSection | None, points: Any = None, **more: Any) -> Standard:
        """A judged standard, so that a verdict stands as the test wrote it."""
        defaults = {"comparator": "judged", "threshold": "", "score_section": section, "points": points}
        return self.standard(code, **defaults | more)

    def found(
        self, standard: Standard, score: Any = None, status: str = "met", village: str = SOUTH
    ) -> Verdict:
        """Let a verdict say this."""
        row = {"village": self.villages[village], "status": status, "score": score, "computed_at": NOW}
        found, _ = Verdict.objects.update_or_create(
            standard=standard, year=YEAR, scope_code=village, defaults=row
        )
        return found

    def score_all(self, villages: list[Village] | None = None) -> int:
        """Add up what the verdicts say, of all villages or of some; how many rows changed."""
        catalogue = Catalogue.load(self.programme)
        task = Task(catalogue, YEAR, Period(YEAR, 11), NOW, held_verdicts(catalogue, YEAR))
        part = Villages() if villages is None else Villages(ids=[village.pk for village in villages])
        with connection.cursor() as cursor:
            return write_scores(cursor, task, [part], drop_in=part if villages is None else None)

    def scored(self, section: ScoreSection, village: str = SOUTH) -> Score | None:
        """The score of a section, held to what the other reader finds."""
        self.score_all()
        self.hold_both_readers_together(village)
        return Score.objects.filter(section=section, village__code=village, year=YEAR).first()

    def hold_both_readers_together(self, village: str = SOUTH) -> None:
        stored = {
            row.section_id: (row.points, row.full_points, row.missing, row.grade, row.vetoed_by)
            for row in Score.objects.filter(village__code=village, year=YEAR)
        }
        found: dict[int, tuple] = {}
        for card in load_cards(self.programme, YEAR):
            result = score(card, marks_of(village))
            if result:
                found |= as_rows(card, result)
        assert stored == found


def marks_of(village: str) -> dict[int, Mark]:
    verdicts = Verdict.objects.filter(scope_code=village, year=YEAR)
    return {verdict.standard_id: Mark(verdict.status, verdict.score) for verdict in verdicts}


def as_rows(card: Card, result: Result) -> dict[int, tuple]:
    """What the Python reader found, as scores are kept."""
    rows = {
        part.section.id: (part.points, part.full_points, part.missing, "", "") for part in result.tally.walk()
    }
    points, full, missing, _, _ = rows[card.root.id]
    return rows | {card.root.id: (points, full, missing, result.grade, result.vetoed_by)}


def decimal(text: str) -> Decimal:
    return Decimal(text)
