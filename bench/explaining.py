"""One village's verdicts explained in Python: `python -m bench.explaining`, a process that does nothing else.

A web server's process holds neither polars nor the tables of a measurement, which its collections of garbage
would have to look through.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from villages.models import Programme


@dataclass(frozen=True, slots=True)
class Explaining:
    """Seconds of a process's processor: all of it with reading, and once everything is read."""

    whole: float
    evaluation: float
    standards: int


def explained_alone(times: int) -> Explaining:
    """Explain one village of the programme that is loaded, in a new process."""
    command = [sys.executable, "-m", "bench.explaining", str(times)]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    return Explaining(**json.loads(answer.stdout.splitlines()[-1]))


def explained(programme: "Programme", times: int) -> Explaining:
    """Explain one village's verdicts on all standards."""
    from bench.programme import YEAR
    from indicators.engine import explain_all
    from indicators.engine.explaining.case import Case
    from indicators.engine.periods import Period
    from indicators.engine.reading.catalogue import Catalogue
    from indicators.engine.reading.rules import make_rules
    from indicators.engine.reading.situations import find_place, load_situation
    from indicators.models import Standard
    from villages.models import Village

    december = Period(YEAR, 12)
    village = Village.objects.enrolled_in(programme).order_by("code")[5]
    standards = list(Standard.objects.filter(programme=programme).for_villages().in_year(YEAR).for_list())

    def evaluate() -> float:
        catalogue = Catalogue.load(
            programme
        )  # anew, as for every request: nothing is remembered from the last
        rules = make_rules(catalogue, standards)
        place = find_place(catalogue, rules[0], village.code)
        formulas = [formula for rule in rules for formula in rule.formulas]
        situation = load_situation(catalogue, place, formulas, december)
        start = time.process_time()
        for standard, rule in zip(standards, rules, strict=True):
            Case(catalogue, standard, rule, place, situation, YEAR, december).explain(with_provenance=False)
        return time.process_time() - start

    whole = _timed(lambda: explain_all(programme, village, standards, as_of=december), times)
    return Explaining(whole, median(evaluate() for _ in range(times)), len(standards))


def _timed(work: Callable[[], object], times: int) -> float:
    laps = []
    for _ in range(times):
        start = time.process_time()
        work()
        laps.append(time.process_time() - start)
    return median(laps)


def main() -> None:
    from bench import setting

    setting.up()
    from villages.models import Programme

    # The process that asked reads this line; the bench's database holds one programme.
    print(json.dumps(asdict(explained(Programme.objects.get(), int(sys.argv[1])))))


if __name__ == "__main__":
    main()
