"""Forecasts as they are stored: which standards have one, when they are written, what a job leaves alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from indicators.engine.computing.forecasts import forecast
from indicators.engine.computing.verdicts import by_scope, prepare
from indicators.engine.sql.statements import Villages, write_statement
from indicators.models import ComputeJob, Forecast, LedgerLine, MonthlyReport, Verdict
from indicators.services.compliance import compute_request, compute_request_programme, compute_run
from indicators.services.judged_years import year_hold
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER, XING, EngineScene
from villages.models import Enrolment, Village


@pytest.fixture
def scene(db) -> EngineScene:
    """Three villages that insure people at the same pace; October is the last month that counts."""
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    insured = scene.element("pension_insured", value_type="integer", places=0)
    due = scene.element("pension_due", value_type="integer", places=0)
    for code in (SOUTH, NORTH, XING):
        scene.figures(insured, 2025, {1: 1440, 10: 1431}, code)
        scene.figures(due, 2025, {1: 1500, 10: 1500}, code)
        scene.accept(2025, [1, 10], code)
    scene.standard("S11", "pension_insured / pension_due * 100")
    scene.standard("M5", "pension_insured", section="target", scope="programme", threshold="4290")
    scene.standard("Q01", comparator="judged", threshold="")
    return scene


def _run(scene, village=None, year=2025, now=NOW) -> None:
    job = compute_request(programme=scene.programme, year=year, village=village, now=now)
    compute_run(job_id=job.pk, now=now)


def _found(code="S11", scope=SOUTH) -> Forecast:
    return Forecast.objects.get(standard__code=code, scope_code=scope)


def test_december_is_judged_by_the_pace_of_the_year(scene):
    _run(scene)

    found = _found()

    assert Verdict.objects.get(standard__code="S11", scope_code=SOUTH).value == Decimal("95.4")
    assert (found.status, found.value, found.threshold) == ("met", Decimal("95.27"), 95)  # 1429 / 1500
    assert (found.data_month, found.computed_at, found.village.code) == (date(2025, 10, 1), NOW, SOUTH)


def test_the_early_warning_names_what_nothing_says_yet(scene):
    insured = scene.element("pension_insured")
    scene.figures(insured, 2025, {1: 1500, 10: 1426})
    scene.figures(insured, 2025, {1: 1200, 10: 1100}, NORTH)
    _run(scene)

    warned = Forecast.objects.early_warnings().filter(standard__code="S11")

    assert (_found().status, _found(scope=NORTH).status) == ("near", "unmet")
    assert [row.scope_code for row in warned] == [SOUTH]  # in the north the verdict itself says it


@pytest.fixture
def full(scene) -> EngineScene:
    """Everybody due is insured in October; projected apart, more are insured in December than are due."""
    for code in (SOUTH, NORTH, XING):
        scene.figures(scene.element("pension_insured"), 2025, {1: 1491, 10: 1500}, code)
    scene.figures(scene.element("pension_insured"), 2025, {1: 1500, 10: 1491}, NORTH)
    whole = scene.standard("WHOLE", "pension_insured / pension_due * 100", comparator="=", threshold="100.0")
    whole.indicator.unit = "%"
    whole.indicator.save()
    return scene


def test_a_share_that_must_be_the_whole_is_expected_to_be_no_more(full):
    _run(full)

    south, north = (_found("WHOLE", code) for code in (SOUTH, NORTH))
    assert _found("S11").value == Decimal("100.13")  # 1502 / 1500
    assert (south.status, south.value, south.threshold) == ("met", 100, 100)
    assert (north.status, north.value) == ("near", Decimal("99.27"))  # 1489 / 1500


def test_who_asks_for_such_a_share_is_told_the_same(full):
    full.standard("EACH", "met(WHOLE)", comparator="holds", threshold="")
    full.standard("HALF", "share_met(WHOLE)", scope="programme", threshold="60")

    _run(full)

    assert (_found("EACH").status, _found("EACH", NORTH).status) == ("met", "unmet")
    assert _found("HALF", "640181").value == Decimal("66.67")


@pytest.mark.parametrize(
    ("comparator", "unit", "threshold"),
    [(">", "%", "100"), ("=", "", "100"), ("=", "%", "99"), ("=", "%", "100 + 0")],
)
def test_only_what_must_be_exactly_a_hundred_percent_is_cut(full, comparator, unit, threshold):
    full.programme.indicators.filter(code="of_WHOLE").update(unit=unit)
    full.programme.standards.filter(code="WHOLE").update(comparator=comparator, threshold=threshold)

    _run(full)

    assert _found("WHOLE").value == Decimal("100.13")


def test_a_real_verdict_of_more_than_the_whole_is_not_met(full):
    full.figures(full.element("pension_insured"), 2025, {10: 1503})

    _run(full)

    verdict = Verdict.objects.get(standard__code="WHOLE", scope_code=SOUTH)
    assert (verdict.status, verdict.value) == ("near", Decimal("100.2"))
    assert (_found("WHOLE").status, _found("WHOLE").value) == ("met", 100)


def test_what_a_reviewer_judges_has_no_forecast(scene):
    _run(scene)

    assert not Forecast.objects.filter(standard__code="Q01").exists()


def test_a_milestone_is_forecast_by_its_own_month(scene):
    plan = scene.element("plan_done", value_type="boolean", places=0)
    scene.figures(plan, 2025, {1: 0, 10: 1})
    for code, deadline in (("EARLY", date(2025, 6, 30)), ("LATE", date(2025, 12, 31))):
        scene.standard(code, "plan_done", comparator="done_by", threshold="", deadline=deadline)

    _run(scene)

    assert (_found("EARLY").status, _found("LATE").status) == ("unmet", "met")


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_year_that_does_not_run_has_no_forecasts(scene, year):
    scene.compute()
    forecast(scene.programme, 2025, now=NOW)
    assert Forecast.objects.exists()

    _run(scene, now=datetime(year, 1, 5, tzinfo=UTC))

    assert not Forecast.objects.exists()


def test_a_forecast_goes_with_its_verdict(scene):
    _run(scene)
    scene.villages[NORTH].enrolments.all().delete()

    _run(scene)

    assert set(Forecast.objects.filter(standard__code="S11").values_list("scope_code", flat=True)) == {
        SOUTH,
        XING,
    }


def test_nothing_is_written_where_nothing_changed(scene):
    _run(scene)
    later = datetime(2025, 11, 12, 3, tzinfo=UTC)

    assert forecast(scene.programme, 2025, now=later) == 0
    assert _found().computed_at == NOW


def test_counties_and_what_is_wider_are_forecast_part_by_part(scene, monkeypatch):
    scene.village("640381101001", "中宁村", township="某镇")
    monkeypatch.setattr("indicators.services.compliance.SHARD", 1)

    for job in compute_request_programme(programme=scene.programme, year=2025, now=NOW):
        compute_run(job_id=job.pk, now=NOW)

    assert ComputeJob.objects.filter(part="counties").count() == 2
    assert Forecast.objects.filter(standard__code="S11").count() == 4
    assert _found("M5", "640181").status == "near"


def test_a_judged_year_that_keeps_its_yardstick_has_no_forecast(scene):
    year_hold(village=scene.villages[SOUTH], programme=scene.programme, year=2025, now=NOW)
    _run(scene)
    scene.programme.standards.filter(code="S11").update(threshold="99")

    _run(scene)

    scopes = Forecast.objects.filter(standard__code="S11").values_list("scope_code", flat=True)
    assert set(scopes) == {NORTH, XING}


def _row_versions(table: str) -> dict[tuple, str]:
    """Which transaction wrote each row last: a row that was touched, even to the same, has another."""
    with connection.cursor() as cursor:
        # the names of two tables of ours
        cursor.execute(f"SELECT standard_id, scope_code, xmin::text, ctid::text FROM {table}")  # noqa: S608 -- see above
        return {(standard, scope): (xmin, ctid) for standard, scope, xmin, ctid in cursor.fetchall()}


def test_one_accepted_month_touches_its_village_its_township_and_the_programme_alone(scene):
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    for number in range(30):
        scene.village(f"6401812013{number:02}", f"村{number}", township="白土岗乡")
    insured = scene.programme.standards.get(code="S11").indicator
    for code, area in (("T1", SOUTH[:9]), ("T2", XING[:9])):
        scene.standard(code, indicator=insured, scope="township", area_code=area)
    _run(scene)
    before = {table: _row_versions(table) for table in ("indicators_verdict", "indicators_forecast")}
    scene.figures(scene.element("pension_insured"), 2025, {11: 1499})
    scene.figures(scene.element("pension_due"), 2025, {11: 1500})
    scene.accept(2025, [11])
    later = datetime(2025, 11, 20, 3, tzinfo=UTC)

    _run(scene, village=scene.villages[SOUTH], now=later)

    touched = {
        table: {key for key, version in _row_versions(table).items() if before[table][key] != version}
        for table in before
    }
    codes = dict(scene.programme.standards.values_list("pk", "code"))
    assert {(codes[pk], scope) for pk, scope in touched["indicators_verdict"]} == {
        ("S11", SOUTH),
        ("T1", SOUTH[:9]),
        ("M5", "640181"),
    }
    assert {(codes[pk], scope) for pk, scope in touched["indicators_forecast"]} == {("S11", SOUTH)}
    assert set(Verdict.objects.filter(computed_at=later).values_list("scope_code", flat=True)) == {
        SOUTH,
        SOUTH[:9],
        "640181",
    }


def test_the_statement_for_one_village_reads_its_lines_alone(scene):
    _crowd(scene, 600)
    task, rules = prepare(scene.programme, 2025, NOW)
    own, _ = by_scope(rules)

    one = _read_lines(*write_statement(task, own, Villages(ids=[scene.villages[SOUTH].pk])))
    every = _read_lines(*write_statement(task, own, Villages()))

    assert one <= 4
    assert every >= 600


def _crowd(scene, count: int) -> None:
    """Enrol many more villages with a figure each, and let the planner know of them."""
    kind = scene.programme.kinds.get(code="eco")
    element = scene.element("pension_insured")
    codes = [f"64018130{number:04}" for number in range(count)]
    villages = Village.objects.bulk_create(Village(code=code, name=code) for code in codes)
    Enrolment.objects.bulk_create(
        Enrolment(programme=scene.programme, village=village, kind=kind) for village in villages
    )
    MonthlyReport.objects.bulk_create(
        MonthlyReport(village=village, month=date(2025, 1, 1), status="accepted") for village in villages
    )
    LedgerLine.objects.bulk_create(
        LedgerLine(year=2025, village=village, element=element, m01=1) for village in villages
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _read_lines(statement: str, values: dict) -> float:
    """How many ledger lines a statement reads, by its plan as it ran."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
        [[plan]] = cursor.fetchall()
    return sum(_lines(plan[0]["Plan"]))


def _lines(node: dict):
    if node.get("Relation Name") == "indicators_ledgerline":
        yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for child in node.get("Plans", ()):
        yield from _lines(child)
