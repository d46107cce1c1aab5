"""An import's work, done once: claimed under a lease, resumed where a worker died, stopped when asked.

Reading commits piece by piece into the staging table, so that the bar tells the truth; whoever resumes drops
what was staged and begins again. Writing is one transaction with the job's finish: all of it or nothing.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.utils.timezone import localdate

from indicators.models import DataElement, ImportedRow, WorkbookImport
from indicators.models.verdicts import LEASE
from indicators.month_books import applying, comparing
from indicators.month_books.comparing import Comparer
from indicators.month_books.mapping import BookMapping, from_json
from indicators.month_books.reading import Row, RowStream, UnreadableBook, read_rows
from indicators.month_books.rights import Rights
from indicators.month_books.rows import ERROR, NO_RESULT, RowReader, Staged
from indicators.month_books.staging import stage, staged_pieces, unstage
from indicators.month_books.villages import Finder
from indicators.workflow import MonthStatus

logger = logging.getLogger(__name__)
State = WorkbookImport.State
Tick = Callable[[], datetime]  # asked for the time again and again: a lease is renewed with it
CHUNK = 1_000
MOST_TRIES = 4  # a workbook that ends its worker every time is given up
MOST_LOOKS = 5  # at a ledger that moves while it is to be written
MOST_UNKNOWN = 60  # names that were not found, kept to be assigned by hand
TWICE = "第 {rows} 行是同一个村（社区）的同一个月，请只保留一行。"
ROSTER = (
    "第 {rows} 行等 {number} 行是同一个村（社区）的同一个月，像是一户或一人一行的名册，请先按村汇总成一行。"
)
MOST_NAMED = 5  # rows that a refusal names, all of them; of more, the first three
MOVED = "您核对以后，有人改过其中的数据或上报了月报，请按现在的情况重新核对，再导入。"
GAVE_UP = "这份表格多次没有办完，已停止。请拆成几份再上传，或联系管理员。"


class Stopped(Exception):
    """The import was cancelled, or another run has it: this one ends without writing."""


def run_import(*, import_id: int, tick: Tick) -> None:
    """Do what the import waits for: read it, or write it. Nothing where someone else does."""
    token = WorkbookImport.objects.claim(pk=import_id, at=tick())
    if token is None:
        return
    workbook = WorkbookImport.objects.select_related("by__organisation").get(pk=import_id)
    try:
        if workbook.cancel_asked:
            raise Stopped
        if workbook.tries > MOST_TRIES:
            raise UnreadableBook(GAVE_UP)
        (_read if workbook.state == State.READING else _apply)(workbook, token, tick)
    except Stopped:
        _cancelled(workbook, token, tick)
    except UnreadableBook as error:
        _finish(workbook, token, state=State.FAILED, problem=str(error)[:500], finished_at=tick())
    except Exception as error:
        if workbook.state == State.READING:
            unstage(workbook)
        _finish(workbook, token, problem=f"{type(error).__name__}: {error}"[:500], lease_until=tick())
        raise


# --- reading -------------------------------------------------------------------------------------
def _read(workbook: WorkbookImport, token: int, tick: Tick) -> None:
    mapping = from_json(workbook.mapping)
    unstage(workbook)
    with read_rows(workbook.file.path, _kind(workbook), mapping.sheet) as stream:
        total = max(stream.height - mapping.body, 0)
        _hold(workbook, token, tick, rows_total=total, rows_done=0)
        reader = _reader(workbook, mapping, stream, tick)
        tally = _stage_all(workbook, token, tick, reader, stream)
    with transaction.atomic():
        _refuse_twice(workbook, tally)
        counts = tally.counts | {"unknown": tally.unknown, "day": localdate(tick()).isoformat()}
        _finish(workbook, token, state=State.PREVIEW, counts=counts, rows_done=total, problem="")


class _Tally:
    """What is remembered of the rows that went by."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = dict.fromkeys(comparing.NAMES.values(), 0)
        self.unknown: list[str] = []
        self.seen: dict[tuple[int, date | None], int] = {}
        self.twice: dict[tuple[int, date | None], list[int]] = {}

    def add(self, rows: Sequence[Staged]) -> None:
        for row in rows:
            if row.is_unknown and row.label not in self.unknown and len(self.unknown) < MOST_UNKNOWN:
                self.unknown.append(row.label)
            if row.village_id and not row.reason:
                key = (row.village_id, row.month)
                first = self.seen.setdefault(key, row.row)
                if first != row.row:
                    self.twice.setdefault(key, [first]).append(row.row)
        for name, number in comparing.count(rows).items():
            self.counts[name] += number


