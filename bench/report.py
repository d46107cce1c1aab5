"""bench/results.md: every figure with what it was to reach, and the machine it was measured on."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median

from bench import divisions
from bench.copying import rows
from bench.explaining import Explaining
from bench.full import OURS, POLARS, SHARED, Compared
from bench.nation import Killed, Run
from bench.profile import Stage
from bench.setting import SERVER
from bench.stopwatch import Lap

FILE = Path(__file__).with_name("results.md")
NOTES = Path(__file__).with_name("notes.md")
PER_VILLAGE = 1_000_000  # microseconds


@dataclass
class Results:
    """What was measured; a part that was left out is empty."""

    times: int
    nation_times: int
    large: int
    small: int
    loop: Lap | None = None
    small_laps: dict[str, Lap] = field(default_factory=dict)
    month_of_few: float | None = None
    month_of_many: float | None = None
    explaining: Explaining | None = None
    compared: list[Compared] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    nation: int = 0
    one_worker: list[Run] = field(default_factory=list)
    two_workers: list[Run] = field(default_factory=list)
    killed: Killed | None = None
    load: list[float] = field(default_factory=list)  # how many processes wanted to run, at every part


def write(results: Results) -> None:
    """Write the file anew."""
    parts = [_head(results), _targets(results), _full(results), _profile(results), _nation(results)]
    notes = [NOTES.read_text(encoding="utf-8")] if NOTES.exists() else []
    FILE.write_text("\n".join([*filter(None, parts), *notes]), encoding="utf-8")


def _head(results: Results) -> str:
    [(version,)] = rows("SELECT split_part(version(), ' on ', 1)")
    data = "real villages" if divisions.are_real() else divisions.ABSENT
    busy = f"{min(results.load):.1f} to {max(results.load):.1f}" if results.load else "unknown"
    return f"""# How fast the engine is

Written by `make bench` on {datetime.now().astimezone():%Y-%m-%d}; figures are medians of {results.times}
(the nation: of {results.nation_times}).

- Machine: {_processor()}, {os.cpu_count()} processors, {_memory()} GB,
  {platform.system()} {platform.release()}
- Load average while measuring: {busy} (above {os.cpu_count()}: others were using the machine,
  and time by the clock says less than processor time)
