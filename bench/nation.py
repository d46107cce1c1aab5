"""The nation: all villages, shared along county borders by one worker, by two, and by two that are killed."""

import time
from dataclasses import dataclass
from typing import Any

from bench.copying import execute, rows
from bench.loading import settle
from bench.programme import NOW
from bench.sharding import LATER, Workers, ask
from indicators.models import ComputeJob
from villages.models import Programme


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock, and what each worker said."""

    seconds: float
    workers: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Killed:
    """What stood when the workers were killed, and what was done after: rows, and rows that changed again."""

    jobs: int
    jobs_before: int
    rows_before: int
    rows_after: int
    rows: int
    rewritten: int


def with_workers(programme: Programme, count: int) -> Run:
    """Compute the nation's year anew with `count` workers."""
    _empty()
    with Workers(count) as workers:
        start = time.perf_counter()
        said = workers.compute(programme)
        return Run(time.perf_counter() - start, said)


def killed_midway(programme: Programme, after: float) -> Killed:
    """Kill both workers `after` some seconds; have two others finish once the leases are over."""
    _empty()
    with Workers(2) as workers:
        jobs = ask(programme)
        workers.start(NOW)
        time.sleep(after)
    done = ComputeJob.objects.filter(state=ComputeJob.State.DONE).count()
    before, updated = _count(), _updates()
    with Workers(2) as workers:
        workers.start(LATER)
        workers.finish()
    assert not ComputeJob.objects.exclude(state=ComputeJob.State.DONE).exists()  # noqa: S101 -- or it is no result
    written_after = rows(f"SELECT count(*) FROM indicators_verdict WHERE computed_at = '{LATER}'")[0][0]
    return Killed(jobs, done, before, written_after, _count(), _updates() - updated)


def _empty() -> None:
    execute("TRUNCATE indicators_verdict, indicators_computejob")
    settle("indicators_verdict", "indicators_computejob")


def _count() -> int:
    return rows("SELECT count(*) FROM indicators_verdict")[0][0]


def _updates() -> int:
    execute("SELECT pg_stat_force_next_flush()")
    return rows("SELECT n_tup_upd FROM pg_stat_all_tables WHERE relname = 'indicators_verdict'")[0][0]
