"""One village: its month accepted, its verdicts computed again; and its verdicts explained in Python."""

import time
from dataclasses import dataclass
from statistics import median

from bench.copying import execute
from bench.programme import NOW, YEAR
from indicators.engine import compute, explain_all
from indicators.engine.catalogue import Catalogue
from indicators.engine.explaining.case import Case
from indicators.engine.loading import find_place, load_situation
from indicators.engine.periods import Period
from indicators.engine.rules import make_rules
from indicators.models import Standard
from villages.models import Programme, Village

DECEMBER = Period(YEAR, 12)
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


@dataclass(frozen=True, slots=True)
class Explaining:
    """Seconds of this process's processor: all of it with reading, and once everything is read."""

    whole: float
    evaluation: float
    standards: int


def explaining(programme: Programme, times: int) -> Explaining:
    """Explain one village's verdicts on all standards."""
    village = Village.objects.enrolled_in(programme).order_by("code")[5]
    standards = list(Standard.objects.filter(programme=programme).for_villages().in_year(YEAR).for_list())
    whole = _cpu(lambda: explain_all(programme, village, standards, as_of=DECEMBER), times)
    catalogue = Catalogue.load(programme)
    rules = make_rules(catalogue, standards)
    place = find_place(catalogue, rules[0], village.code)
    formulas = [formula for rule in rules for formula in rule.formulas]

    def evaluate() -> None:
        situation = load_situation(catalogue, place, formulas, DECEMBER)
        start = time.process_time()
        for standard, rule in zip(standards, rules, strict=True):
            Case(catalogue, standard, rule, place, situation, YEAR, DECEMBER).explain(with_provenance=False)
        spent.append(time.process_time() - start)

    spent: list[float] = []
    for _ in range(times):
        evaluate()
    return Explaining(whole, median(spent), len(standards))


def _cpu(work, times: int) -> float:  # type: ignore[no-untyped-def]  # whatever it returns is not wanted
    laps = []
    for _ in range(times):
        start = time.process_time()
        work()
        laps.append(time.process_time() - start)
    return median(laps)
