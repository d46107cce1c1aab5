"""Time by the clock and by the processors: a machine that others use lengthens the one, hardly the other."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.copying import rows

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds by the clock, of this process on its processors, and of all of PostgreSQL's processes."""

    wall: float
    client: float
    server: float

    @property
    def cpu(self) -> float:
        return self.client + self.server


def timed(work: Callable[[], object]) -> Lap:
    """Do the work once and say what it took."""
    server, client, wall = server_seconds(), time.process_time(), time.perf_counter()
    work()
    return Lap(time.perf_counter() - wall, time.process_time() - client, max(server_seconds() - server, 0.0))


def median(laps: Sequence[Lap]) -> Lap:
    """The median of each time by itself."""
    return Lap(
        *(statistics.median(getattr(lap, name) for lap in laps) for name in ("wall", "client", "server"))
    )


def repeated(work: Callable[[], object], times: int, before: Callable[[], object] = lambda: None) -> Lap:
    """The median of `times` runs, each after `before`, which is not timed."""
    laps = []
    for _ in range(times):
        before()
        laps.append(timed(work))
    return median(laps)


def alternated(one: Callable[[], object], other: Callable[[], object], times: int) -> tuple[Lap, Lap]:
    """The medians of two works done in turn: what slows the machine for a while slows both."""
    turns = [(timed(one), timed(other)) for _ in range(times)]
    first, second = zip(*turns, strict=True)
    return median(first), median(second)


def server_seconds() -> float:
    """Processor time of PostgreSQL so far: of its main process, of what it has started, of what has ended."""
    main = int(rows("SELECT pg_read_file('postmaster.pid')")[0][0].split("\n", 1)[0])
    total = sum(_seconds(main, 11, 15))
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(_fields(process.name)[1]) == main:
                total += sum(_seconds(int(process.name), 11, 13))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since it was listed
    return total


def _seconds(process: int, first: int, last: int) -> list[float]:
    return [int(field) / TICKS for field in _fields(process)[first:last]]


def _fields(process: int | str) -> list[str]:
    """What the kernel says of a process, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
