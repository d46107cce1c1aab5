"""Computing a programme's year: the verdicts of all villages, or of some, and of what they add up to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from indicators.engine.catalogue import Catalogue
from indicators.engine.periods import Period, as_of
from indicators.engine.rules import Rule, load_rules
from indicators.engine.sql.statements import Statement, Task, Villages, drop_statement, write_statement
from indicators.engine.yardsticks import held_verdicts
from indicators.models import Standard
from villages.models import Programme, Village

CHUNK = 10_000  # villages that one statement reads and writes: 64 MB hold their figures
TUNING = ("SET LOCAL jit = off", "SET LOCAL work_mem = '64MB'")


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation did: rows written because new or changed, rows dropped because obsolete."""

    written: int
    dropped: int


@transaction.atomic
def compute(
    programme: Programme,
    year: int,
    *,
    now: datetime,
    villages: Collection[Village] | None = None,
    until: Period | None = None,
) -> Computed:
    """Compute the verdicts of `year` as of `until` (default: December, in the running year this month).

    With `villages` only their own standards are computed again, and every wider scope they add to. Only what
    changed is written; a village's year that was judged by something else keeps its verdicts. Raises
    ExpressionError for a standard whose formulas cannot be computed.
    """
    catalogue = Catalogue.load(programme)
    rules = load_rules(catalogue, year)
    task = Task(catalogue, year, until or as_of(year, now), now, held_verdicts(catalogue, year))
    with connection.cursor() as cursor:
        for setting in TUNING:
            cursor.execute(setting)
        # One computation of a programme's year at a time; the next one sees what the last one wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [programme.pk, year])
        written = sum(_run(cursor, statement) for statement in _statements(task, rules, villages))
        dropped = _run(cursor, drop_statement(task, rules)) if villages is None else 0
    return Computed(written, dropped)


def _run(cursor, statement: Statement) -> int:  # type: ignore[no-untyped-def]  # a cursor of any driver
    sql, values = statement
    cursor.execute(sql, values)
    return max(cursor.rowcount, 0)


def _statements(
    task: Task, rules: Sequence[Rule], villages: Collection[Village] | None
) -> Iterator[Statement]:
    own = [rule for rule in rules if rule.scope == Standard.Scope.VILLAGE]
    wider = [rule for rule in rules if rule.scope != Standard.Scope.VILLAGE and _touches(rule, villages)]
    if own:
        for chunk in _chunks(task, villages):
            yield write_statement(task, own, chunk)
    if wider:
        yield write_statement(task, wider, Villages())


def _touches(rule: Rule, villages: Collection[Village] | None) -> bool:
    """Say whether a wider scope adds up any of `villages`."""
    return villages is None or any(village.code.startswith(rule.area_code) for village in villages)


def _chunks(task: Task, villages: Collection[Village] | None) -> Iterator[Villages]:
    if villages is not None:
        yield Villages(ids=[village.pk for village in villages])
        return
    enrolled = Village.objects.enrolled_in(task.catalogue.programme).order_by("code")
    codes = list(enrolled.values_list("code", flat=True))
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        yield Villages(first_code=part[0], last_code=part[-1])
