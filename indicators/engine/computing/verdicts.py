"""Computing a programme's year: the verdicts of all villages, or of some, and of what they add up to."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from common.divisions import Level
from indicators.engine.computing.scores import write_scores
from indicators.engine.formula.rule import Rule
from indicators.engine.periods import Period, as_of
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import load_rules
from indicators.engine.reading.yardsticks import held_verdicts
from indicators.engine.sql.dropping import drop_village_statement, drop_wider_statement
from indicators.engine.sql.statements import (
    Statement,
    Task,
    Villages,
    any_statement,
    insert_statement,
    write_statement,
)
from indicators.models import Exemption, Standard
from villages.models import Programme, Village

CHUNK = 10_000  # villages that one statement reads and writes: 64 MB hold their figures
NO_COUNTY = "0"  # stands for what is wider, where counties are told apart
YEARS, COUNTIES = 10_000, 1_000_000  # room for each in the key of a lock
# The last one: a chunk is found by indexes, or every chunk would read the tables from end to end.
TUNING = ("SET LOCAL jit = off", "SET LOCAL work_mem = '64MB'", "SET LOCAL random_page_cost = 1.1")


@dataclass(frozen=True, slots=True)
class Computed:
    """What a computation did: verdicts written because new or changed, dropped because obsolete; scores."""

    written: int
    dropped: int
    scores: int = 0


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
    task, rules = prepare(programme, year, now, until)
    own, wider = by_scope(rules)
    touched = [rule for rule in wider if _touches(rule, villages)]
    with connection.cursor() as cursor:
        _begin(cursor, task, [] if villages is None or touched else _counties(villages))
        codes = codes_of(programme) if villages is None else []
        parts = list(chunks(codes)) if villages is None else [_these(villages)]
        written = _write(cursor, task, own, parts) + _write(cursor, task, touched)
        dropped = 0
        if villages is None:
            dropped = run(cursor, drop_village_statement(task, rules, Villages(), len(codes)))
            dropped += run(cursor, drop_wider_statement(task, rules))
        scores = write_scores(cursor, task, parts, drop_in=Villages() if villages is None else None)
    return Computed(written, dropped, scores)


@transaction.atomic
def compute_counties(programme: Programme, year: int, first: str, last: str, *, now: datetime) -> Computed:
    """Compute the villages' verdicts in counties `first` to `last`; other counties may be done meanwhile."""
    task, rules = prepare(programme, year, now)
    own, _ = by_scope(rules)
    inside = Villages(first_code=first.ljust(Level.VILLAGE, "0"), last_code=last.ljust(Level.VILLAGE, "9"))
    codes = codes_of(programme, inside)
    with connection.cursor() as cursor:
        _begin(cursor, task, sorted({code[: Level.COUNTY] for code in codes} | {first, last}))
        parts = list(chunks(codes))
        written = _write(cursor, task, own, parts)
        dropped = run(cursor, drop_village_statement(task, rules, inside, len(codes)))
        return Computed(written, dropped, write_scores(cursor, task, parts, drop_in=inside))


@transaction.atomic
def compute_wider(programme: Programme, year: int, *, now: datetime) -> Computed:
    """Compute what counties leave: the verdicts of all that is wider than a village."""
    task, rules = prepare(programme, year, now)
    _, wider = by_scope(rules)
    with connection.cursor() as cursor:
        _begin(cursor, task, [NO_COUNTY])
        return Computed(_write(cursor, task, wider), run(cursor, drop_wider_statement(task, rules)))


def prepare(
    programme: Programme,
    year: int,
    now: datetime,
    until: Period | None = None,
    *,
    is_forecast: bool = False,
) -> tuple[Task, list[Rule]]:
    """What is to be computed, and the rules of the year."""
    catalogue = replace(Catalogue.load(programme), is_forecast=is_forecast)
    exempted = Exemption.objects.in_force().filter(standard__programme=programme, year=year)
    task = Task(
        catalogue,
        year,
        until or as_of(year, now),
        now,
        held_verdicts(catalogue, year),
        frozenset(exempted.values_list("standard", flat=True)),
    )
    return task, load_rules(catalogue, year)


def by_scope(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules that judge villages, and those that judge what is wider."""
    own = [rule for rule in rules if rule.scope == Standard.Scope.VILLAGE]
    return own, [rule for rule in rules if rule.scope != Standard.Scope.VILLAGE]


def _begin(cursor: Any, task: Task, counties: Sequence[str]) -> None:
    """Wait until nobody else computes the same; the next one sees what the last one wrote.

    Without counties everything of the programme's year is ours. With some, it is shared with other counties.
    """
    for setting in TUNING:
        cursor.execute(setting)
    shared = "_shared" if counties else ""
    programme = task.catalogue.programme.pk
    cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s, %s)", [programme, task.year])
    for county in counties:
        key = (programme * YEARS + task.year) * COUNTIES + int(county)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _counties(villages: Collection[Village]) -> list[str]:
    return sorted({village.code[: Level.COUNTY] for village in villages})


def _write(cursor: Any, task: Task, rules: Sequence[Rule], parts: Iterable[Villages] = (Villages(),)) -> int:
    return sum(_write_part(cursor, task, rules, part) for part in parts) if rules else 0


def _write_part(cursor: Any, task: Task, rules: Sequence[Rule], part: Villages) -> int:
    """Where nothing stands yet, as in a year that is computed for the first time, nothing is compared."""
    is_first = part.last_code and not run(cursor, any_statement(task, rules, part))
    return run(cursor, (insert_statement if is_first else write_statement)(task, rules, part))


def run(cursor: Any, statement: Statement) -> int:
    """Execute a statement and return how many rows it wrote."""
    sql, values = statement
    cursor.execute(sql, values)
    return max(cursor.rowcount, 0)


def _touches(rule: Rule, villages: Collection[Village] | None) -> bool:
    """Say whether a wider scope adds up any of `villages`."""
    return villages is None or any(village.code.startswith(rule.area_code) for village in villages)


def codes_of(programme: Programme, inside: Villages | None = None) -> list[str]:
    """The codes of the programme's villages, or of those between two codes, in order."""
    enrolled = Village.objects.enrolled_in(programme).order_by("code")
    if inside is not None:
        enrolled = enrolled.filter(code__range=(inside.first_code, inside.last_code))
    return list(enrolled.values_list("code", flat=True))


def chunks(codes: Sequence[str]) -> Iterator[Villages]:
    """Some villages at a time, by their codes in order."""
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        yield Villages(first_code=part[0], last_code=part[-1])


def _these(villages: Collection[Village]) -> Villages:
    return Villages(ids=[village.pk for village in villages])
