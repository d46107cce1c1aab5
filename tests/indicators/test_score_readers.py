"""Two readers of one scorecard: whatever its sections, weights, gaps and vetoes, both add up the same."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.models import ScoreSection
from tests.indicators.engine_scene import NORTH, SOUTH
from tests.indicators.score_scene import ScoreScene

NAMES = ("五星", "四星", "三星", "不合格")
CUTOFFS = [Decimal(text) for text in ("60", "12", "2.5", "1")]
AMOUNTS = ("0", "1", "2.5", "10", "33.3333", "170", "0.0001")
SCORES = (*AMOUNTS, "-5", "9999.9999")
WEIGHTS = ("1", "1", "0.5", "0.3333", "3")
RULES = ("leave_out", "rescale", "full")
VETOES = (*[{}] * 6, {"veto": "fails"}, *({"veto": "caps", "veto_grade": name} for name in NAMES[:3]))
DEEPEST = 3


@pytest.fixture
def scene(db) -> ScoreScene:
    """Two villages; the scorecards are drawn."""
    scene = ScoreScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    return scene


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32), gaps=st.sampled_from([0, 0, 0.1, 0.5]), unasked=st.sampled_from([0, 0.3, 0.9])
)
def test_both_readers_add_up_the_same(scene, seed, gaps, unasked):
    with transaction.atomic():
        drawing = Drawing(scene, Random(seed), gaps, unasked)  # noqa: S311 -- no secret
        for _ in range(drawing.chance.randint(1, 2)):
            drawing.draw_card()
        drawing.draw_items(None, at_most=1)

        scene.score_all()

        scene.hold_both_readers_together(SOUTH)
        scene.hold_both_readers_together(NORTH)
        transaction.set_rollback(True)


class Drawing:
    """Scorecards by chance: `gaps` is how often something is unknown, `unasked` how often it is not asked."""

    def __init__(self, scene: ScoreScene, chance: Random, gaps: float, unasked: float) -> None:
        self.scene, self.chance, self.gaps, self.unasked = scene, chance, gaps, unasked
        self.sections = self.items = 0

    def draw_card(self) -> None:
        starts = [*sorted(self.chance.sample(CUTOFFS, self.chance.randint(0, 3)), reverse=True), None]
        grades = dict(zip(NAMES, starts, strict=False)) if self.chance.random() < 0.9 else {}
        card = self.scene.card(self._code(), grades, **self._rules())
        self.draw_below(card, depth=0)

    def draw_below(self, section: ScoreSection, depth: int) -> None:
        self.draw_items(section, at_most=3)
        for _ in range(self.chance.randint(0, 2) if depth < DEEPEST else 0):
            is_bonus = self.chance.random() < 0.2
            part = self.scene.section(self._code(), section, is_bonus=is_bonus, **self._rules())
            self.draw_below(part, depth + 1)

    def draw_items(self, section: ScoreSection | None, at_most: int) -> None:
        for _ in range(self.chance.randint(0, at_most)):
            self.items += 1
            points = self.chance.choice([None, *AMOUNTS])
            item = self.scene.item(f"T{self.items}", section, points, **self.chance.choice(VETOES))
            for village in (SOUTH, NORTH):
                if self.chance.random() >= self.gaps:
                    self.scene.found(item, village=village, **self._finding(points))

    def _code(self) -> str:
        self.sections += 1
        return f"s{self.sections}"

    def _rules(self) -> dict[str, Any]:
        return {
            "points": self.chance.choice([None, None, *AMOUNTS]),
            "weight": self.chance.choice(WEIGHTS),
            "not_applicable": self.chance.choice(RULES),
        }

    def _finding(self, points: str | None) -> dict[str, Any]:
        if self.chance.random() < self.unasked:
            return {"status": "not_applicable"}
        if self.chance.random() < self.gaps:
            return {"status": "no_data", "score": self.chance.choice([None, "1"])}
        status = self.chance.choice(["met", "met", "near", "unmet"])
        return {"status": status, "score": self.chance.choice(SCORES) if points else None}
