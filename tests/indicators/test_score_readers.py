"""Two readers of one scorecard: whatever its sections, weights, gaps and vetoes, both add up the same."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.models import ScoreSection
from tests.indicators.engine_scene import NORTH, SOUTH
from tests.indicators.score_scene import ScoreScene

NAMES = ("五星", "四星", "三星", "不合格")
STATUSES = ("met", "near", "unmet", "no_data", "not_applicable")

amounts = st.sampled_from(["0", "1", "2.5", "10", "33.3333", "170", "0.0001"])
scores = st.sampled_from([None, "0", "1", "2.5", "33.3333", "-5", "9999.9999", "0.0001"])
items = st.fixed_dictionaries(
    {
        "points": st.one_of(st.none(), amounts),
        "veto": st.sampled_from(["", "", "", "fails", "caps"]),
        "veto_grade": st.sampled_from([*NAMES, "没有的等次"]),
        # what each of two villages has; None where nothing was computed
        "found": st.lists(
            st.one_of(st.none(), st.tuples(st.sampled_from(STATUSES), scores)), min_size=2, max_size=2
        ),
    }
)
leaves = st.fixed_dictionaries(
    {
        "most": st.one_of(st.none(), amounts),
        "weight": st.sampled_from(["1", "1", "0.5", "0.3333", "3"]),
        "is_bonus": st.sampled_from([False, False, True]),
        "rule": st.sampled_from(["leave_out", "rescale", "full"]),
        "items": st.lists(items, max_size=3),
        "parts": st.just([]),
    }
)
sections = st.recursive(
    leaves,
    lambda inner: st.builds(lambda own, parts: own | {"parts": parts}, leaves, st.lists(inner, max_size=3)),
    max_leaves=7,
)
grades = st.lists(st.sampled_from(["1", "2.5", "12", "60"]), unique=True, max_size=3)
cards = st.lists(st.tuples(sections, grades), min_size=1, max_size=2)


@pytest.fixture
def scene(db) -> ScoreScene:
    """Two villages; the scorecards are drawn."""
    scene = ScoreScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    return scene


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(drawn=cards, loose=st.lists(items, max_size=1))
def test_both_readers_add_up_the_same(scene, drawn, loose):
    with transaction.atomic():
        for section, cutoffs in drawn:
            starts = [*sorted(map(Decimal, cutoffs), reverse=True), None]
            card = scene.card(f"card-{ScoreSection.objects.count()}", dict(zip(NAMES, starts, strict=False)))
            _lay_out(scene, card, section)
        for one in loose:
            _lay_item(scene, None, one)

        scene.score_all()

        scene.hold_both_readers_together(SOUTH)
        scene.hold_both_readers_together(NORTH)
        transaction.set_rollback(True)


def _lay_out(scene: ScoreScene, row: ScoreSection, drawn: dict) -> None:
    row.points, row.weight, row.is_bonus = (
        drawn["most"],
        drawn["weight"],
        drawn["is_bonus"] and bool(row.parent),
    )
    row.not_applicable = drawn["rule"]
    row.save()
    for one in drawn["items"]:
        _lay_item(scene, row, one)
    for part in drawn["parts"]:
        _lay_out(scene, scene.section(f"s{ScoreSection.objects.count()}", row), part)


def _lay_item(scene: ScoreScene, row: ScoreSection | None, drawn: dict) -> None:
    code = f"T{scene.programme.standards.count()}"
    veto = {"veto": drawn["veto"], "veto_grade": drawn["veto_grade"] if drawn["veto"] == "caps" else ""}
    standard = scene.item(code, row, drawn["points"], **veto)
    for village, found in zip((SOUTH, NORTH), drawn["found"], strict=True):
        if found:
            scene.found(standard, found[1], found[0], village)
