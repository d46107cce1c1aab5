"""One village: its month accepted, its verdicts computed again."""

import time
from statistics import median

from bench.copying import execute
from bench.programme import NOW, YEAR
from indicators.engine import compute
from villages.models import Programme, Village

CORRECT = f"UPDATE indicators_ledgerline SET m12 = m12 + %s WHERE year = {YEAR} AND village_id = %s"


class Clock:
    """Adds up the time that is spent waiting for the database."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, run, sql, values, many, context):  # type: ignore[no-untyped-def]  # as Django calls it
        start = time.perf_counter()
        try:
            return run(sql, values, many, context)
        finally:
            self.seconds += time.perf_counter() - start


def month_seconds(programme: Programme, times: int) -> float:
    """The median database time of computing again after a month of one village, in seconds."""
    from django.db import connection

    villages = list(Village.objects.enrolled_in(programme).order_by("code")[:10])
    laps = []
    for run in range(times):
        village = villages[run % 10]
        execute(CORRECT, [1 if run // 10 % 2 == 0 else -1, village.pk])
        with connection.execute_wrapper(clock := Clock()):
            compute(programme, YEAR, now=NOW, villages=[village])
        laps.append(clock.seconds)
    return median(laps)
