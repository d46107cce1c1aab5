"""The page of a verdict shows what its formula asked besides figures."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory
from tests.indicators.engine_scene import NORTH, SOUTH, EngineScene


@pytest.fixture
def scene(db) -> EngineScene:
    """泾灵南村 meets S01, 泾灵北村 has no data."""
    scene = EngineScene()
    scene.village()
    scene.village(NORTH, "泾灵北村")
    scene.accept(2025)
    scene.figures(scene.element("share"), 2025, {10: 97})
    scene.standard("S01", "share", name="入住")
    return scene


def _page(client, standard, code: str) -> str:
    client.force_login(UserFactory())
    return client.get(reverse("indicators:why", args=[standard.pk, code, 2025])).content.decode()


@pytest.mark.usefixtures("at_nine")
def test_villages_that_were_asked_are_named(client, scene):
    standard = scene.standard("P", "share_met(S01)", scope="programme", threshold="75")

    page = _page(client, standard, "640181")

    assert "再有 1 个村（社区）达标即达到" in page
    assert "<dt>是（1）</dt><dd>泾灵南村</dd>" in page
    assert "<dt>缺数据（1）</dt><dd>泾灵北村</dd>" in page


@pytest.mark.usefixtures("at_nine")
def test_standards_attributes_and_points_are_shown(client, scene):
    scene.attribute("region", ["一类", "二类"])
    scene.know(region="一类")
    standard = scene.standard(
        "G", 'met(S01) and attribute(region) = "一类"', comparator="holds", threshold="", points=10
    )

    page = _page(client, standard, SOUTH)

    assert "涉及的标准" in page
    assert "“一类”" in page
    assert "10（满分 10）" in page
    assert "位小数后比较" not in page
