"""Everything that the documentation shows can be loaded, and comes out as it says."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators.engine import compute
from indicators.engine.sql.area_sums import repair_county
from indicators.models import Judgement, Score, Verdict
from programme_files.dumping import dump_programme
from programme_files.reading import read
from programme_files.services import programme_load
from programme_files.validation import check_programme
from tests.factories import UserFactory
from tests.programme_files.samples import BLOCKS, EXAMPLES, HEAD, WHOLE, WORKED, recipe_file, recipes
from tests.programme_files.scene import type_year
from villages.models import Village

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
RECIPES = recipes()


def load(text: str):
    return programme_load(text=text, actor=None, now=NOW)


# --- nothing in the documentation rots ------------------------------------------------------------
def test_every_block_of_the_guide_is_tried():
    assert len(RECIPES) == len(BLOCKS) - len(WHOLE) - 1
    assert len(RECIPES) >= 20


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES.keys())
def test_a_recipe_loads_under_its_head_without_a_warning(recipe):
    text = recipe_file(recipe)

    loaded = load(text)

    assert not loaded.warnings
    assert read(dump_programme(loaded.programme)) == read(text)
    compute(loaded.programme, 2025, now=NOW)


def test_the_head_of_the_recipes_says_nothing_twice():
    assert HEAD.count("attributes: {") == 2


@pytest.mark.parametrize("text", [*WHOLE, *EXAMPLES.values()], ids=["small", "worked", *EXAMPLES])
def test_a_whole_file_loads_and_comes_back_equal(text):
    assert check_programme(text)[1] == []

    programme = load(text).programme

    dumped = dump_programme(programme)
    assert read(dumped) == read(text)
    assert not load(dumped).changes


# --- the worked example ---------------------------------------------------------------------------
VILLAGES = ("川口村", "牧场村", "岭上村")
DECEMBER = {
    "qs_income": (64, 18, 44),
    "qs_fence": (None, "8.5", None),
    "qs_fence_plan": (None, 10, None),
    "qs_residents": (1000, 600, 800),
    "qs_students": (40, 20, 30),
    "qs_soldiers": (10, 0, 20),
    "qs_insured": (912, 540, 735),
    "qs_water": (1, 2, 3),
    "qs_road": (1, 0, 1),
    "qs_stars": (4, 2, 5),
    "qs_petitions": (1, 5, 0),
    "qs_awards": (4, 0, 1),
    "qs_accidents": (0, 0, 0),
}
INCOME_2024 = (60, 16, 40)
LAMPS = ({"m05": 1}, {"m05": 0, "m09": 1}, {"m06": 1})
JUDGED = ((True, "8.5"), (False, 5), (True, "9.5"))
STATUSES = {
    "V1": ("met", "unmet", "met"),
    "V2": ("unmet", "met", "met"),
    "V3": ("not_applicable", "met", "not_applicable"),
    "V4": ("met", "near", "met"),
    "V5": ("met", "met", "unmet"),
    "V6": ("met", "unmet", "met"),
    "V7": ("met", "unmet", "met"),
    "V8": ("met", "unmet", "met"),
    "V9": ("met", "unmet", "met"),
    "V10": ("met", "unmet", "met"),
    "V11": ("met", "met", "met"),
    "V12": ("met", "met", "met"),
    "V13": ("met", "not_applicable", "unmet"),
    "G1": ("met", "unmet", "met"),
    "G2": ("met", "unmet", "met"),
}
SCORES = {
    "V1": (30, 9, 22),
    "V2": (0, 10, 10),
    "V3": (None, 10, None),
    "V4": (15, 10, 20),
    "V5": (10, 6, 0),
    "V6": (10, 0, 10),
    "V8": (10, 0, 10),
    "V9": ("7.5", 0, 10),
    "V10": ("8.5", 5, "9.5"),
    "V11": (6, 0, 2),
}
PARTS = {
    "economy": (40, 19, "29.3333"),
    "life": (35, 16, 30),
    "order": (26, 15, "39.5"),
    "extra": (5, 0, 2),
    "star": (93, "42.5", "81.0833"),
}
GRADES = ("五星", "不入星", "三星")
WIDER = {
    "T1": ("met", "66.67"),
    "T2": ("met", "33.33"),
    "T3": ("met", 100),
    "T4": ("met", 126),
    "T5": ("unmet", 108),
}


@pytest.fixture
def worked():
    programme = load(WORKED).programme
    villages = [Village.objects.get(name=name) for name in VILLAGES]
    for place, village in enumerate(villages):
        _typed(programme, village, place)
        _judged(programme, village, *JUDGED[place])
    for year in (2024, 2025):
        repair_county("640122", year)
    compute(programme, 2025, now=NOW)
    return programme


def _typed(programme, village, place):
    """The figures of the table."""
    figures = {code: values[place] for code, values in DECEMBER.items() if values[place] is not None}
    type_year(programme, village, 2024, {"qs_income": INCOME_2024[place]})
    type_year(programme, village, 2025, figures | {"qs_lamps": LAMPS[place]})


def _judged(programme, village, is_met, points):
    Judgement.objects.create(
        standard=programme.standards.get(code="V10"),
        village=village,
        year=2025,
        is_met=is_met,
        points=points,
        note="现场查看。",
        by=UserFactory(),
        at=NOW,
    )


def _of_villages(rows, key, value):
    """The values of rows of the three villages, by key."""
    order = [Village.objects.get(name=name).code for name in VILLAGES]
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        found.setdefault(row[key], {})[row["village_code"]] = row[value]
    return {code: tuple(by_village.get(village) for village in order) for code, by_village in found.items()}


def _exact(table):
    return {
        code: tuple(None if value is None else Decimal(value) for value in values)
        for code, values in table.items()
    }


def _verdicts(programme, value):
    rows = Verdict.objects.filter(standard__programme=programme, standard__scope="village", year=2025)
    named = [
        {"code": row.standard.code, "village_code": row.scope_code, value: getattr(row, value)}
        for row in rows.select_related("standard")
    ]
    return _of_villages(named, "code", value)


def test_the_verdicts_are_those_worked_out_by_hand(worked):
    assert _verdicts(worked, "status") == STATUSES


def test_the_points_are_those_worked_out_by_hand(worked):
    found = {
        code: scores
        for code, scores in _verdicts(worked, "score").items()
        if any(score is not None for score in scores)
    }

    assert found == _exact(SCORES)


def test_the_totals_and_grades_are_those_worked_out_by_hand(worked):
    rows = Score.objects.filter(section__programme=worked, year=2025).select_related("section", "village")
    named = [
        {"code": row.section.code, "village_code": row.village.code, "points": row.points, "grade": row.grade}
        for row in rows
    ]

    assert _of_villages(named, "code", "points") == _exact(PARTS)
    assert _of_villages(named, "code", "grade")["star"] == GRADES
    assert set(rows.values_list("missing", flat=True)) == {0}
    assert list(rows.exclude(vetoed_by="").values_list("village__name", "vetoed_by").distinct()) == [
        ("岭上村", "V5")
    ]


def test_the_wider_targets_are_those_worked_out_by_hand(worked):
    rows = Verdict.objects.filter(standard__programme=worked, year=2025).exclude(standard__scope="village")

    found = {row.standard.code: (row.status, row.value) for row in rows.select_related("standard")}

    assert found == {code: (status, Decimal(value)) for code, (status, value) in WIDER.items()}
