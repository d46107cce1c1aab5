"""Two years of a ledger, the same at every run: some thousand villages are made up, the others repeat one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from bench.programme import ELEMENTS

SEED = 20_250_101
PROTOTYPES = 4_000
YEARS = (2024, 2025)
MISSING, NOT_ACCEPTED = 0.02, 0.03
NULL = "\\N"


@dataclass(frozen=True, slots=True)
class Prototype:
    """What villages take over: 12 months per year and element, the states of 24 months, a judgement."""

    lines: list[str]
    states: list[str]
    judged: str


@cache
def prototypes() -> list[Prototype]:
    """Make them up from the seed."""
    chance = Random(SEED)
    return [_prototype(chance) for _ in range(PROTOTYPES)]


def _prototype(chance: Random) -> Prototype:
    size = chance.randint(200, 3000)
    growth = chance.uniform(0.97, 1.25)
    lines = []
    for factor in (1.0, growth):
        shares = {code: chance.uniform(0.5, 1.0) ** 0.3 for code in ELEMENTS}
        months = [_month(size * factor, shares, chance) for _ in range(12)]
        lines += [_line([month[code] for month in months], chance) for code in ELEMENTS]
    states = ["accepted" if chance.random() > NOT_ACCEPTED else "submitted" for _ in range(24)]
    judged = chance.choice(["t", "t", "t", "f", ""])
    return Prototype(lines, states, judged)


def _line(values: list[str], chance: Random) -> str:
    return "\t".join(NULL if chance.random() < MISSING else value for value in values)


def _month(size: float, shares: dict[str, float], chance: Random) -> dict[str, str]:
    """One month of a village of `size` people: parts stay below their wholes."""
    people = size * chance.uniform(0.98, 1.02)
    labour, output, waste = int(people * 0.6), people * 0.11, people * 0.03
    employed = int(labour * shares["employed"])
    agri = output * shares["agri_output"]
    return {
        "village_output": f"{output:.2f}",
        "leading_output": f"{output * 0.6 * shares['leading_output']:.2f}",
        "agri_output": f"{agri:.2f}",
        "special_agri_output": f"{agri * shares['special_agri_output']:.2f}",
        "collective_income": f"{people * 0.002 * shares['collective_income']:.2f}",
        "income_per_capita": f"{12_000 + size * 3:.0f}",
        "labour_force": str(labour),
        "willing_labour": str(int(labour * 0.99)),
        "employed": str(employed),
        "stable_employed": str(int(employed * shares["stable_employed"])),
        "organised_employed": str(int(employed * 0.4 * shares["organised_employed"])),
        "pension_due": str(int(people * 0.8)),
        "pension_insured": str(int(int(people * 0.8) * shares["pension_insured"])),
        "medical_due": str(int(people)),
        "medical_insured": str(int(int(people) * shares["medical_insured"])),
        "school_cohort": str(int(people * 0.02) + 1),
        "school_finishing": str(int(people * 0.02) + 1 - (chance.random() < 0.1)),
        "dropouts": str(int(chance.random() < 0.05)),
        "sewage_generated": str(int(waste * 90)),
        "sewage_treated": str(int(int(waste * 90) * shares["sewage_treated"] ** 4)),
        "garbage_generated": f"{waste:.1f}",
        "garbage_treated": f"{waste * shares['garbage_treated']:.1f}",
        "party_stars": str(chance.randint(2, 5)),
        "committee_trainings": str(int(chance.random() < 0.2)),
        "leader_visits": str(chance.randint(0, 3)),
    }


def chosen(count: int) -> Iterator[int]:
    """The prototype of each village in turn."""
    chance = Random(SEED + 1)
    return (chance.randrange(PROTOTYPES) for _ in range(count))
