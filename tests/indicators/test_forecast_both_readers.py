"""A forecast has two readers as well: whatever is generated, both expect the same December."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.engine import Period
from indicators.engine.computing.forecasts import forecast, forecast_village
from indicators.engine.interpreting.judging import judge
from indicators.engine.interpreting.projecting import Projected
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.engine.reading.situations import find_place, load_situation
from indicators.models import MONTH_COLUMNS, DataElement, Forecast, LedgerLine, MonthlyReport, Verdict
from tests.indicators.engine_scene import NORTH, SOUTH, EngineScene

YEAR, DECEMBER = 2025, Period(2025, 12)
FIGURES = [Decimal(text) for text in ("0", "1", "2", "7", "95", "-4", "0.0001", "33.3333", "1480.5", "12345")]
FOLDS = ("total({0})", "last({0})", "average({0})", "lowest({0})", "month_count({0})", "growth({0})", "{0}")
SHAPES = {
    "flow": ("sum", {"places": 0, "value_type": "integer"}),
    "cost": ("sum", {"places": 2, "minimum": Decimal("-10"), "maximum": Decimal(1000)}),
    "stock": ("last", {"places": 4}),
    "count": ("last", {"places": 0, "value_type": "integer", "minimum": Decimal(1)}),
    "so_far": ("last", {"places": 1, "is_cumulative": True}),
    "mood": ("average", {"places": 2, "maximum": Decimal(100)}),
    "done": ("last", {"value_type": "boolean", "places": 0}),
    "visited": ("sum", {"value_type": "boolean", "places": 0}),
    "stars": ("last", {"value_type": "level", "places": 0}),
}
PLACES = {"village": SOUTH, "programme": "640181"}


@pytest.fixture
def county(db) -> EngineScene:
    """Two villages and an element of every shape; one standard per element and way of reading it."""
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村", kind="labour")
    for code, (aggregation, more) in SHAPES.items():
        scene.element(code, aggregation, **more)
    for number, (code, fold, scope) in enumerate(product(SHAPES, FOLDS, PLACES)):
        scene.standard(f"T{number}", fold.format(code), scope=scope, places=6, threshold="7")
    scene.standard(
        "DONE", "stock / count * 100", comparator="done_by", threshold="", deadline=date(2025, 8, 1)
    )
    scene.standard("RATE", "stock / count * 100", threshold="average(mood)")
    for code, expression in (("SHARE", "share(flow >= 7)"), ("MET", "share_met(RATE)")):
        scene.standard(code, expression, scope="programme", threshold="50")
    scene.standard("WHOLE", "stock / count * 100", comparator="=", threshold="100", places=2)
    scene.programme.indicators.filter(code="of_WHOLE").update(unit="%")
    scene.standard("ALL", "meets(1, RATE, DONE, WHOLE)", threshold="1")
    scene.standard("WHOLES", "share_met(WHOLE)", scope="programme", threshold="50")
    return scene


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_readers_expect_the_same_december(county, data):
    with transaction.atomic():
        # what stands in the ledger is not worth shrinking
        _fill(county, Random(data.draw(st.integers(0, 10_000))))  # noqa: S311 -- no secret
        now = datetime(YEAR, data.draw(st.integers(1, 12)), 15, tzinfo=UTC)
        county.compute(YEAR, until=Period(YEAR, now.month))

        forecast(county.programme, YEAR, now=now)

        found = list(Forecast.objects.select_related("standard", "standard__indicator"))
        assert len(found) == Verdict.objects.count() > len(SHAPES) * len(FOLDS)
        _compare(county, found, now.month)
        for village in county.villages.values():  # by itself a village comes to the same: nothing is written
            assert forecast_village(county.programme, YEAR, village, now=now) == 0
        transaction.set_rollback(True)


def _fill(county, chance: Random) -> None:
    """Fill two years with gaps, and accept some of their months; a year may be whole or have just begun."""
    lines, reports = [], []
    for village, year in product(county.villages.values(), (YEAR - 1, YEAR)):
        share, until = chance.choice((1, 1, 0.8)), chance.choice((12, 12, 8, 3, 1))
        accepted = [month for month in range(1, until + 1) if chance.random() < share]
        reports += [
            MonthlyReport(village=village, month=date(year, month, 1), status="accepted")
            for month in accepted
        ]
        for element in county.catalogue_ids():
            gaps = chance.choice((0, 0, 0.3))
            values = {month: chance.choice(FIGURES) for month in MONTH_COLUMNS if chance.random() >= gaps}
            if values:
                lines.append(LedgerLine(year=year, village=village, element_id=element, **values))
    LedgerLine.objects.bulk_create(lines)
    MonthlyReport.objects.bulk_create(reports)


def _compare(county, found: list[Forecast], month: int) -> None:
    catalogue = Catalogue.load(county.programme).for_forecast()
    rules = make_rules(catalogue, [row.standard for row in found])
    habits = {code: element.habit for code, element in catalogue.elements.items()}
    loaded = {}
    for row, rule in zip(found, rules, strict=True):
        if row.scope_code not in loaded:
            place = find_place(catalogue, rule, row.scope_code)
            every = [formula for each in rules for formula in each.formulas]
            loaded[row.scope_code] = load_situation(catalogue, place, every, DECEMBER)
        situation = loaded[row.scope_code].with_values(lambda v: Projected(v, YEAR, month, habits))
        outcome = judge(rule, situation.until(rule.period(DECEMBER)))
        expected = (str(outcome.status), outcome.stored(outcome.value), outcome.stored(outcome.threshold))
        assert (row.status, row.value, row.threshold) == expected, row.standard.indicator.expression


def test_the_comparison_would_notice_another_projection(county):
    stock = DataElement.objects.get(code="stock")
    county.figures(stock, YEAR, {1: "1.0001", 8: "2.0002"})
    county.accept(YEAR, [1, 8])
    county.compute(YEAR, until=Period(YEAR, 8))
    forecast(county.programme, YEAR, now=datetime(YEAR, 8, 15, tzinfo=UTC))
    DataElement.objects.filter(code="stock").update(places=1)

    found = list(Forecast.objects.select_related("standard", "standard__indicator"))

    with pytest.raises(AssertionError, match="stock"):
        _compare(county, found, 8)
