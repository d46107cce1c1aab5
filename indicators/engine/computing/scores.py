"""Scoring villages after their verdicts, in the same transaction; and one village with its trace."""

from collections.abc import Iterable
from typing import Any

from indicators.engine.interpreting.scorecards import load_cards
from indicators.engine.interpreting.tallying import Mark, Result, score
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.yardsticks import held_scores, held_verdicts
from indicators.engine.sql.scoring import drop_scores_statement, write_scores_statement
from indicators.engine.sql.statements import Task, Villages
from indicators.models import JudgedYear, ScoreSection, Verdict
from villages.models import Programme, Village


def write_scores(
    cursor: Any, task: Task, parts: Iterable[Villages], *, drop_in: Villages | None = None
) -> int:
    """Write the scores of `parts` that are new or changed; with `drop_in` also drop obsolete ones of those.

    Returns how many rows were written or dropped: one query where the programme has no scorecard.
    """
    programme = task.catalogue.programme
    if not ScoreSection.objects.filter(programme=programme).exists():
        return 0
    cards = load_cards(programme, task.year)
    held = held_scores(cards, task.held, programme, task.year)
    statements = [write_scores_statement(task, cards, part, held) for part in parts] if cards else []
    if drop_in is not None:
        statements.append(drop_scores_statement(task, cards, drop_in, held))
    changed = 0
    for sql, values in statements:
        cursor.execute(sql, values)
        changed += max(cursor.rowcount, 0)
    return changed


def scorecards_of(programme: Programme, village: Village, year: int) -> list[Result]:
    """Add up what the stored verdicts give one village, with how it comes about; only what is asked of it."""
    cards = load_cards(programme, year)
    wanted = [item.standard_id for card in cards for item in card.items]
    verdicts = Verdict.objects.filter(standard__in=wanted, year=year, scope_code=village.code)
    marks = {verdict.standard_id: Mark(verdict.status, verdict.score) for verdict in verdicts}
    results = (score(card, marks) for card in cards)
    return [result for result in results if result is not None]


def keeps_scores(programme: Programme, village: Village, year: int) -> bool:
    """Whether the village's year was judged by another scorecard than the programme has now."""
    if not JudgedYear.objects.filter(programme=programme, village=village, year=year).exists():
        return False
    held = held_verdicts(Catalogue.load(programme), year)
    return village.pk in held_scores(load_cards(programme, year), held, programme, year)
