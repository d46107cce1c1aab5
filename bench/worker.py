"""A worker process: does what is queued, job after job, as Celery's would; then waits to be told again.

`python -m bench.worker <place> <count>`: each of `count` workers starts at another place of the queue, so
that they do not ask for the same jobs all the time; the claim decides who has one. A line on stdin is the
moment it is then; the answer says how many jobs it did, the rows it wrote, and the memory after the first
job and at most, of its own and of its database process.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from bench import setting

setting.up()

from indicators.engine.computing.running import run_job
from indicators.models import ComputeJob


def main(place: int, count: int) -> None:
    say({"ready": True})
    for line in sys.stdin:
        say(work(datetime.fromisoformat(line.strip()), place, count))


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


def work(now: datetime, place: int, count: int) -> dict:
    """Run every job that nobody else takes first."""
    queued = list(ComputeJob.objects.waiting(at=now).order_by("first_county").values_list("pk", flat=True))
    start = len(queued) * place // count
    done, written, memory = 0, 0, []
    for job in [*queued[start:], *queued[:start]]:
        if computed := run_job(job_id=job, now=now):
            done, written = done + 1, written + computed.written
            memory.append((own_memory(), setting.server_memory()))
    most = [max(figures) for figures in zip(*memory, strict=True)]
    return {"jobs": done, "written": written, "first": list(memory[0]) if memory else [], "most": most}


def own_memory() -> int:
    """Memory of this process, in MB."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 // 2**20


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
