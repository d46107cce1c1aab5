"""Computing a programme's year: the verdicts of all villages, or of some, and of what they add up to."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from common.divisions import Level, within
from indicators.engine.catalogue import Catalogue
from indicators.engine.periods import Period, as_of
from indicators.engine.rules import Rule, load_rules
from indicators.engine.sql.statements import (
    Statement,
    Task,
    Villages,
    drop_village_statement,
    drop_wider_statement,
    write_statement,
)
from indicators.engine.yardsticks import held_verdicts
from indicators.models import Standard
from villages.models import Programme, Village

CHUNK = 10_000  # villages that one statement reads and writes: 64 MB hold their figures
NO_COUNTY = "0"  # stands for what is wider, where counties are told apart
YEARS, COUNTIES = 10_000, 1_000_000  # room for each in the key of a lock
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
    task, rules = _prepare(programme, year, now, until)
    own, wider = _by_scope(rules)
    touched = [rule for rule in wider if _touches(rule, villages)]
    with connection.cursor() as cursor:
        _begin(cursor, task, "" if villages is None or touched else _only_county(villages))
        written = _write(cursor, task, own, _chunks(task, villages)) + _write(cursor, task, touched)
        dropped = 0
        if villages is None:
            dropped = _run(cursor, drop_village_statement(task, rules))
            dropped += _run(cursor, drop_wider_statement(task, rules))
    return Computed(written, dropped)


@transaction.atomic
def compute_county(programme: Programme, year: int, county: str, *, now: datetime) -> Computed:
    """Compute the verdicts of one county's villages alone; other counties may be done at the same time."""
    task, rules = _prepare(programme, year, now)
    own, _ = _by_scope(rules)
    with connection.cursor() as cursor:
        _begin(cursor, task, county)
        written = _write(cursor, task, own, _chunks(task, county=county))
        return Computed(written, _run(cursor, drop_village_statement(task, rules, county)))


@transaction.atomic
def compute_wider(programme: Programme, year: int, *, now: datetime) -> Computed:
    """Compute what counties leave: the verdicts of all that is wider than a village."""
    task, rules = _prepare(programme, year, now)
    _, wider = _by_scope(rules)
    with connection.cursor() as cursor:
        _begin(cursor, task, NO_COUNTY)
        return Computed(_write(cursor, task, wider), _run(cursor, drop_wider_statement(task, rules)))


def _prepare(
    programme: Programme, year: int, now: datetime, until: Period | None = None
) -> tuple[Task, list[Rule]]:
    catalogue = Catalogue.load(programme)
    task = Task(catalogue, year, until or as_of(year, now), now, held_verdicts(catalogue, year))
    return task, load_rules(catalogue, year)


def _by_scope(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    own = [rule for rule in rules if rule.scope == Standard.Scope.VILLAGE]
    return own, [rule for rule in rules if rule.scope != Standard.Scope.VILLAGE]


def _begin(cursor: Any, task: Task, county: str) -> None:
    """Wait until nobody else computes the same; the next one sees what the last one wrote.

    Without a county everything of the programme's year is ours. With one, it is shared with other counties.
    """
    for setting in TUNING:
        cursor.execute(setting)
    shared = "_shared" if county else ""
    programme = task.catalogue.programme.pk
    cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s, %s)", [programme, task.year])
    if county:
        key = (programme * YEARS + task.year) * COUNTIES + int(county)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _only_county(villages: Collection[Village]) -> str:
    """The county of all `villages`; "" where they lie in several."""
    counties = {village.code[: Level.COUNTY] for village in villages}
    return counties.pop() if len(counties) == 1 else ""


def _write(cursor: Any, task: Task, rules: Sequence[Rule], chunks: Iterable[Villages] = (Villages(),)) -> int:
    return sum(_run(cursor, write_statement(task, rules, chunk)) for chunk in chunks) if rules else 0


def _run(cursor: Any, statement: Statement) -> int:
    sql, values = statement
    cursor.execute(sql, values)
    return max(cursor.rowcount, 0)


def _touches(rule: Rule, villages: Collection[Village] | None) -> bool:
    """Say whether a wider scope adds up any of `villages`."""
    return villages is None or any(village.code.startswith(rule.area_code) for village in villages)


def _chunks(task: Task, villages: Collection[Village] | None = None, county: str = "") -> Iterator[Villages]:
    if villages is not None:
        yield Villages(ids=[village.pk for village in villages])
        return
    enrolled = Village.objects.enrolled_in(task.catalogue.programme).filter(within(county, field="code"))
    codes = list(enrolled.order_by("code").values_list("code", flat=True))
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        yield Villages(first_code=part[0], last_code=part[-1])
