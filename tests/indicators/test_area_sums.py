"""What areas add up to: carried by the write that makes figures count, repaired where need be."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from common.divisions import Level
from indicators.engine.sql.area_sums import area_sums_kept
from indicators.models import AreaLine, MonthlyReport
from indicators.services.areas import areas_repair
from indicators.workflow import MonthStatus
from tests.indicators.engine_scene import NORTH, SOUTH, TOWER, XING, EngineScene
from tests.indicators.month_scene import set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> EngineScene:
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    return scene


def sums(area: str, element, year: int = 2025) -> list[tuple[Decimal | None, int]]:
    line = AreaLine.objects.get(year=year, area_code=area, element_id=element.pk)
    return [(getattr(line, f"v{month:02d}"), getattr(line, f"n{month:02d}")) for month in range(1, 13)]


def everything() -> list[tuple]:
    return list(AreaLine.objects.order_by("year", "area_code", "element_id").values_list())


def accept(scene: EngineScene, month: int, village: str = SOUTH, year: int = 2025) -> None:
    with area_sums_kept([scene.villages[village]], year):
        scene.accept(year, [month], village)


def test_a_flow_adds_up_over_months_and_villages(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 10, 2: 5, 4: 1})
    scene.figures(trees, 2025, {2: 100}, XING)

    for month in (1, 2, 4):
        accept(scene, month)
    accept(scene, 2, XING)

    county = sums("640181", trees)
    assert county[:4] == [(10, 1), (115, 2), (115, 2), (116, 2)]
    assert county[11] == (116, 2)
    assert sums("640181101", trees)[1] == (15, 1)
    assert sums("64", trees) == sums("6401", trees) == county


def test_a_stock_is_the_last_known_one(scene):
    insured = scene.element("insured", "last")
    scene.figures(insured, 2025, {1: 90, 3: 95})
    scene.figures(insured, 2025, {2: 40}, NORTH)

    for month in (1, 3):
        accept(scene, month)
    accept(scene, 2, NORTH)

    assert sums("640181101", insured)[:4] == [(90, 1), (130, 2), (135, 2), (135, 2)]


def test_an_average_is_rounded_to_what_the_column_holds(scene):
    satisfaction = scene.element("satisfaction", "average")
    scene.figures(satisfaction, 2025, {1: 90, 2: 95, 3: 95})

    for month in (1, 2, 3):
        accept(scene, month)

    assert sums("640181", satisfaction)[2] == (Decimal("93.3333"), 1)


def test_a_month_that_was_not_accepted_adds_nothing(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 10, 2: 5})

    accept(scene, 2)

    assert sums("640181", trees)[0] == (None, 0)
    assert sums("640181", trees)[1] == (5, 1)


def test_zero_is_a_figure_and_empty_is_none(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 0})
    scene.figures(trees, 2025, {2: 3}, NORTH)

    accept(scene, 1)
    accept(scene, 1, NORTH)

    assert sums("640181", trees)[0] == (0, 1)


def test_a_corrected_figure_moves_every_level(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 10})
    accept(scene, 1)

    with area_sums_kept([scene.villages[SOUTH]], 2025):
        scene.figures(trees, 2025, {1: 4})

    assert [sums(code, trees)[5] for code in ("640181101", "640181", "6401", "64")] == [(4, 1)] * 4


def test_what_is_carried_is_what_a_repair_would_find(scene):
    trees, insured = scene.element("trees", "sum"), scene.element("insured", "last")
    for village in (SOUTH, NORTH, XING, TOWER):
        scene.figures(trees, 2025, {1: 3, 5: 4}, village)
        scene.figures(insured, 2025, {2: 3, 5: 0}, village)
        for month in (5, 1, 2):
            accept(scene, month, village)
    carried = everything()

    mended = areas_repair()

    assert mended == 0
    assert everything() == carried


def test_a_repair_mends_what_bulk_loading_left_and_drops_what_nothing_gives(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 10})
    scene.accept(2025, [1])
    AreaLine.objects.create(year=2025, area_code="640181901", element_id=trees.pk, v01=1, n01=1)

    mended = areas_repair()

    assert mended == 5  # four levels new, one township that does not exist gone
    assert sums("640181", trees)[0] == (10, 1)
    assert not AreaLine.objects.filter(area_code="640181901").exists()
    assert areas_repair() == 0


def test_a_write_that_fails_leaves_the_sums_alone(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 10})

    def accept_and_fail() -> None:
        with transaction.atomic(), area_sums_kept([scene.villages[SOUTH]], 2025):
            scene.accept(2025, [1])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        accept_and_fail()

    assert everything() == []
    assert not MonthlyReport.objects.filter(status=MonthStatus.ACCEPTED, month=date(2025, 1, 1)).exists()


def test_every_level_is_kept(scene):
    trees = scene.element("trees", "sum")
    scene.figures(trees, 2025, {1: 10})

    accept(scene, 1)

    kept = sorted(len(code) for code in AreaLine.objects.values_list("area_code", flat=True))
    assert kept == [Level.PROVINCE, Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP]


def test_a_month_counts_in_its_areas_once_the_bureau_accepts_it():
    month = set_scene()
    month.fill()
    month.submit()
    before = everything()

    month.accept()

    assert before == []
    line = AreaLine.objects.get(area_code="640181", element_id=month.due.pk)
    assert (line.v09, line.v10, line.n10) == (None, month.value(month.due), 1)
    assert areas_repair() == 0
