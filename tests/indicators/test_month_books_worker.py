"""A real worker on a long workbook: its bar, its death by kill -9, and what is found afterwards."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from indicators.models import LedgerLine, MonthlyReport, ValueChange, WorkbookImport
from indicators.services import imports
from tests.conftest import PROJECT, WORKER_CLOCK, _wait_for, program_environment
from tests.indicators.book_scene import HEADS, BookScene
from tests.indicators.month_scene import NOW
from villages.models import Enrolment, Village

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 9_000


@pytest.fixture
def scene() -> BookScene:
    scene = BookScene()
    villages = Village.objects.bulk_create(
        Village(code=f"640181101{number:03}", name=f"第{number}村", township_name="郝家桥镇")
        for number in range(221, 900)
    )
    kind = scene.months.programme.kinds.get()
    Enrolment.objects.bulk_create(
        Enrolment(programme=scene.months.programme, village=village, kind=kind) for village in villages
    )
    return scene


def long_book() -> bytes:
    """Some thousand rows, of which those of our villages hold figures that can be taken."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["村代码", *HEADS[1:]])
        for number in range(COUNT):
            code = f"640181101{221 + number:03}" if number < 679 else f"6401811{number + 10000:05}"
            sheet.write_row(number + 1, 0, [code, 1000 + number, 900, 40.5])
    return content.getvalue()


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a group of its own, so that all of it can be killed."""
    environment = program_environment(CLOCK_START=WORKER_CLOCK, CLOCK_ANCHOR=str(time.time()))
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, "--concurrency", "1"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait_for(lambda: " ready." in log.read_text())
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for the worker and its pool, without a word."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def until(condition: Callable[[WorkbookImport], bool], workbook: WorkbookImport) -> WorkbookImport:
    """The import as it was when the condition first held."""
    seen: list[WorkbookImport] = []

    def holds() -> bool:
        seen[:] = [WorkbookImport.objects.get(pk=workbook.pk)]
        return condition(seen[0])

    _wait_for(holds)
    return seen[0]


def lease_is_over(workbook: WorkbookImport) -> None:
    """What five minutes do."""
    WorkbookImport.objects.filter(pk=workbook.pk).update(lease_until=NOW - timedelta(days=1))


def test_killed_twice_midway_it_leaves_nothing_half_done_and_is_finished(scene, tmp_path):
    workbook = scene.upload(long_book())

    with worker(tmp_path / "first.log") as first:
        imports.import_map(
            workbook=workbook,
            mapping=imports.from_json(workbook.mapping),
            month=workbook.month,
            actor=scene.clerk,
            now=NOW,
        )
        midway = until(lambda one: 0 < one.rows_done < COUNT, workbook)
        kill(first)
    assert (midway.state, midway.rows_total) == ("reading", COUNT)
    assert not LedgerLine.objects.exists()

    lease_is_over(workbook)
    with worker(tmp_path / "second.log") as second:
        imports.resend_waiting_imports(now=NOW + timedelta(minutes=1))
        read = until(lambda one: one.state == "preview", workbook)
        assert (read.counts["new"], read.rows_done) == (679 * 3, COUNT)
        imports.import_apply(workbook=workbook, actor=scene.clerk, now=NOW)
        until(lambda one: one.lease_until is not None or one.state == "done", workbook)
        kill(second)
    written = LedgerLine.objects.count()
    assert written in (0, 679 * 3)  # all of it, or nothing

    lease_is_over(workbook)
    with worker(tmp_path / "third.log"):
        imports.resend_waiting_imports(now=NOW + timedelta(minutes=1))
        done = until(lambda one: one.state == "done", workbook)
    assert done.counts["written"] == LedgerLine.objects.count() == ValueChange.objects.count() == 679 * 3
    assert set(MonthlyReport.objects.values_list("version", flat=True)) == {1}


def test_cancelled_while_a_worker_reads_it_stops_and_nothing_is_written(scene, tmp_path):
    workbook = scene.upload(long_book())

    with worker(tmp_path / "worker.log"):
        imports.import_map(
            workbook=workbook,
            mapping=imports.from_json(workbook.mapping),
            month=workbook.month,
            actor=scene.clerk,
            now=NOW,
        )
        until(lambda one: one.rows_done > 0, workbook)
        imports.import_cancel(workbook=workbook, actor=scene.clerk, now=NOW)
        stopped = until(lambda one: one.state == "cancelled", workbook)

    assert stopped.rows_done < COUNT
    assert not LedgerLine.objects.exists()
