"""Verdicts worked out by hand; `scene.verdict` asks PostgreSQL and holds the Python reader to the same."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from indicators.engine import Period
from indicators.models import Judgement, MonthlyReport, Verdict
from tests.factories import UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER, XING, EngineScene


@pytest.fixture
def scene(db) -> EngineScene:
    """泾灵南村 with every month so far accepted."""
    scene = EngineScene()
    scene.village()
    scene.accept(2024)
    scene.accept(2025, range(1, 11))
    return scene


def _insurance(scene: EngineScene, insured: object, due: object = 1500) -> None:
    scene.figures(scene.element("pension_insured"), 2025, {9: 1, 10: insured})
    scene.figures(scene.element("pension_due"), 2025, {10: due})


def test_a_rate_is_divided_by_the_system_and_compared(scene):
    _insurance(scene, 1398)

    verdict = scene.verdict(scene.standard("S11", "pension_insured / pension_due * 100"))

    assert (verdict.status, verdict.value, verdict.threshold, verdict.gap) == (
        "near",
        Decimal("93.2"),
        95,
        Decimal("1.8"),
    )
    assert verdict.data_month == date(2025, 10, 1)
    assert verdict.computed_at == NOW


@pytest.mark.parametrize(
    ("comparator", "value", "status", "gap"),
    [
        (">=", "95", "met", None),
        (">=", "94.99", "near", "0.01"),
        (">=", "90.25", "near", "4.75"),
        (">=", "90.24", "unmet", "4.76"),
        (">", "95.01", "met", None),
        (">", "95", "near", "0"),
        ("=", "95", "met", None),
        ("=", "95.01", "near", "0.01"),
        ("=", "94.99", "near", "0.01"),
        ("<=", "95", "met", None),
        ("<=", "95.01", "near", "0.01"),
        ("<=", "99.76", "unmet", "4.76"),
        ("<", "94.99", "met", None),
        ("<", "95", "near", "0"),
    ],
)
def test_a_tie_is_decided_by_the_comparator_alone(scene, comparator, value, status, gap):
    scene.figures(scene.element("share"), 2025, {10: value})

    verdict = scene.verdict(scene.standard("T", "share", comparator=comparator))

    assert (verdict.status, verdict.gap) == (status, gap and Decimal(gap))


@pytest.mark.parametrize(
    ("comparator", "value", "status", "gap"),
    [
        ("between", "40", "met", None),
        ("between", "60", "met", None),
        ("between", "39", "near", "1"),
        ("between", "62.9", "near", "2.9"),
        ("between", "63.1", "unmet", "3.1"),
        ("about", "35", "met", None),
        ("about", "45", "met", None),
        ("about", "34", "near", "1"),
        ("about", "48", "unmet", "3"),
    ],
)
def test_between_has_two_bounds_and_about_a_tolerance(scene, comparator, value, status, gap):
    scene.figures(scene.element("share"), 2025, {10: value})
    standard = scene.standard("T", "share", comparator=comparator, threshold="40", upper="60", tolerance="5")

    verdict = scene.verdict(standard)

    assert (verdict.status, verdict.gap) == (status, gap and Decimal(gap))


@pytest.mark.parametrize(
    ("value", "places", "status"),
    [
        ("94.995", 2, "met"),
        ("94.994", 2, "near"),
        ("94.95", 1, "met"),
        ("94.5", 0, "met"),
        ("94.49", 0, "near"),
        ("94.9999", 4, "near"),
    ],
)
def test_a_standard_compares_after_rounding_half_up_to_its_places(scene, value, places, status):
    scene.figures(scene.element("share"), 2025, {10: value})

    assert scene.verdict(scene.standard("T", "share", places=places)).status == status


def test_how_near_is_near_can_be_said_in_the_indicators_unit(scene):
    scene.figures(scene.element("visits", "sum"), 2025, {1: 7})

    wide = scene.standard("A", "visits", threshold="10", near_margin=3)
    tight = scene.standard("B", indicator=wide.indicator, threshold="10", near_margin=0)

    assert (scene.verdict(wide).status, scene.verdict(tight).status) == ("near", "unmet")


def test_nothing_is_near_zero(scene):
    scene.figures(scene.element("dropouts"), 2025, {10: 1})

    verdict = scene.verdict(scene.standard("M2", "dropouts", comparator="=", threshold="0"))

    assert (verdict.status, verdict.gap) == ("unmet", 1)


def test_missing_is_no_data_and_zero_is_a_figure(scene):
    insured, due = scene.element("pension_insured"), scene.element("pension_due")
    standard = scene.standard("S11", "pension_insured / pension_due * 100")
    scene.figures(due, 2025, {10: 1500})

    assert scene.verdict(standard).status == "no_data"

    scene.figures(insured, 2025, {10: 0})
    assert (scene.verdict(standard).status, scene.verdict(standard).value) == ("unmet", 0)

    scene.figures(due, 2025, {10: 0})
    assert (scene.verdict(standard).status, scene.verdict(standard).value) == ("no_data", None)


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_only_accepted_months_count(scene, status):
    scene.figures(scene.element("share"), 2025, {8: 96, 9: 94, 10: 99})
    MonthlyReport.objects.filter(month__in=[date(2025, 8, 1), date(2025, 10, 1)]).update(status=status)

    verdict = scene.verdict(scene.standard("T", "share"))

    assert (verdict.value, verdict.data_month) == (94, date(2025, 9, 1))


def test_a_figure_of_the_year_comes_from_its_months_by_its_own_aggregation(scene):
    for code, aggregation in (("trained", "sum"), ("staff", "last"), ("content", "average")):
        scene.figures(scene.element(code, aggregation), 2025, {1: 10, 3: 20, 9: 3})

    values = {
        code: scene.verdict(scene.standard(code, code)).value for code in ("trained", "staff", "content")
    }

    assert values == {"trained": 33, "staff": 3, "content": 11}


def test_growth_of_a_sum_compares_the_same_months_one_by_one(scene):
    income = scene.element("collective_income", "sum")
    scene.figures(income, 2024, {1: 100, 2: 900, 3: 100, 11: 5000})
    scene.figures(income, 2025, {1: 120, 3: 110})

    verdict = scene.verdict(
        scene.standard("S13", "growth(collective_income)", comparator=">", threshold="10")
    )

    assert (verdict.status, verdict.value) == ("met", 15)  # (230 - 200) / 200


def test_growth_without_one_of_last_years_months_is_no_data(scene):
    income = scene.element("collective_income", "sum")
    scene.figures(income, 2024, {1: 100})
    scene.figures(income, 2025, {1: 120, 3: 110})

    verdict = scene.verdict(
        scene.standard("S13", "growth(collective_income)", comparator=">", threshold="10")
    )

    assert (verdict.status, verdict.value, verdict.gap) == ("no_data", None, None)
    assert verdict.data_month == date(2025, 3, 1)


def test_growth_of_a_last_value_takes_the_very_same_month_of_last_year(scene):
    income = scene.element("income")
    scene.figures(income, 2024, {9: 1000, 12: 2000})
    scene.figures(income, 2025, {6: 1, 9: 1162})
    standard = scene.standard("S06", "growth(income)", comparator=">", threshold="16")

    assert scene.verdict(standard).value == Decimal("16.2")

    scene.figures(income, 2025, {10: 1200})
    assert scene.verdict(standard).status == "no_data"


def test_exactly_ten_per_cent_is_not_above_ten(scene):
    income = scene.element("collective_income", "sum")
    scene.figures(income, 2024, {1: 100})
    scene.figures(income, 2025, {1: 110})

    verdict = scene.verdict(
        scene.standard("S13", "growth(collective_income)", comparator=">", threshold="10")
    )

    assert (verdict.value, verdict.status, verdict.gap) == (10, "near", 0)


def test_last_years_month_accepted_late_lets_growth_be_known(scene):
    income = scene.element("collective_income", "sum")
    scene.figures(income, 2024, {1: 100})
    scene.figures(income, 2025, {1: 120})
    standard = scene.standard("S13", "growth(collective_income)", comparator=">", threshold="10")
    january = MonthlyReport.objects.filter(month=date(2024, 1, 1))
    january.update(status="submitted")

    assert scene.verdict(standard).status == "no_data"

    january.update(status="accepted")
    assert scene.verdict(standard).status == "met"


def test_growth_of_a_rate_moves_every_figure_a_year_back(scene):
    for code, year, value in (("a", 2024, 40), ("b", 2024, 100), ("a", 2025, 60), ("b", 2025, 120)):
        scene.figures(scene.element(code), year, {10: value})
    scene.indicator("rate", "a / b * 100")

    assert scene.verdict(scene.standard("T", "growth(rate)")).value == 25  # 50 after 40
    assert scene.verdict(scene.standard("U", "rate - previous(rate)")).value == 10


def test_totals_and_last_known_values_reach_into_earlier_years(scene):
    scene.accept(2022, [5])
    scene.accept(2021, [5])
    toilets, stars = scene.element("toilets", "sum"), scene.element("stars")
    for year, months in ((2021, {5: 7}), (2022, {5: 100, 6: 50}), (2024, {1: 10}), (2025, {2: 5})):
        scene.figures(toilets, year, months)
    scene.figures(stars, 2022, {5: 3})

    assert scene.verdict(scene.standard("A", "total(toilets)")).value == 115
    assert scene.verdict(scene.standard("B", "last(stars)", threshold="3")).data_month == date(2022, 5, 1)
    assert scene.verdict(scene.standard("C", "stars", threshold="3")).status == "no_data"
    assert scene.verdict(scene.standard("D", "previous(total(toilets))")).value == 110


def test_at_least_one_visit_a_month_looks_at_the_poorest_month(scene):
    visits = scene.element("visits", "sum")
    scene.figures(visits, 2025, dict.fromkeys(range(1, 11), 1) | {4: 0})
    standard = scene.standard("M13", "lowest(visits)", threshold="1")

    assert scene.verdict(standard).status == "unmet"

    scene.figures(visits, 2025, {4: 2})
    assert scene.verdict(standard).status == "met"
    assert scene.verdict(scene.standard("N", "month_count(visits)", threshold="10")).status == "met"


def test_a_milestone_counts_only_as_of_its_deadline(scene):
    scene.accept(2022)
    done = scene.element("plan_done", value_type="boolean")
    scene.figures(done, 2022, {2: 0, 3: 0, 4: 1})
    in_time = scene.standard(
        "M8", "plan_done", comparator="done_by", deadline=date(2022, 4, 30), threshold=""
    )
    late = scene.standard(
        "M9", indicator=in_time.indicator, comparator="done_by", deadline=date(2022, 3, 31), threshold=""
    )

    assert (scene.verdict(in_time, year=2022).status, scene.verdict(late, year=2022).status) == (
        "met",
        "unmet",
    )
    assert scene.verdict(late, year=2022).data_month == date(2022, 3, 1)


def test_a_reference_is_that_of_the_year_and_the_villages_own_area(scene):
    income = scene.element("income")
    scene.figures(income, 2025, {10: 17000})
    scene.series(
        "rural", {("", 2025): 24456, ("64", 2025): 18000, ("6401", 2025): 16900, ("640181", 2024): 1}
    )
    by_level = {
        level: scene.standard(
            level, f"income + 0 * ref(rural, {level})", comparator=">", threshold=f"ref(rural, {level})"
        )
        for level in ("nation", "province", "city", "county", "local")
    }

    found = {
        level: (verdict.status, verdict.threshold)
        for level, standard in by_level.items()
        if (verdict := scene.verdict(standard))
    }

    assert found == {
        "nation": ("unmet", 24456),
        "province": ("unmet", 18000),
        "city": ("met", 16900),
        "county": ("no_data", None),
        "local": ("met", 16900),
    }


def test_a_threshold_may_be_a_multiple_and_may_change_with_year_and_kind(scene):
    scene.figures(scene.element("income"), 2025, {10: 30})
    scene.series("mean", {("640181", 2025): 20})

    multiple = scene.standard("A", "income", threshold="1.5 * ref(mean, county)")
    dated = scene.standard("B", indicator=multiple.indicator, threshold="if(year() = 2024, 29, 31)")
    by_kind = scene.standard("C", indicator=multiple.indicator, threshold='if(kind() = "eco", 29, 31)')

    assert [scene.verdict(one).status for one in (multiple, dated, by_kind)] == ["met", "near", "met"]


def test_a_stretch_value_stands_beside_the_required_one(scene):
    scene.figures(scene.element("growth_rate"), 2025, {10: "12"})
    standard = scene.standard("S05", "growth_rate", threshold="10", stretch="16", comparator=">")

    verdict = scene.verdict(standard)

    assert (verdict.status, verdict.stretch_met) == ("met", False)


def test_a_standard_applies_only_to_its_kinds_and_villages(scene):
    scene.village(TOWER, "镇河塔社区", kind="labour")
    scene.figures(scene.element("share"), 2025, {10: 99})
    by_kind = scene.standard("S03", "share", kinds=scene.kinds("labour"))
    by_village = scene.standard("M4", indicator=by_kind.indicator, villages=[scene.villages[SOUTH]])

    found = {
        (one.code, code): scene.verdict(one, code).status
        for one in (by_kind, by_village)
        for code in (SOUTH, TOWER)
    }

    assert found == {
        ("S03", SOUTH): "not_applicable",
        ("S03", TOWER): "no_data",
        ("M4", SOUTH): "met",
        ("M4", TOWER): "not_applicable",
    }


def test_a_judged_standard_says_what_the_reviewer_said(scene):
    scene.village(NORTH, "泾灵北村")
    standard = scene.standard("Q01", comparator="judged", threshold="")
    judge = {"standard": standard, "by": UserFactory(), "at": NOW, "note": "查阅台账"}
    Judgement.objects.create(village=scene.villages[SOUTH], year=2025, is_met=True, **judge)
    Judgement.objects.create(village=scene.villages[NORTH], year=2024, is_met=True, **judge)

    scene.compute()

    assert dict(Verdict.objects.values_list("scope_code", "status")) == {SOUTH: "met", NORTH: "no_data"}


@pytest.fixture
def county(scene) -> EngineScene:
    """Four villages in three townships; training this year: 100, 200, 300, none yet."""
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    trained = scene.element("trained", "sum")
    for code, count in ((SOUTH, 100), (NORTH, 200), (XING, 300)):
        if code != SOUTH:
            scene.accept(2025, range(1, 11), code)
            scene.accept(2024, village=code)
        scene.figures(trained, 2025, {2: count}, code)
    scene.accept(2025, [10], TOWER)
    return scene


def test_wider_scopes_add_up_their_villages(county):
    programme = county.standard("P", "trained", scope="programme", threshold="500")
    township = county.standard(
        "T", indicator=programme.indicator, scope="township", area_code="640181101", threshold="310"
    )
    kind = county.standard("K", indicator=programme.indicator, scope="kind", threshold="600")
    eco = county.standard(
        "E", indicator=programme.indicator, scope="programme", threshold="600", kinds=county.kinds("eco")
    )

    found = {
        (one.code, code): (verdict.value, verdict.status)
        for one, code in (
            (programme, "640181"),
            (township, "640181101"),
            (kind, "640181:eco"),
            (kind, "640181:labour"),
            (eco, "640181"),
        )
        if (verdict := county.verdict(one, code))
    }

    assert found == {
        ("P", "640181"): (600, "met"),
        ("T", "640181101"): (300, "near"),
        ("K", "640181:eco"): (600, "met"),
        ("K", "640181:labour"): (None, "no_data"),
        ("E", "640181"): (600, "met"),
    }


@pytest.mark.parametrize("scope", [{"scope": "programme"}, {"scope": "township", "area_code": "640181101"}])
@pytest.mark.parametrize("expression", ["ref(income, county)", "year() - 1000"])
def test_what_adds_up_no_village_is_judged_once(county, scope, expression):
    county.series("income", {("640181", 2025): 1025})
    own = county.standard("V", "trained", threshold="1")

    wider = county.standard("W", expression, threshold="1025", **scope)

    code = scope.get("area_code", "640181")
    assert county.verdict(wider, code).status == "met"
    assert Verdict.objects.filter(standard=wider).count() == 1
    assert Verdict.objects.filter(standard=own).count() > 1


def test_a_rate_of_a_wider_scope_is_the_rate_of_the_sums(county):
    county.figures(county.element("able"), 2025, {10: 1000}, SOUTH)
    county.figures(county.element("able"), 2025, {10: 1000}, NORTH)
    county.figures(county.element("able"), 2025, {10: 400}, XING)

    verdict = county.verdict(county.standard("P", "trained / able * 100", scope="programme"), "640181")

    assert verdict.value == 25


def test_growth_of_a_wider_scope_needs_the_same_villages_a_year_earlier(county):
    trained = county.element("trained", "sum")
    standard = county.standard("P", "growth(trained)", scope="programme", threshold="10")
    county.figures(trained, 2024, {2: 100}, SOUTH)
    county.figures(trained, 2024, {2: 100}, NORTH)
    county.figures(trained, 2024, {2: 9000}, TOWER)

    assert county.verdict(standard, "640181").status == "no_data"

    county.figures(trained, 2024, {2: 200}, XING)
    assert (
        county.verdict(standard, "640181").value == 50
    )  # 600 after 400; the village without figures now is left out


def test_one_villages_month_moves_its_verdicts_and_what_it_adds_to(county):
    own = county.standard("V", "trained", threshold="250")
    county.standard("P", indicator=own.indicator, scope="programme", threshold="650")
    county.standard("T", indicator=own.indicator, scope="township", area_code="640181201", threshold="1")
    county.compute()
    before = dict(Verdict.objects.values_list("scope_code", "computed_at"))
    county.figures(county.element("trained", "sum"), 2025, {3: 100}, NORTH)

    computed = county.compute(villages=[county.villages[NORTH]])

    assert computed.written == 2
    assert Verdict.objects.get(scope_code=NORTH).status == "met"
    assert Verdict.objects.get(scope_code="640181").value == 700
    assert dict(Verdict.objects.values_list("scope_code", "computed_at")) == before


def test_only_what_changed_is_written(county):
    county.standard("V", "trained", threshold="250")
    first = county.compute()
    Verdict.objects.update(computed_at=NOW - timedelta(days=1))

    again = county.compute()
    county.figures(county.element("trained", "sum"), 2025, {3: 100}, NORTH)
    changed = county.compute()

    assert (first.written, again.written, changed.written) == (4, 0, 1)
    assert list(Verdict.objects.filter(computed_at=NOW).values_list("scope_code", flat=True)) == [NORTH]


def test_what_nothing_gives_any_more_is_dropped(county):
    kept, gone = county.standard("V", "trained"), county.standard("W", "trained * 2")
    narrowed = county.standard("K", indicator=kept.indicator, scope="kind")
    county.compute()
    gone.delete()
    narrowed.kinds.set(county.kinds("eco"))
    county.programme.enrolments.filter(village__code=TOWER).delete()
    Verdict.objects.create(standard=kept, year=2025, scope_code="640181", status="met", computed_at=NOW)

    computed = county.compute()

    assert computed.dropped == 3
    assert set(Verdict.objects.values_list("standard__code", "scope_code")) == {
        ("V", SOUTH), ("V", NORTH), ("V", XING), ("K", "640181:eco"),
    }  # fmt: skip


def test_verdicts_can_be_had_as_of_an_earlier_month(scene):
    scene.figures(scene.element("trained", "sum"), 2025, {1: 10, 5: 20, 10: 40})
    standard = scene.standard("V", "trained", threshold="70")

    values = []
    for month in (1, 5, 9, 10, 12):
        scene.compute(until=Period(2025, month))
        values.append(Verdict.objects.get(standard=standard).value)

    assert values == [10, 30, 30, 70, 70]


def test_a_month_after_the_clocks_month_does_not_count_yet(scene):
    scene.accept(2025, [12])
    scene.figures(scene.element("trained", "sum"), 2025, {1: 10, 12: 20})

    assert scene.verdict(scene.standard("V", "trained")).value == 10


def test_the_smallest_and_largest_figures_stay_exact(scene):
    scene.figures(scene.element("a"), 2025, {10: "99999999999999.9999"})
    scene.figures(scene.element("b"), 2025, {10: "0.0001"})

    exact = scene.standard("A", "a + b - b * 10000", places=4)
    beyond = scene.standard("B", "a * a / b")

    assert scene.verdict(exact).value == Decimal("99999999999999.0000")
    assert (scene.verdict(beyond).status, scene.verdict(beyond).value) == ("no_data", None)
