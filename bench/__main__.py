"""`make bench`: load, measure, write bench/results.md after every part. Nobody has to be there.

BENCH="--villages 5000 --nation 0" for a quick look. All of it takes half an hour on two processors that
nobody else uses, half of that for the nation.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from bench import setting

setting.up()

from bench import full, nation, one_village, report
from bench.copying import execute
from bench.divisions import NATION
from bench.explaining import explained_alone
from bench.loading import load, settle
from bench.orm_loop import compute_with_a_loop
from bench.profile import profile
from bench.programme import NOW, YEAR
from bench.progress import need_room, say
from bench.stopwatch import repeated
from indicators.engine import compute

FEW = 10


def main() -> None:
    given = _arguments()
    results = report.Results(
        times=given.times,
        nation_times=given.nation_times,
        large=given.villages,
        small=given.small,
        nation=given.nation,
    )
    setting.make_tables()
    setting.give_memory()
    need_room(Path(os.environ["SHIFANCUN_VAR"]), max(given.villages, given.small, given.nation))
    parts: list[Callable[[report.Results], None]] = [_few, _small, _large]
    if given.nation:
        parts.append(_nation)
    for part in parts:
        part(results)
        report.write(results)
    say("done")
    print(report.FILE.read_text(encoding="utf-8"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--villages", type=int, default=100_000, help="how many for a full recomputation")
    parser.add_argument("--small", type=int, default=1_000, help="how many for the loop, and to grow from")
    parser.add_argument("--nation", type=int, default=NATION, help="how many for the workers; 0: leave out")
    parser.add_argument("--nation-times", type=int, default=3, help="runs of the nation")
    parser.add_argument("--times", type=int, default=3, help="runs of each measure")
    return parser.parse_args()


def _load(results: report.Results, count: int) -> full.Programme:
    say(f"loading {count:,} villages")
    programme = load(count)
    say("loaded")
    results.load.append(os.getloadavg()[0])
    return programme


def _few(results: report.Results) -> None:
    programme = _load(results, FEW)
    compute(programme, YEAR, now=NOW)
    settle()
    results.month_of_few = one_village.month_seconds(programme, 40)


def _small(results: report.Results) -> None:
    programme = _load(results, results.small)

    def empty() -> None:
        execute("TRUNCATE indicators_verdict")
        settle()

    def ours() -> None:
        compute(programme, YEAR, now=NOW)

    # More runs than elsewhere: one takes only a fraction of a second.
    results.small_laps["all verdicts new"] = repeated(ours, results.times * 3, empty)
    results.small_laps["nothing changed"] = repeated(ours, results.times * 3, settle)
    say("a loop over villages and standards, which takes longest")
    results.loop = repeated(lambda: compute_with_a_loop(programme), results.times, empty)


def _large(results: report.Results) -> None:
    programme = _load(results, results.large)
    results.compared = full.compare(programme, results.times)
    settle()
    say("where the time goes; one village")
    results.stages = profile(programme, results.times)
    results.month_of_many = one_village.month_seconds(programme, 40)
    results.explaining = explained_alone(200)
    results.load.append(os.getloadavg()[0])


def _nation(results: report.Results) -> None:
    programme = _load(results, results.nation)
    for _ in range(results.nation_times):
        for count, runs in ((2, results.two_workers), (1, results.one_worker)):
            runs.append(nation.with_workers(programme, count))
            say(f"{count} worker(s): {runs[-1].seconds:.0f} s")
        report.write(results)
    say("two workers that are killed")
    results.killed = nation.killed_midway(programme, after=results.two_workers[0].seconds / 3)
    results.load.append(os.getloadavg()[0])


if __name__ == "__main__":
    main()
