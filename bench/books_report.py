"""What the measurement of workbooks found, as the section of bench/results-months.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.stopwatch import Lap

FEW = 2_000  # rows of the stock import
MOST_MB = 150


@dataclass(frozen=True)
class Took:
    """Seconds of an import's parts; `child` is the parser's processor time."""

    name: str
    upload: Lap
    read: Lap
    apply: Lap
    child: float

    @property
    def wall(self) -> float:
        return self.upload.wall + self.read.wall + self.apply.wall

    @property
    def cpu(self) -> float:
        return self.upload.cpu + self.read.cpu + self.apply.cpu + self.child


@dataclass(frozen=True)
class Found:
    """Pairs: `floor` with the ledger's keys and without, `stock` lines and wide, `export` ours and alone."""

    count: int
    cells: int
    took: list[Took]
    memory: dict[str, dict[str, int]]
    floor: tuple[Lap, Lap]
    stock: tuple[Lap, Lap]
    export: tuple[Lap, Lap]

    @property
    def per_row(self) -> float:
        """Processor time of a row whose figures are all new."""
        return self.took[0].cpu / self.count


def report(found: Found) -> str:
    parts = (_targets(found), _imports(found), _beside(found), _memory(found.memory))
    return "\n\n".join("\n".join(part) for part in parts)


def _targets(found: Found) -> Iterator[str]:
    (keyed, bare), (lines, wide), (ours, alone) = found.floor, found.stock, found.export
    full, row = found.took[0].cpu, found.per_row
    yield "| measure | to reach | measured (processor time) | |"
    yield "| --- | --- | --- | --- |"
    stock = "stock import-export of the same figures into the ledger, per row"
    yield _target(stock, "≥ 150 x", lines.cpu / FEW / row)
    yield _target("against calamine + COPY into the ledger's keys", "≤ 3 x", full / keyed.cpu)
    yield _target("export against xlsxwriter alone", "≤ 1.5 x", ours.cpu / alone.cpu)
    only_rows = "stock import-export into one wide row a village, without ledger or history"
    yield f"| beside it: {only_rows} | | {wide.cpu / FEW / row:.2f} x | |"
    yield f"| beside it: calamine + COPY into a table without keys | | {full / bare.cpu:.2f} x | |"
    most = max(found.memory[part]["most"] for part in ("read", "write", "parser"))
    good = "reached" if most < MOST_MB else "**not reached**"
    yield f"| the largest process of an import | < {MOST_MB} MB | {most} MB | {good} |"


def _target(what: str, reach: str, found: float) -> str:
    sign, limit = reach.split()[0], float(reach.split()[1])
    good = found >= limit if sign == "≥" else found <= limit
    return f"| {what} | {reach} | {found:.2f} x | {'reached' if good else '**not reached**'} |"


def _imports(found: Found) -> Iterator[str]:
    rows = f"{found.count:,} rows, {found.cells:,} figures."
    yield f"{rows} Seconds by the clock (processor time of client + server)."
    yield ""
    yield "| import | checks and outline | read and compare | write | parser | all |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in found.took:
        parts = [_lap(one.upload), _lap(one.read), _lap(one.apply), f"{one.child:.1f}"]
        yield f"| {one.name} | {' | '.join(parts)} | {one.wall:.1f} ({one.cpu:.1f}) |"


def _beside(found: Found) -> Iterator[str]:
    (keyed, bare), (lines, wide), (ours, alone) = found.floor, found.stock, found.export
    yield "| beside it | |"
    yield "| --- | --- |"
    yield f"| calamine + COPY, the ledger's key and foreign keys | {_lap(keyed)} |"
    yield f"| calamine + COPY, no key | {_lap(bare)} |"
    yield f"| stock import-export, {FEW:,} rows, a LedgerLine a figure | {_lap(lines)} |"
    yield f"| stock import-export, {FEW:,} rows, a wide row a village | {_lap(wide)} |"
    yield f"| export, ours, median of turns | {_lap(ours)} |"
    yield f"| export, xlsxwriter alone, in turn with it | {_lap(alone)} |"


def _memory(memory: dict[str, dict[str, int]]) -> Iterator[str]:
    yield "| memory (MB) | before | at most |"
    yield "| --- | --- | --- |"
    for part, held in memory.items():
        yield f"| {part} | {held.get('before', '')} | {held['most']} |"


def _lap(lap: Lap) -> str:
    return f"{lap.wall:.1f} ({lap.client:.1f} + {lap.server:.1f})"