- {version} with {", ".join(f"{name} {value}" for name, value in SERVER.items())}
- Python {platform.python_version()}, polars {_polars()}
- Data: {data}, 25 elements, 24 months and 20 standards of programmes/lingwu.yaml, values from a fixed seed
"""


Row = tuple[str, str, str, bool]


def _targets(results: Results) -> str:
    parts = (_against_polars, _against_the_loop, _growth, _one_month, _sharing, _explained)
    lines = ["## Targets", "", "| measure | to reach | measured | |", "| --- | --- | --- | --- |"]
    for what, reach, found, good in (row for part in parts for row in part(results)):
        lines.append(f"| {what} | {reach} | {found} | {'reached' if good else '**not reached**'} |")
    return "\n".join([*lines, ""])


def _against_polars(results: Results) -> Iterable[Row]:
    for compared in results.compared:
        for engine in (OURS, SHARED):
            ours, polars = compared.laps[engine], compared.laps[POLARS]
            ratio = ours.wall / polars.wall
            cpu = f" ({ours.cpu / polars.cpu:.2f} x processor time)" if engine == OURS else ""
            what = f"{results.large:,} villages, {compared.name}: {engine} against polars"
            yield what, "≤ 0.5 x", f"{ratio:.2f} x{cpu}", ratio <= 0.5


def _against_the_loop(results: Results) -> Iterable[Row]:
    if not results.loop or not results.compared:
        return
    for engine in (OURS, SHARED):
        lap = results.compared[0].laps[engine]
        faster = (results.loop.wall / results.small) / (lap.wall / results.large)
        what = f"per village, against a naive ORM loop: {engine}"
        yield what, "≥ 500 x", f"{faster:,.0f} x", faster >= 500


def _growth(results: Results) -> Iterable[Row]:
    for compared in results.compared:
        if compared.name not in results.small_laps:
            continue
        small, large = results.small_laps[compared.name], compared.laps[OURS]
        growth = (large.wall / results.large) / (small.wall / results.small)
        cpu = (large.cpu / results.large) / (small.cpu / results.small)
        what = f"time per village, {results.small:,} → {results.large:,} villages, {compared.name}"
        yield what, "≤ 1.2 x", f"{growth:.2f} x ({cpu:.2f} x processor time)", growth <= 1.2


def _one_month(results: Results) -> Iterable[Row]:
    few, many = results.month_of_few, results.month_of_many
    if few and many:
        found = f"{many * 1000:.0f} ms; {many / few:.2f} x of {few * 1000:.0f} ms with 10 villages"
        what = f"after one month of one village, {results.large:,} present: database time"
        yield what, "≤ 100 ms, ≤ 3 x", found, many <= 0.1 and many / few <= 3


def _sharing(results: Results) -> Iterable[Row]:
    if results.one_worker and results.two_workers:
        speed = _seconds(results.one_worker) / _seconds(results.two_workers)
        yield f"{results.nation:,} villages, 2 workers against 1", "≥ 1.8 x", f"{speed:.2f} x", speed >= 1.8
    if killed := results.killed:
        again = killed.rewritten + killed.rows_before + killed.rows_after - killed.rows
        whole = killed.rows == results.nation * 20
        yield "killed midway and finished: verdicts written twice", "0", str(again), again == 0 and whole


def _explained(results: Results) -> Iterable[Row]:
    if found := results.explaining:
        said = f"{found.evaluation * 1000:.1f} ms; {found.whole * 1000:.1f} ms with reading the database"
        what = f"one village explained in Python, {found.standards} standards"
        yield what, "< 5 ms processor time", said, found.evaluation < 0.005


def _full(results: Results) -> str:
    if not results.compared:
        return ""
    lines = [
        "## A full recomputation",
        "",
        f"Read, compute, write what changed: {results.large:,} villages x 20 standards.",
        "Server: processor time of all of PostgreSQL's processes.",
        "Client: of the process that asks (of workers: not counted).",
        "",
        "| | rows written | engine | clock | server | client | verdicts/s | equal |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for compared in results.compared:
        for engine, lap in compared.laps.items():
            rate = results.large * 20 / lap.wall
            lines.append(
                f"| {compared.name} | {compared.written:,} | {engine} | {lap.wall:.1f} s | {lap.server:.1f} s"
                f" | {lap.client:.1f} s | {rate:,.0f} | {'yes' if compared.equal else '**no**'} |"
            )
    if results.loop:
        lap, rows_written = results.loop, results.small * 20
        lines.append(
            f"| all new, {results.small:,} villages | {rows_written:,} | naive ORM loop | {lap.wall:.1f} s"
            f" | {lap.server:.1f} s | {lap.client:.1f} s | {rows_written / lap.wall:,.0f} | |"
        )
    return "\n".join([*lines, ""])


def _profile(results: Results) -> str:
    if not results.stages:
        return ""
    lines = [
        "## Where the time goes",
        "",
        "The statement cut off after each of its tables, for at most 10,000 villages: seconds of the",
        "database's processor up to there.",
        "",
        "| up to | seconds |",
        "| --- | --- |",
        *(f"| {stage.name} | {stage.seconds:.2f} |" for stage in results.stages),
    ]
    return "\n".join([*lines, ""])


def _nation(results: Results) -> str:
    if not results.two_workers:
        return ""
    lines = [f"## The nation: {results.nation:,} villages", "", *_workers(results.one_worker, "1 worker")]
    lines += _workers(results.two_workers, "2 workers")
    if killed := results.killed:
        lines.append(
            f"\nBoth workers were killed when {killed.jobs_before} of {killed.jobs} jobs were done and"
            f" {killed.rows_before:,} verdicts stood. Two others, started after the leases had ended, wrote"
            f" {killed.rows_after:,}: {killed.rows:,} in all, {killed.rewritten} of them a second time."
        )
    return "\n".join([*lines, ""])


def _workers(runs: list[Run], name: str) -> Iterable[str]:
    for run in runs:
        yield f"- {name}: {run.seconds:.0f} s by the clock"
        for worker in run.workers:
            first, most = worker["first"], worker["most"]
            if not worker["jobs"]:
                yield "  - no job was left for it"
                continue
            yield (
                f"  - {worker['jobs']} jobs, {worker['written']:,} rows; memory after the first job and"
                f" at most: {first[0]} and {most[0]} MB, its database process {first[1]} and {most[1]} MB"
            )


def _seconds(runs: list[Run]) -> float:
    return median(run.seconds for run in runs)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _polars() -> str:
    import polars

    return polars.__version__
