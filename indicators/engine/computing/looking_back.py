"""A programme's verdicts as of any month, computed for the eye and never written."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from indicators.engine.computing.verdicts import TUNING, by_scope, prepare
from indicators.engine.formula.rule import Rule
from indicators.engine.periods import Period
from indicators.engine.sql.statements import WRITTEN, Task, Villages, select_statement
from indicators.models import Standard, Verdict
from villages.models import Programme, Village


@transaction.atomic
def verdicts_as_of(
    programme: Programme,
    until: Period,
    *,
    standards: Collection[Standard],
    villages: Collection[Village],
    with_wider: bool,
    now: datetime,
) -> list[Verdict]:
    """Judge some villages, and with them what is wider, as of `until`: by the months accepted up to now.

    The verdicts have no key: nothing is stored. A village's year that was judged by something else than the
    programme says now has none.
    """
    task, rules = prepare(programme, until.year, now, until)
    asked = {standard.pk: standard for standard in standards}
    own, wider = by_scope([rule for rule in rules if rule.standard_id in asked])
    with connection.cursor() as cursor:
        cursor.execute(";".join(TUNING))
        found = _select(cursor, task, own, Villages(ids=[village.pk for village in villages]))
        found += _select(cursor, task, wider, Villages()) if with_wider else []
    held = set(zip(task.held.standards, task.held.villages, strict=True))
    return [
        Verdict(standard=asked[standard], year=until.year, computed_at=now, **values)
        for standard, values in found
        if (standard, values["village_id"]) not in held
    ]


def _select(
    cursor: Any, task: Task, rules: Sequence[Rule], villages: Villages
) -> list[tuple[int, dict[str, Any]]]:
    if not rules:
        return []
    sql, values = select_statement(task, rules, villages)
    cursor.execute(sql, values)
    return [
        (standard, {"scope_code": scope} | dict(zip(WRITTEN, row, strict=True)))
        for standard, scope, *row in cursor.fetchall()
    ]
