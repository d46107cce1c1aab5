"""Two readers of one tree: whatever is generated, PostgreSQL and Python find the same, to the last digit."""

from datetime import date
from itertools import product
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.engine import ExpressionError, Period, compute
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.models import (
    MONTH_COLUMNS,
    AreaLine,
    DataElement,
    Exemption,
    Indicator,
    Judgement,
    LedgerLine,
    MonthlyReport,
    Standard,
    Verdict,
)
from tests.factories import UserFactory
from tests.indicators.engine_scene import (
    NORTH,
    NOW,
    SOUTH,
    TOWER,
    XING,
    EngineScene,
    as_row,
    as_stored,
    interpret,
)
from tests.indicators.formulas import ELEMENTS, FIGURES, OPTIONS, REGIONS, standards

YEARS = (2022, 2023, 2024)
SCOPES = {"village": SOUTH, "township": "640181101", "kind": "640181:eco", "programme": "640181"}
AREAS = ("64", "62", "6401", "640181", "640181101", "640181201")
GAPS, ACCEPTED = (0, 0, 0.3, 1), (1, 1, 0.9, 0.2)


@pytest.fixture
def county(db) -> EngineScene:
    """Four villages, three years, everything still empty; standards that others may name."""
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    for code, aggregation in ELEMENTS.items():
        scene.element(code, aggregation)
    DataElement.objects.filter(code="water").update(value_type="choice", options=OPTIONS)
    scene.attribute("region", REGIONS)
    scene.attribute("distance")
    scene.indicator("rate", "stock / flow * 100")
    scene.indicator("nested", "rate - previous(mood)")
    scene.series(
        "income",
        {
            ("", 2024): 6,
            ("64", 2024): "6.9",
            ("6401", 2023): "0",
            ("640181", 2024): "8.5",
            ("640181", 2023): "-1.25",
        },
    )
    scene.series("price", {("64", 2024): "1.0001", ("6401", 2024): 0, ("640181101", 2024): 7})
    _define_named(scene)
    return scene


def _define_named(scene: EngineScene) -> None:
    """One standard of every sort, with points."""
    eco = scene.kinds("eco")
    scene.standard("S01", "rate", threshold="60", places=1, points=10)
    scene.standard("S02", "mood", comparator="between", threshold="1", upper="stock", kinds=eco, points=5)
    scene.standard("S03", "yes", comparator="done_by", threshold="", deadline=date(2023, 6, 30))
    scene.standard("S04", comparator="judged", threshold="", points=20, applies_if="attribute(distance) > 3")
    scene.standard("S-5", "water", comparator="any_of", threshold='"优", "良"', applies_if="yes or stock > 0")
    scene.standard("S06", "flow", comparator="about", threshold="2", tolerance="mood", last_year=2023)
    scene.standard("G01", 'meets(2, S01, S02, S04, "S-5")', comparator="holds", threshold="", points=8)


@settings(max_examples=24, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_readers_find_the_same_to_the_last_digit(county, data):
    with transaction.atomic():
        # what stands in the ledger is not worth shrinking
        _fill(county, Random(data.draw(st.integers(0, 10_000))))  # noqa: S311 -- no secret
        until = Period(2024, data.draw(st.integers(1, 12)))
        drawn = data.draw(st.lists(standards, min_size=8, max_size=8))
        rules = _rules(county, [_define(county, place, one) for place, one in enumerate(drawn)])

        compute(county.programme, 2024, now=NOW, until=until)

        for standard, rule, catalogue in rules:
            for verdict in Verdict.objects.filter(standard=standard):
                _compare(catalogue, rule, verdict, until)
        transaction.set_rollback(True)


def _fill(county, chance: Random) -> None:
    """Fill the ledger, with gaps, accept some of its months; decide some things by hand."""
    lines, reports = [], []
    for village, year in product(county.villages.values(), YEARS):
        accepted = [month for month in range(1, 13) if chance.random() < chance.choice(ACCEPTED)]
        reports += [
            MonthlyReport(village=village, month=date(year, month, 1), status="accepted")
            for month in accepted
        ]
        for element in county.catalogue_ids():
            gaps = chance.choice(GAPS)
            values = {month: chance.choice(FIGURES) for month in MONTH_COLUMNS if chance.random() >= gaps}
            if values:
                lines.append(LedgerLine(year=year, village=village, element_id=element, **values))
    LedgerLine.objects.bulk_create(lines)
    MonthlyReport.objects.bulk_create(reports)
    AreaLine.objects.bulk_create(_area_lines(county, chance))
    _decide(county, chance)


def _area_lines(county, chance: Random) -> list[AreaLine]:
    return [
        AreaLine(
            year=year,
            area_code=area,
            element_id=element,
            **{f"v{month[1:]}": chance.choice([*FIGURES, None]) for month in MONTH_COLUMNS},
            **{f"n{month[1:]}": chance.randint(0, 3) for month in MONTH_COLUMNS},
        )
        for year, area, element in product(YEARS, AREAS, county.catalogue_ids())
        if chance.random() < 0.8
    ]


def _decide(county, chance: Random) -> None:
    """Attributes, exemptions (one of them taken back), judgements."""
    user, named = UserFactory(), {row.code: row for row in Standard.objects.all()}
    for village in county.villages.values():
        known = {
            "region": chance.choice([*REGIONS, "", None]),
            "distance": chance.choice([3, 3.5, "4.25", "far"]),
        }
        village.enrolments.update(
            attributes={code: value for code, value in known.items() if chance.random() < 0.8}
        )
        key = {"village": village, "year": 2024}
        if chance.random() < 0.7:
            points = chance.choice([None, 15, 99])
            is_met, standard = chance.random() < 0.5, named["S04"]
            Judgement.objects.create(**key, standard=standard, is_met=is_met, points=points, by=user, at=NOW)
        for code in chance.sample(["S01", "S02", "S04", "G01"], 2):
            by = {"revoked_by": user, "revoked_at": NOW} if chance.random() < 0.3 else {}
            Exemption.objects.create(**key, standard=named[code], by=user, at=NOW, **by)


def _define(county, place: int, drawn: dict) -> Standard:
    drawn = dict(drawn)
    only_eco = drawn.pop("only_eco")
    kinds = county.kinds("eco") if only_eco else []
    area = {"area_code": SCOPES["township"]} if drawn["scope"] == "township" else {}
    if drawn["comparator"] == "any_of":
        drawn["threshold"] = "0, 1, 3, 95"
    if drawn["points"] is None:
        drawn["score"] = ""
    return county.standard(f"T{place}", kinds=kinds, **area, **drawn)


def _rules(county, defined: list[Standard]):
    """Bind what fits; a formula too long once everything is inlined is taken out, not computed."""
    catalogue = Catalogue.load(county.programme)
    found = []
    for standard in [*defined, *Standard.objects.in_year(2024).exclude(pk__in=[row.pk for row in defined])]:
        try:
            [rule] = make_rules(catalogue, [standard])
        except ExpressionError:
            Standard.objects.filter(pk=standard.pk).delete()
        else:
            found.append((standard, rule, catalogue))
    return found


def _compare(catalogue, rule, verdict: Verdict, until: Period) -> None:
    found = as_stored(*interpret(catalogue, rule, verdict.scope_code, until))
    indicator = Indicator.objects.filter(standards=verdict.standard_id).first()
    assert as_row(verdict) == found, indicator and indicator.expression
