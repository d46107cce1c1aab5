"""Worker processes that share the counties of a programme: started before, so that only the work is timed."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from bench.programme import NOW, YEAR
from bench.setting import PROJECT
from indicators.models.verdicts import LEASE
from indicators.services.compliance import compute_request_programme
from villages.models import Programme

LATER = NOW + LEASE + timedelta(minutes=1)  # by then a killed worker's job is anybody's


class Workers:
    """Some processes of bench.worker that wait for a moment to be told, and then do what is queued."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        for place in range(self.count):
            command = [sys.executable, "-m", "bench.worker", str(place), str(self.count)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            self.processes.append(subprocess.Popen(command, cwd=PROJECT, **pipes))
        for process in self.processes:
            process.stdout.readline()  # it stands
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()

    def start(self, moment: datetime) -> None:
        """Let them do what is queued."""
        for process in self.processes:
            process.stdin.write(f"{moment.isoformat()}\n")
            process.stdin.flush()

    def finish(self) -> list[dict[str, Any]]:
        """Wait until nothing is queued any more; return what each has done."""
        return [json.loads(process.stdout.readline()) for process in self.processes]

    def compute(self, programme: Programme) -> list[dict[str, Any]]:
        """Queue the programme's year and do it."""
        ask(programme)
        self.start(NOW)
        return self.finish()


def ask(programme: Programme) -> int:
    """Queue the programme's year; return how many jobs that makes."""
    return len(compute_request_programme(programme=programme, year=YEAR, now=NOW))
