"""Where the time of a full recomputation goes: the statement up to each of its tables, for one chunk."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from bench.copying import execute
from bench.programme import NOW, YEAR
from bench.stopwatch import repeated
from indicators.engine.computing import verdicts
from indicators.engine.sql import statements
from indicators.engine.sql.parameters import Parameters
from indicators.engine.sql.statements import Villages
from villages.models import Programme

STAGES = {
    "accepted": "which months were accepted",
    "fact": "figures from the months of a ledger line",
    "spread": "a village's figures side by side",
    "unit_0": "kinds and published figures beside them",
    "verdict": "20 rules: exact arithmetic, comparison, status",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done, and the processor seconds of the database up to here."""

    name: str
    seconds: float


def profile(programme: Programme, times: int) -> list[Stage]:
    """Measure a chunk from the first look at the ledger to the last index."""
    task, rules = verdicts.prepare(programme, YEAR, NOW)
    [chunk, *_] = verdicts.chunks(verdicts.codes_of(programme))
    for setting in verdicts.TUNING:
        execute(setting.replace("LOCAL ", ""))
    found = [*_reading(task, rules, chunk, times), *_writing(task, rules, chunk, times)]
    connection.close()  # forgets the settings
    return found


def _reading(task, rules, chunk: Villages, times: int) -> Iterator[Stage]:  # type: ignore[no-untyped-def]
    parameters = Parameters()
    tables = statements.tables(task, rules, chunk, parameters)
    for table, name in STAGES.items():
        # Counting whole rows keeps the planner from leaving columns out.
        sql = f"WITH {tables} SELECT count(x) FROM (SELECT * FROM {table} OFFSET 0) x"
        lap = repeated(lambda sql=sql: execute(sql, parameters.values), times)
        yield Stage(name, lap.server)


def _writing(task, rules, chunk: Villages, times: int) -> Iterator[Stage]:  # type: ignore[no-untyped-def]
    first, again = (
        statement(task, rules, chunk)
        for statement in (statements.insert_statement, statements.write_statement)
    )

    def empty() -> None:
        execute("TRUNCATE indicators_verdict")

    with transaction.atomic():
        written = repeated(lambda: execute(*first), times, empty)
        compared = repeated(lambda: execute(*again), times)
        yield Stage("comparing with what is stored, writing nothing", compared.server)
        yield Stage("or, in an empty table, writing all rows and three indexes", written.server)
        transaction.set_rollback(True)
