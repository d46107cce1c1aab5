"""A whole scheme of 100 points, invented (hexi.yaml), with results that were worked out by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.engine import Period, compute
from indicators.engine.computing.scores import scorecards_of
from indicators.engine.interpreting.scorecards import load_cards
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.models import Judgement, Score, Verdict
from programme_files.services import programme_load
from programme_files.validation import check_programme
from tests.factories import UserFactory
from tests.indicators.engine_scene import as_row, as_stored, interpret
from tests.indicators.score_scene import as_rows
from tests.programme_files.scene import type_year
from villages.models import Village

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HEXI = (Path(__file__).parent / "hexi.yaml").read_text()

# All figures are invented. None: nobody typed it.
VILLAGES = ("荷塘村", "竹溪村", "城北村", "云岭村", "老湾村")
INCOME_2024 = (
    {"m03": 10, "m06": 18, "m09": 9, "m12": 8},
    {"m02": 5, "m11": 6},
    {"m01": 0, "m06": 80, "m12": 40},
    {"m03": 5, "m07": 8, "m11": 7, "m12": 10},
    40,
)
EVERY_MONTH = {f"m{month:02d}": 1 for month in range(1, 13)}
FIGURES = {
    "hx_income": (
        {"m03": "12.5", "m06": 20, "m09": "10.25", "m12": "7.25"},
        {"m02": 5, "m05": "6.5", "m11": 7},
        {"m01": 0, "m06": "60.01", "m12": 40},
        {"m03": 6, "m07": 9, "m11": 9},
        36,
    ),
    "hx_pci": ({"m06": 16000, "m12": 31200}, 25350, 33800, 28600, 26000),
    "hx_tour": (None, {"m04": 10, "m05": "30.55", "m10": "20.45"}, None, None, None),
    "hx_homes": (400, 250, 600, 300, 100),
    "hx_empty": (40, 30, 0, 100, None),
    "hx_toilets": (342, 176, 537, 199, None),
    "hx_sewage": (320, 149, 474, 240, 70),
    "hx_water": (1, 2, 4, 3, 1),
    "hx_waste": (358, 224, 536, 300, 90),
    "hx_road": (20, 0, 40, 10, None),
    "hx_hard": (19, 0, "38.1", "9.6", None),
    "hx_inspect": (
        {"m01": 92, "m03": 90, "m05": 88, "m11": 90},
        {"m03": "59.9", "m06": 95, "m09": 95},
        {"m02": 85, "m06": "84.9", "m10": "85.1"},
        {"m04": 95, "m08": 91},
        75,
    ),
    "hx_events": ({"m02": 4, "m10": 5}, 12, 6, 10, None),
    "hx_library": (1, 1, 1, 1, None),
    "hx_square": (1, None, 0, 1, None),
    "hx_clinic": (0, None, 0, 1, None),
    "hx_centre": (None, 1, None, None, None),
    "hx_stars": (4, 3, 5, 5, 0),
    "hx_petitions": ({"m01": 0, "m05": 1, "m12": 0}, 3, 2, 0, 0),
    "hx_public": (EVERY_MONTH | {"m02": 0}, EVERY_MONTH, EVERY_MONTH, EVERY_MONTH, EVERY_MONTH),
    "hx_content": ({"m06": "89.9", "m12": 90}, "89.5", 96, 95, 80),
    "hx_plan": ({"m05": 1}, {"m06": 0, "m07": 1}, {"m01": 1}, {"m03": 1}, {"m01": 0}),
    "hx_debt": (12, 5, 90, 0, 40),
    "hx_assets": (100, 50, 300, 80, 100),
    "hx_residents": (1400, 800, 2500, 1000, 200),
    "hx_students": (150, 50, 300, 100, 0),
    "hx_soldiers": (10, None, 20, 5, 0),
    "hx_insured": (1178, 700, 2060, 895, 190),
    "hx_old": (200, 100, 300, 50, 0),
    "hx_served": (150, 66, 300, 50, 0),
    "hx_labour": (None, 40, 0, 20, None),
    "hx_jobs": (None, 36, 0, 17, None),
    "hx_fires": (1, 0, 5, 0, 2),
    "hx_national": (0, 1, 0, 1, 0),
    "hx_provincial": (2, 4, 0, 1, 0),
    "hx_accidents": (0, 0, 0, 0, 1),
    "hx_pollution": (0, 0, 0, 1, 0),
}
JUDGED = {
    "C13": ((True, "8.5"), (False, 6), (True, 10), (True, "9.5"), None),
    "C24": ((True, 0), (False, -2), (True, 0), (True, 0), None),
    "P1": ((True, 19), (True, 25), (True, 20), None, None),
    "P2": (None, (True, 5), None, None, None),
    "P3": ((True, 19), (True, 20), (True, 20), None, None),
    "P4": (None, (True, 10), None, None, None),
    "P5": ((True, 7), (True, 10), (True, 5), None, None),
    "P6": (None, (True, 5), None, None, None),
}

# Status and points in 荷塘村, 竹溪村, 城北村, 云岭村, 老湾村.
EXPECTED = """
C01 met 8      | unmet 7.4  | met 8      | met 8      | met 8
C02 met 5.555  | no_data    | unmet 0    | met 6      | unmet 0
C03 near 6     | unmet 0    | met 6      | unmet 4    | unmet 2
C04 -          | met 5      | -          | -          | -
C06 met 5      | unmet 3    | near 3     | met 5      | -
C07 met 5      | near 0     | near 4.8   | met 5      | met 5
C08 met 5      | met 4      | unmet 0    | unmet 2    | met 5
C09 met 5      | met 5      | near 0     | met 5      | met 5
C10 near 0     | no_data    | met 4      | met 4      | -
C11 met 6      | near 0     | met 4.5    | met 6      | unmet 3
C12 met 9      | met 10     | met 6      | met 10     | -
C13 met 8.5    | unmet 6    | met 10     | met 9.5    | -
C14 met 10     | met 10     | unmet 0    | met 10     | -
C15 met 2      | met 1      | met 3      | met 3      | unmet 0
C16 met 4      | unmet 0    | unmet 3    | met 5      | met 5
C17 unmet 2.5  | met 3      | met 3      | met 3      | met 3
C18 met 4      | near 2     | met 4      | met 4      | unmet 0
C19 met 3      | unmet 0    | met 3      | met 3      | unmet 0
C20 unmet 1    | met 2      | unmet 1    | met 2      | unmet 0
C21 met 4      | no_data    | near 0     | met 4      | met 4
C22 met 3      | unmet 0    | met 3      | met 3      | no_data
C23 -          | met 3      | -          | unmet 0    | -
C24 met 0      | unmet -2   | met 0      | met 0      | no_data
C25 unmet -1   | met 0      | unmet -3   | met 0      | unmet -2
C26 met 0      | met 3      | met 0      | met 3      | met 0
C27 met 2      | met 3      | met 0      | met 1      | met 0
C28 met        | met        | met        | met        | unmet
C29 met        | met        | met        | unmet      | met
C30 met        | no_data    | unmet      | met        | met
C31 met        | no_data    | unmet      | met        | met
F1  met        | met        | met        | met        | no_data
F2  met        | no_data    | unmet      | met        | no_data
F3  unmet      | no_data    | unmet      | met        | no_data
F4  -          | met        | -          | -          | -
P1  met 19     | met 25     | met 20     | no_data    | no_data
P2  -          | met 5      | -          | -          | -
P3  met 19     | met 20     | met 20     | no_data    | no_data
P4  -          | met 10     | -          | -          | -
P5  met 7      | met 10     | met 5      | no_data    | no_data
P6  -          | met 5      | -          | -          | -
"""
PARTS = """
industry   24.4438 | 12.4 | 17.5    | 22.5  | 12.5
clean      15      | 7    | 7.8     | 12    | 15
tidy       11      | 5    | 8.5     | 15    | 8
ecology    26      | 12   | 16.3    | 27    | 26.5385
culture    27.5    | 26   | 16      | 29.5  | 0
order      16.5    | 8    | 17      | 20    | 8
life       10      | 3    | 6       | 7     | 7
extra      2       | 5    | 0       | 4     | 0
grade      91.6938 | 51.4 | 61.8    | 95.25 | 61.5747
yards      25.3333 | 30   | 26.6667 | 0     | 0
spaces     25.3333 | 30   | 26.6667 | 0     | 0
fields     9.3333  | 15   | 6.6667  | 0     | 0
landscape  60      | 75   | 60      | 0     | 0
"""
GRADES = {
    "grade": ("优秀", "", "合格", "合格", "不合格"),
    "landscape": ("合格", "合格", "合格", "", ""),
}
MISSING = {"grade": (0, 4, 0, 0, 2), "landscape": (0, 0, 0, 3, 3)}
VETOED_BY = ("", "", "C30、C08", "C29、C08", "C28")
WIDER = {
    "T1": ("met", 75),
    "T2": ("met", "90.87"),
    "T3": ("met", 74),
    "T4": ("met", "150.01"),
    "T5": ("near", 50),
    "T6": ("met", 3),
    "T7": ("no_data", None),
    "T8": ("met", "90.09"),
}


@pytest.fixture
def programme():
    programme = programme_load(text=HEXI, actor=None, now=NOW).programme
    for place, village in enumerate(_villages()):
        type_year(programme, village, 2024, {"hx_income": INCOME_2024[place]})
        typed = {code: values[place] for code, values in FIGURES.items() if values[place] is not None}
        type_year(programme, village, 2025, typed)
        _judge(programme, village, place)
    compute(programme, 2025, now=NOW)
    return programme


def _villages():
    return [Village.objects.get(name=name) for name in VILLAGES]


def _judge(programme, village, place):
    by = UserFactory()
    for code, said in JUDGED.items():
        if said[place] is not None:
            is_met, points = said[place]
            standard = programme.standards.get(code=code)
            Judgement.objects.create(
                standard=standard,
                village=village,
                year=2025,
                is_met=is_met,
                points=points,
                note="现场查看。",
                by=by,
                at=NOW,
            )


def _cells(table):
    """The rows of a table by their first word."""
    rows = (line.split(maxsplit=1) for line in table.strip().splitlines())
    return {code: [cell.split() for cell in cells.split("|")] for code, cells in rows}


def _number(text):
    return Decimal(text).normalize() if text is not None else None


def _finding(status, points=None):
    return ("not_applicable" if status == "-" else status, _number(points))


def _of_villages(rows, key, value):
    """What the rows say, by key, in the order of the villages."""
    places = {name: place for place, name in enumerate(VILLAGES)}
    found = {}
    for row in rows:
        found.setdefault(key(row), [None] * len(VILLAGES))[places[row.village.name]] = value(row)
    return found


def _scores(programme):
    return Score.objects.filter(section__programme=programme, year=2025).select_related("section", "village")


def test_the_scheme_loads_without_a_warning():
    assert check_programme(HEXI)[1] == []


def test_every_standard_is_judged_as_by_hand(programme):
    rows = Verdict.objects.filter(standard__programme=programme, standard__scope="village", year=2025)

    found = _of_villages(
        rows.select_related("standard", "village"),
        lambda row: row.standard.code,
        lambda row: (row.status, _number(row.score)),
    )

    assert found == {code: [_finding(*cell) for cell in cells] for code, cells in _cells(EXPECTED).items()}


def test_every_part_adds_up_as_by_hand(programme):
    found = _of_villages(_scores(programme), lambda row: row.section.code, lambda row: _number(row.points))

    assert found == {code: [_number(*cell) for cell in cells] for code, cells in _cells(PARTS).items()}


def test_grades_are_those_found_by_hand(programme):
    cards = [row for row in _scores(programme) if row.section.parent_id is None]

    grades = _of_villages(cards, lambda row: row.section.code, lambda row: row.grade)
    missing = _of_villages(cards, lambda row: row.section.code, lambda row: row.missing)
    vetoes = _of_villages(cards, lambda row: row.section.code, lambda row: row.vetoed_by)

    assert grades == {code: list(each) for code, each in GRADES.items()}
    assert missing == {code: list(each) for code, each in MISSING.items()}
    assert vetoes["grade"] == list(VETOED_BY)


def test_targets_of_the_whole_county_are_those_found_by_hand(programme):
    rows = Verdict.objects.filter(standard__programme=programme, year=2025).exclude(standard__scope="village")

    found = {row.standard.code: (row.status, _number(row.value)) for row in rows.select_related("standard")}

    assert found == {code: (status, _number(value)) for code, (status, value) in WIDER.items()}


def test_both_readers_agree_on_every_verdict(programme):
    catalogue = Catalogue.load(programme)

    for verdict in Verdict.objects.filter(standard__programme=programme, year=2025):
        [rule] = make_rules(catalogue, [verdict.standard])
        found = interpret(catalogue, rule, verdict.scope_code, Period(2025, 12))
        assert as_stored(*found) == as_row(verdict)


def test_both_readers_agree_on_every_total(programme):
    cards = {card.root.id: card for card in load_cards(programme, 2025)}
    for village in _villages():
        stored = {
            row.section_id: (row.points, row.full_points, row.missing, row.grade, row.vetoed_by)
            for row in _scores(programme).filter(village=village)
        }

        found = {}
        for result in scorecards_of(programme, village, 2025):
            found |= as_rows(cards[result.card.root.id], result)

        assert stored == found
