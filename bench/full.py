"""A whole programme's year: by our engine, by our engine's jobs on two workers, and by polars."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from bench.copying import execute, rows
from bench.loading import settle
from bench.polars_engine import compute_with_polars
from bench.programme import NOW, YEAR
from bench.progress import say
from bench.sharding import Workers
from bench.stopwatch import Lap, median, timed
from indicators.engine import compute
from villages.models import Programme

OURS, SHARED, POLARS = "ours", "ours, 2 workers", "polars"
# A sum over all rows that is the same only if every verdict is.
DIGEST = """
    SELECT count(*), sum(hashtextextended(ROW(standard_id, year, scope_code, village_id, status, value,
        threshold, gap, stretch_met, data_month)::text, 0)) FROM indicators_verdict"""
# December is given in a second time for every tenth village: all figures a little higher, or as before.
CORRECT = f"UPDATE indicators_ledgerline SET m12 = m12 + %s WHERE year = {YEAR} AND village_id %% 10 = 0"


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of recomputation: rows written, each engine's times, whether all found the same verdicts."""

    name: str
    written: object
    laps: dict[str, Lap]
    equal: bool


class Changes:
    """What happens before a recomputation."""

    def __init__(self) -> None:
        self.steps = cycle((1, -1))
        self.state = 0

    def everything(self) -> None:
        execute("TRUNCATE indicators_verdict")

    def a_tenth(self) -> None:
        step = next(self.steps)
        self.state += step
        execute(CORRECT, [step])

    def nothing(self) -> None:
        """As it is."""


def compare(programme: Programme, times: int) -> list[Compared]:
    """Measure all of them on the same data, in turn, `times` times each."""
    changes = Changes()
    kinds: dict[str, Callable[[], None]] = {
        "all verdicts new": changes.everything,
        "a tenth of the villages changed": changes.a_tenth,
        "nothing changed": changes.nothing,
    }
    with Workers(2) as workers:
        engines = {OURS: _alone, SHARED: workers.compute, POLARS: compute_with_polars}
        return [_compare(name, programme, times, changes, change, engines) for name, change in kinds.items()]


def _alone(programme: Programme) -> int:
    return compute(programme, YEAR, now=NOW).written


def _compare(
    name: str,
    programme: Programme,
    times: int,
    changes: Changes,
    change: Callable[[], None],
    engines: dict[str, Callable[[Programme], object]],
) -> Compared:
    laps: dict[str, list[Lap]] = {engine: [] for engine in engines}
    found: dict[int, set[tuple]] = {}
    written: object = 0
    for _ in range(times):
        for engine, work in engines.items():
            change()
            settle("indicators_ledgerline", "indicators_verdict")
            said: list[object] = []
            laps[engine].append(timed(lambda work=work, said=said: said.append(work(programme))))
            written = said[0] if engine == OURS else written
            found.setdefault(changes.state, set()).add(rows(DIGEST)[0])
            say(f"{name}: {engine}: {laps[engine][-1].wall:.2f} s by the clock")
    equal = all(len(digests) == 1 for digests in found.values())
    return Compared(name, written, {engine: median(times) for engine, times in laps.items()}, equal)
