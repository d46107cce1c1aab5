"""By what a year was judged: a digest that changes with what is asked, and with nothing else."""

import pytest

from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.yardsticks import digest
from indicators.models import DataElement, Standard
from tests.factories import VillageKindFactory
from tests.indicators.engine_scene import EngineScene

# What the first release made of this standard: years that were judged then must stay judged.
FIRST_RELEASE = "16c84e4deb7c97fd6b542b8291366bc66bf03dec655643d2d2872d8af1ba00af"


@pytest.fixture
def scene(db) -> EngineScene:
    scene = EngineScene()
    VillageKindFactory(programme=scene.programme)
    scene.element("flow", "sum")
    scene.element("stock")
    scene.indicator("rate", "stock / flow * 100")
    return scene


def _digest(standard: Standard) -> str:
    standard = Standard.objects.select_related("indicator").get(pk=standard.pk)
    return digest(standard, Catalogue.load(standard.programme))


def test_the_digest_of_a_plain_standard_is_that_of_the_first_release(scene):
    standard = scene.standard(
        "S01", "growth(rate) + 1", comparator="between", upper="max(rate, 100)", kinds=scene.kinds("eco")
    )

    assert _digest(standard) == FIRST_RELEASE


@pytest.mark.parametrize(
    ("changed", "moves"),
    [
        ({"applies_if": "flow > 1"}, True),
        ({"points": 10}, True),
        ({"name": "另一个名称"}, False),
        ({"veto": "fails"}, False),
    ],
)
def test_what_a_standard_asks_moves_its_digest(scene, changed, moves):
    standard = scene.standard("S01", "rate + 1")
    before = _digest(standard)

    Standard.objects.filter(pk=standard.pk).update(**changed)

    assert (_digest(standard) != before) is moves


@pytest.mark.parametrize(
    ("changed", "moves"),
    [
        ({"threshold": "96"}, True),
        ({"last_year": 2024}, True),
        ({"applies_if": "flow > 1"}, True),
        ({"places": 1}, True),
        ({"points": 10}, False),
        ({"name": "另一个名称"}, False),
    ],
)
def test_what_a_named_standard_asks_moves_the_digest_of_the_group(scene, changed, moves):
    named = scene.standard("S01", "rate + 1")
    group = scene.standard("G", "meets_all(S01)", comparator="holds", threshold="")
    outer = scene.standard("H", "met(G)", comparator="holds", threshold="")
    before = [_digest(group), _digest(outer)]

    Standard.objects.filter(pk=named.pk).update(**changed)

    assert [_digest(group) != before[0], _digest(outer) != before[1]] == [moves, moves]


def test_the_meaning_of_options_and_attributes_moves_the_digest(scene):
    scene.element("water", value_type="choice", options=["优", "良"])
    attribute = scene.attribute("region", ["一类", "二类"])
    standard = scene.standard("S01", 'if(water = "优", 1, 0) * case(attribute(region), "一类", 1)')
    before = _digest(standard)

    DataElement.objects.filter(code="water").update(options=["良", "优"])
    swapped = _digest(standard)
    attribute.value_type, attribute.choices = "number", []
    attribute.save()

    assert len({before, swapped, _digest(standard)}) == 3


def test_standards_in_a_circle_have_a_digest_although_nobody_can_compute_them(scene):
    first = scene.standard("A", "met(B)")
    scene.standard("B", "met(A)")

    assert _digest(first)