def _stage_all(
    workbook: WorkbookImport, token: int, tick: Tick, reader: RowReader, stream: RowStream
) -> _Tally:
    tally, comparer = _Tally(), _comparer(workbook, tick)
    for piece in _chunks(stream.rows):
        rows = reader.read(piece)
        comparer.compare(rows)
        tally.add(rows)
        done = max(piece[-1][0] + 1 - reader.mapping.body, 0)
        with transaction.atomic():
            stage(workbook, rows)
            _hold(workbook, token, tick, rows_done=done)
    return tally


def _reader(workbook: WorkbookImport, mapping: BookMapping, stream: RowStream, tick: Tick) -> RowReader:
    user = workbook.by
    elements = {element.code: element for element in DataElement.objects.filter(code__in=mapping.codes)}
    reader = RowReader(
        mapping,
        elements,
        Finder(user, mapping.villages),
        Rights(user),
        workbook.month,
        localdate(tick()),
        _without_result(workbook, mapping.sheet),
        is_text=_kind(workbook) == "csv",
    )
    reader.spans.note(stream.merges)
    return reader


def _comparer(workbook: WorkbookImport, tick: Tick) -> Comparer:
    return Comparer(workbook.by, applying.element_ids(workbook), localdate(tick()))


def _without_result(workbook: WorkbookImport, sheet: str) -> dict[str, str]:
    """Cells that the parser leaves empty though something stands there, and what to say of them."""
    outline = next((one for one in workbook.outline if one["name"] == sheet), None) or {}
    said = ((outline.get("uncached", ()), NO_RESULT), (outline.get("errors", ()), ERROR))
    return {place: reason for places, reason in said for place in places}


def _refuse_twice(workbook: WorkbookImport, tally: _Tally) -> None:
    """Of two rows for one village neither is believed."""
    for (village, month), numbers in tally.twice.items():
        reason = _why_twice(sorted(numbers))
        rows = list(ImportedRow.objects.filter(workbook=workbook, village_id=village, month=month))
        for row in rows:
            before = row.outcomes
            row.outcomes = "".join(sign if sign in "-e" else comparing.REFUSED for sign in before)
            row.reason = reason
            for sign, name in comparing.NAMES.items():
                tally.counts[name] += row.outcomes.count(sign) - before.count(sign)
        ImportedRow.objects.bulk_update(rows, ["outcomes", "reason"], batch_size=500)


def _why_twice(numbers: Sequence[int]) -> str:
    """Which rows are of one village, and what to do; of a roster of households only the first."""
    if len(numbers) <= MOST_NAMED:
        return TWICE.format(rows="、".join(map(str, numbers)))
    return ROSTER.format(rows="、".join(map(str, numbers[:3])), number=len(numbers))


# --- writing -------------------------------------------------------------------------------------
def _apply(workbook: WorkbookImport, token: int, tick: Tick) -> None:
    """Write, unless what was previewed no longer stands: then it is previewed again."""
    if _may_have_moved(workbook, tick()) and _compare_again(workbook, token, tick):
        return None
    for _ in range(MOST_LOOKS):
        try:
            return _write(workbook, token, tick)
        except applying.MovedOn:
            if _compare_again(workbook, token, tick):
                return None
    raise UnreadableBook("村里的数据正在被别人修改，请稍后再导入。")


