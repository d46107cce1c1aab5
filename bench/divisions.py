"""The villages that are measured with: real ones where the list of divisions is there, else made-up codes."""

import csv
import lzma
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "divisions"
NATION = 620_573
ABSENT = f"{FOLDER} is absent: the village codes are made up, evenly spread over counties."


@dataclass(frozen=True, slots=True)
class Place:
    """A village as it is loaded."""

    code: str
    name: str
    township: str


def are_real() -> bool:
    """Say whether the published list of villages is there."""
    return (FOLDER / "villages.csv.xz").exists()


def places(count: int) -> list[Place]:
    """Return `count` villages in the order of their codes."""
    return _published()[:count] if are_real() else _made_up(count)


@cache
def _published() -> list[Place]:
    with lzma.open(FOLDER / "streets.csv.xz", "rt", encoding="utf-8") as streets:
        townships = {row["code"]: row["name"] for row in csv.DictReader(streets)}
    with lzma.open(FOLDER / "villages.csv.xz", "rt", encoding="utf-8") as villages:
        found = [
            Place(row["code"], row["name"], townships[row["streetCode"]]) for row in csv.DictReader(villages)
        ]
    return sorted(found, key=lambda place: place.code)


def _made_up(count: int) -> list[Place]:
    """218 villages in each of 2 850 counties: about what China has."""
    codes = (
        f"{province:02d}{county:04d}{township:03d}{village:03d}"
        for province, county, township, village in product(
            range(11, 68), range(101, 151), range(1, 12), range(1, 21)
        )
    )
    return [Place(code, f"村{code}", "乡镇") for code in islice(codes, count)]
