"""Scoring villages after their verdicts: part of the same computation, in the same transaction."""

from collections.abc import Iterable
from typing import Any

from indicators.engine.scorecards import load_cards
from indicators.engine.sql.scoring import drop_scores_statement, write_scores_statement
from indicators.engine.sql.statements import Task, Villages
from indicators.engine.yardsticks import held_scores
from indicators.models import ScoreSection


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
