"""Months accepted at the same moment on real connections: their area counts each of them once."""

from functools import partial

import pytest

from indicators.engine.sql.area_sums import area_sums_kept
from indicators.models import AreaLine
from indicators.services.areas import areas_repair
from tests.indicators.engine_scene import NORTH, SOUTH, XING, EngineScene
from tests.indicators.test_month_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_months_accepted_at_once_are_each_counted_once():
    scene = EngineScene()
    trees = scene.element("trees", "sum")
    for code, name in ((SOUTH, "泾灵南村"), (NORTH, "泾灵北村"), (XING, "泾兴村")):
        scene.village(code, name)
        scene.figures(trees, 2025, {1: 1, 2: 10, 3: 100}, code)

    def accept(village: str, month: int) -> None:
        with area_sums_kept([scene.villages[village]], 2025):
            scene.accept(2025, [month], village)

    places = [(village, month) for month in (1, 2, 3) for village in (SOUTH, NORTH, XING)]
    outcomes = at_once(*(partial(accept, *place) for place in places))

    assert outcomes == [None] * len(places)
    county = AreaLine.objects.get(area_code="640181")
    assert (county.v03, county.n03) == (333, 3)
    assert areas_repair() == 0
