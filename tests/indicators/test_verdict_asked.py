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
def test_standards_and_attributes_are_shown(client, scene):
    scene.attribute("region", ["一类", "二类"])
    scene.know(region="一类")
    standard = scene.standard(
        "G", 'met(S01) and attribute(region) = "一类"', comparator="holds", threshold=""
    )

    page = _page(client, standard, SOUTH)

    assert "涉及的标准" in page
    assert "“一类”" in page
    assert "位小数后比较" not in page


@pytest.mark.usefixtures("at_nine")
def test_an_option_is_shown_and_supposed_by_its_name(client, scene):
    water = scene.element("water", value_type="choice", options=["优", "良", "差"], places=0)
    scene.figures(water, 2025, {10: 3})
    standard = scene.standard("W", "water", comparator="any_of", threshold='"优", "良"')

    page = _page(client, standard, SOUTH)
    supposed = client.get(reverse("indicators:why", args=[standard.pk, SOUTH, 2025]), {"if-water": "1"})

    assert '<option value="2">良</option>' in page
    assert '<td class="num" data-label="数值">差</td>' in page
    assert "年底达不到要求。" in page
    assert "如果这样，of_W “优”，属于 “优”、“良”，达标。" in supposed.content.decode()