def _may_have_moved(workbook: WorkbookImport, now: datetime) -> bool:
    """Where no header shows it: on another day another month locks, and another return opens other cells."""
    is_another_day = workbook.counts.get("day") != localdate(now).isoformat()
    rows = ImportedRow.objects.filter(workbook=workbook, status=MonthStatus.RETURNED)
    return is_another_day or rows.exists()


@transaction.atomic
def _write(workbook: WorkbookImport, token: int, tick: Tick) -> None:
    written = applying.write(workbook, workbook.by, tick())
    counts = workbook.counts | {"written": written}
    if not _finish(workbook, token, state=State.DONE, counts=counts, finished_at=tick(), problem=""):
        raise Stopped


def _compare_again(workbook: WorkbookImport, token: int, tick: Tick) -> bool:
    """Compare with the ledger as it is now; where something differs, back to the preview, and say True."""
    comparer, differs = _comparer(workbook, tick), False
    counts = dict.fromkeys(comparing.NAMES.values(), 0)
    with transaction.atomic():
        for piece in staged_pieces(workbook):
            differs = _renew(piece, comparer, counts) or differs
            _hold(workbook, token, tick)
        workbook.counts = workbook.counts | counts | {"day": localdate(tick()).isoformat()}
        if differs:
            _finish(workbook, token, state=State.PREVIEW, counts=workbook.counts, notice=MOVED)
    return differs


def _renew(piece: list[ImportedRow], comparer: Comparer, counts: dict[str, int]) -> bool:
    rows = [_as_staged(row) for row in piece]
    comparer.compare(rows)
    moved = []
    for kept, row in zip(piece, rows, strict=True):
        before = (kept.outcomes, kept.old, kept.version, kept.status)
        if before != (row.outcomes, row.old, row.version, row.status):
            kept.outcomes, kept.old, kept.version, kept.status = (
                row.outcomes,
                row.old,
                row.version,
                row.status,
            )
            kept.remarks = row.remarks or None
            moved.append((kept, before[:2] != (row.outcomes, row.old)))
    ImportedRow.objects.bulk_update(
        [kept for kept, _ in moved], ["outcomes", "old", "version", "status", "remarks"], batch_size=200
    )
    for name, number in comparing.count(rows).items():
        counts[name] += number
    return any(differs for _, differs in moved)


def _as_staged(row: ImportedRow) -> Staged:
    """What was read of a row, to be compared once more."""
    staged = Staged(
        row.row, row.label, row.village_id, row.month, row.reason, row.marks, row.new, dict(row.remarks or {})
    )
    return replace(staged, seen_version=row.seen_version)


# --- the job -------------------------------------------------------------------------------------
def _hold(workbook: WorkbookImport, token: int, tick: Tick, **progress: object) -> None:
    """Renew the lease and say how far it is; Stopped where it is another's, or was cancelled."""
    held = WorkbookImport.objects.held(pk=workbook.pk, token=token).filter(cancel_asked=False)
    if not held.update(lease_until=tick() + LEASE, **progress):
        raise Stopped


def _finish(workbook: WorkbookImport, token: int, **fields: object) -> bool:
    """Close the work in the transaction of its results; False if it is not this run's any more."""
    held = WorkbookImport.objects.held(pk=workbook.pk, token=token)
    if fields.get("state") in (State.DONE, State.PREVIEW):
        held = held.filter(cancel_asked=False)
    if fields.get("state"):
        fields = {"tries": 0, "lease_until": None} | fields
    return held.update(**fields) == 1


def _cancelled(workbook: WorkbookImport, token: int, tick: Tick) -> None:
    """Where somebody cancelled it, let it go; where another run has it, leave it alone."""
    done = {"state": State.CANCELLED, "lease_until": None, "finished_at": tick()}
    if WorkbookImport.objects.held(pk=workbook.pk, token=token).filter(cancel_asked=True).update(**done):
        unstage(workbook)


def _chunks(rows: Iterator[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    while piece := list(islice(rows, CHUNK)):
        yield piece


def _kind(workbook: WorkbookImport) -> str:
    return "csv" if str(workbook.file.name).endswith(".csv") else "xlsx"
