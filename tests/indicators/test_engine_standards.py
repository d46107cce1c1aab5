"""What standards ask besides figures, worked out by hand; `scene.verdict` holds both readers to it."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.engine import ExpressionError
from indicators.models import AreaLine, DataElement, Exemption, Judgement, Verdict
from tests.factories import UserFactory, VillageKindFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER, XING, EngineScene


@pytest.fixture
def scene(db) -> EngineScene:
    """泾灵南村 with every month so far accepted; there are communities too."""
    scene = EngineScene()
    VillageKindFactory(programme=scene.programme, code="labour", name="劳务移民社区")
    scene.village()
    scene.accept(2025, range(1, 11))
    return scene


@pytest.fixture
def county(scene) -> EngineScene:
    """Four villages, three of them eco-migrant, in three townships."""
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    for code in (NORTH, XING, TOWER):
        scene.accept(2025, range(1, 11), code)
    return scene


def _known(scene: EngineScene, code: str, value: object, **more) -> DataElement:
    element = scene.element(code, **more)
    scene.figures(element, 2025, {10: value})
    return element


def _water(scene: EngineScene, value: int) -> None:
    _known(scene, "water", value, value_type="choice", options=["优", "良", "差"], places=0)


def _exempt(scene: EngineScene, standard, village: str = SOUTH, **more) -> Exemption:
    key = {"standard": standard, "village": scene.villages[village], "year": 2025}
    kept = {"reason": "整村搬迁", "approval": "市农办 2025 年 3 号文", "by": UserFactory(), "at": NOW}
    return Exemption.objects.create(**key, **kept | more)


def found(verdict: Verdict) -> tuple[str, Decimal | None, Decimal | None]:
    return verdict.status, verdict.value, verdict.threshold


# Targets that are computed


@pytest.mark.parametrize(("comparator", "status"), [(">=", "met"), (">", "near"), ("=", "met")])
def test_a_target_made_of_thirds_is_a_tie_where_it_is_one_on_paper(scene, comparator, status):
    """1.5 x 10 / 3 is 5, though 3.333333333333 x 1.5 is a little less."""
    income = _known(scene, "income", 5)
    AreaLine.objects.create(year=2025, area_code="640181", element=income, v11=10, n11=3)
    threshold = "1.5 * area_average(income, county)"
    standard = scene.standard("S", "income", comparator=comparator, threshold=threshold)
    group = scene.standard("G", "met(S)", comparator="holds", threshold="")

    verdict = scene.verdict(standard)

    assert found(verdict) == (status, 5, 5)
    assert scene.verdict(group).status == ("met" if status == "met" else "unmet")


# What the programme knows of a village


@pytest.mark.parametrize(
    ("region", "threshold", "status"),
    [("一类", 4000, "met"), ("二类", 6000, "unmet"), (None, None, "no_data")],
)
def test_a_threshold_goes_by_an_attribute(scene, region, threshold, status):
    scene.attribute("region", ["一类", "二类"])
    scene.know(region=region)
    _known(scene, "income", 5000)
    standard = scene.standard("S", "income", threshold='case(attribute(region), "一类", 4000, "二类", 6000)')

    verdict = scene.verdict(standard)

    assert (verdict.status, verdict.threshold) == (status, threshold)


@pytest.mark.parametrize(
    ("distance", "value"),
    [(12, "12"), (2.5, "2.5"), ("0.25", "0.25"), ("near", None), (True, None), ("", None)],
)
def test_an_attribute_may_be_a_number(scene, distance, value):
    scene.attribute("distance")
    scene.know(distance=distance)

    verdict = scene.verdict(scene.standard("S", "attribute(distance)", places=4))

    assert verdict.value == (value and Decimal(value))


def test_what_is_wider_than_a_village_has_no_attribute(scene):
    scene.attribute("distance")
    scene.know(distance=12)

    verdict = scene.verdict(scene.standard("P", "attribute(distance)", scope="programme"), "640181")

    assert verdict.status == "no_data"


# Options


@pytest.mark.parametrize(("water", "status"), [(1, "met"), (2, "met"), (3, "unmet"), (None, "no_data")])
def test_a_value_must_be_one_of_a_set(scene, water, status):
    _water(scene, water)

    verdict = scene.verdict(scene.standard("S", "water", comparator="any_of", threshold='"优", "良"'))

    assert (verdict.status, verdict.value, verdict.threshold, verdict.gap) == (status, water, None, None)


def test_an_attribute_is_measured_by_its_place_in_the_list(scene):
    scene.attribute("region", ["一类", "二类", "三类"])
    scene.know(region="二类")

    verdict = scene.verdict(
        scene.standard("S", "attribute(region)", comparator="any_of", threshold='"二类", "三类"')
    )

    assert (verdict.status, verdict.value) == ("met", 2)


def test_numbers_are_compared_with_a_set_after_rounding(scene):
    _known(scene, "stars", "2.96")

    verdict = scene.verdict(scene.standard("S", "stars", comparator="any_of", threshold="3, 5", places=1))

    assert (verdict.status, verdict.value) == ("met", 3)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('if(water = "良", 1, 0)', 1),
        ('if(water != "良", 1, 0)', 0),
        ('if(any_of(water, "优", "差"), 1, 0)', 0),
        ('case(water, "优", 10, "良", 6, 0)', 6),
        ("water + 1", 3),
    ],
)
def test_an_option_is_compared_by_its_name(scene, expression, value):
    _water(scene, 2)

    assert scene.verdict(scene.standard("S", expression)).value == value


# Conditions


@pytest.mark.parametrize(
    ("expression", "status", "value"),
    [
        ("insured > 1000 and not gone", "met", 1),
        ("insured > 2000", "unmet", 0),
        ("insured", "met", 1),
        ("gone", "unmet", 0),
        ("lost > 1", "no_data", None),
        ("lost > 1 and gone", "unmet", 0),
    ],
)
def test_a_condition_holds_or_not(scene, expression, status, value):
    _known(scene, "insured", 1398)
    _known(scene, "gone", 0)
    scene.element("lost")

    verdict = scene.verdict(scene.standard("S", expression, comparator="holds", threshold=""))

    assert found(verdict) == (status, value, None if value is None else 1) or status == "no_data"
    assert verdict.gap is None


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('kind() = "eco"', "met"),
        ('kind() = "labour"', "not_applicable"),
        ("households > 100", "met"),
        ("households > 500", "not_applicable"),
        ("lost > 1", "no_data"),
        ("lost > 1 and households > 500", "not_applicable"),
        ("year() >= 2025", "met"),
        ("year() = 2024", "not_applicable"),
    ],
)
def test_a_standard_is_asked_only_under_its_condition(scene, condition, status):
    _known(scene, "share", 97)
    _known(scene, "households", 300)
    scene.element("lost")

    verdict = scene.verdict(scene.standard("S", "share", applies_if=condition))

    assert (verdict.status, verdict.value) == (status, 97 if status == "met" else None)


def test_a_judged_standard_has_conditions_too(scene):
    _known(scene, "households", 300)
    asked = scene.standard("A", comparator="judged", threshold="", applies_if="households > 100")
    left = scene.standard("B", comparator="judged", threshold="", applies_if="households > 500")
    for standard in (asked, left):
        key = {"standard": standard, "village": scene.villages[SOUTH], "year": 2025}
        Judgement.objects.create(**key, is_met=True, by=UserFactory(), at=NOW)

    assert [scene.verdict(one).status for one in (asked, left)] == ["met", "not_applicable"]


def test_an_exempted_village_is_not_asked_until_the_exemption_is_taken_back(scene):
    _known(scene, "share", 90)
    standard = scene.standard("S", "share")
    exemption = _exempt(scene, standard)

    assert scene.verdict(standard).status == "not_applicable"

    exemption.revoked_at, exemption.revoked_by = NOW, exemption.by
    exemption.save()
    assert scene.verdict(standard).status == "unmet"


def test_an_exemption_is_of_one_village_one_standard_and_one_year(county):
    share = _known(county, "share", 97)
    county.figures(share, 2025, {10: 96}, NORTH)
    county.figures(share, 2024, {10: 96})
    county.accept(2024)
    one, other = county.standard("S", "share"), county.standard("T", "share + 0")
    _exempt(county, one)

    county.compute(2024)
    county.compute(2025)

    status = dict(
        Verdict.objects.filter(scope_code=SOUTH).values_list("standard__code", "status").filter(year=2025)
    )
    assert status == {"S": "not_applicable", "T": "met"}
    assert county.verdict(one, NORTH).status == "met"
    assert county.verdict(one, SOUTH, 2024).status == "met"
    assert other.code == "T"


# Scores


@pytest.mark.parametrize(
    ("value", "score", "points", "least", "expected"),
    [
        (97, "", 10, 0, 10),
        (90, "", 10, 0, 0),
        (90, "", 10, 2, 2),
        (18, "4 * value()", 60, 0, 60),
        (10, "4 * value()", 60, 0, 40),
        ("33.335", "value() / 3", 60, 0, "11.1133"),
        (90, "10 - (threshold() - value()) * 2", 10, 0, 0),
        (92, "10 - (threshold() - value()) * 2", 10, 0, 4),
        (92, "-3 * (threshold() - value())", 0, -5, -5),
        (94, "-3 * (threshold() - value())", 0, -5, -3),
        (97, "if(is_met(), 10, 0) + households / 1000", 20, 0, "10.3"),
        (90, "if(is_met(), 10, 0) + households / 1000", 20, 0, "0.3"),
        (97, "value() + lost", 20, 0, None),
        (None, "5", 20, 0, None),
        (None, "", 20, 0, None),
    ],
)
def test_points_come_from_what_was_found(scene, value, score, points, least, expected):
    _known(scene, "share", value)
    _known(scene, "households", 300)
    scene.element("lost")
    standard = scene.standard("S", "share", score=score, points=points, least_points=least)

    assert scene.verdict(standard).score == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("is_met", "given", "expected"),
    [(True, None, 20), (False, None, 0), (True, 15, 15), (False, 5, 5), (True, 99, 20), (None, None, None)],
)
def test_a_reviewer_may_give_the_points(scene, is_met, given, expected):
    standard = scene.standard("Q", comparator="judged", threshold="", points=20)
    if is_met is not None:
        key = {"standard": standard, "village": scene.villages[SOUTH], "year": 2025}
        Judgement.objects.create(**key, is_met=is_met, points=given, by=UserFactory(), at=NOW)

    assert scene.verdict(standard).score == expected


def test_what_is_not_asked_gives_no_points(scene):
    _known(scene, "share", 97)
    standard = scene.standard("S", "share", points=10, applies_if='kind() = "labour"')

    assert scene.verdict(standard).score is None


def test_what_is_wider_gives_points_too(county):
    share = _known(county, "share", 97)
    county.figures(share, 2025, {10: 96}, NORTH)
    standard = county.standard(
        "P", "share", scope="programme", points=10, score="value() / 100 + year() - 2025"
    )

    assert county.verdict(standard, "640181").score == Decimal("1.93")


# Other standards


@pytest.fixture
def group(scene) -> EngineScene:
    """Four standards: met, unmet, without data, not for this kind."""
    _known(scene, "good", 97)
    _known(scene, "bad", 80)
    scene.element("lost")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    scene.standard("S01", "good")
    scene.standard("S02", "bad")
    scene.standard("M-3", "lost")
    scene.standard("S04", "good + 0", kinds=scene.kinds("labour"))
    return scene


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("met(S01)", 1),
        ("met(S02)", 0),
        ('met("M-3")', None),
        ("met(S04)", None),
        ("applies(S04)", 0),
        ('applies("M-3")', 1),
        ("meets(1, S01, S02)", 1),
        ("meets(2, S01, S02)", 0),
        ("meets(2, S01, 'M-3')", None),
        ("meets(2, S01, S02, S04)", 0),
        ("meets(1, S04)", 0),
        ("meets_all(S01, S04)", 1),
        ("meets_all(S01, S02, 'M-3')", 0),
        ("meets_all(S01, 'M-3')", None),
        ("meets_all(S04)", None),
        ("at_least(1, met(S02), not met(S02))", 1),
    ],
)
def test_other_standards_are_met_here_or_not(group, expression, value):
    verdict = group.verdict(group.standard("G", expression, comparator="holds", threshold=""))

    assert (verdict.status, verdict.value) == ({1: "met", 0: "unmet", None: "no_data"}[value], value)


def test_groups_nest(group):
    group.standard("G1", "meets(1, S01, S02)", comparator="holds", threshold="")
    group.standard("G2", "meets(2, S01, S02)", comparator="holds", threshold="")

    assert group.verdict(group.standard("G3", "met(G1) + 2 * met(G2)")).value == 1


def test_a_standard_of_other_years_is_not_asked_for(group):
    group.standard("S09", "good * 1", last_year=2024)

    assert group.verdict(group.standard("G", "if(applies(S09), 1, 2)")).value == 2


def test_an_exemption_takes_a_standard_out_of_its_group(group):
    standard = group.standard("G", "meets_all(S01, S02)", comparator="holds", threshold="")
    _exempt(group, group.programme.standards.get(code="S02"))

    assert group.verdict(standard).status == "met"


def test_judged_standards_count_in_groups(group):
    judged = group.standard("Q", comparator="judged", threshold="")
    standard = group.standard("G", "meets(2, S01, Q)", comparator="holds", threshold="")

    assert group.verdict(standard).status == "no_data"

    key = {"standard": judged, "village": group.villages[SOUTH], "year": 2025}
    Judgement.objects.create(**key, is_met=True, by=UserFactory(), at=NOW)
    assert group.verdict(standard).status == "met"


def test_a_milestone_in_a_group_is_looked_at_as_of_its_month(group):
    plan = group.element("plan", value_type="boolean")
    group.figures(plan, 2025, {3: 0, 4: 1})
    late = {"comparator": "done_by", "threshold": "", "deadline": date(2025, 3, 31)}
    group.standard("D", "plan", **late)

    assert group.verdict(group.standard("G", "met(D) + plan")).value == 1
    assert group.verdict(group.standard("H", "met(D)", comparator="holds", threshold="")).data_month == date(
        2025, 3, 1
    )


def test_a_group_compares_as_its_standards_do(scene):
    """Rounded to the standard's places, by its comparator: 94.95 is 95.0 there, and 95.0 is not above 95."""
    _known(scene, "share", "94.95")
    scene.standard("A", "share", places=1)
    scene.standard("B", "share + 0", places=1, comparator=">")
    scene.standard("C", "share * 1", comparator="between", threshold="90", upper="lost")
    scene.element("lost")

    assert scene.verdict(scene.standard("G", "met(A) * 10 + met(B)")).value == 10
    assert scene.verdict(scene.standard("H", "met(C)")).status == "no_data"


def test_standards_that_ask_for_each_other_cannot_be_computed(scene):
    scene.standard("A", "met(B)")
    scene.standard("B", "met(A)")

    with pytest.raises(ExpressionError, match="A 的指标：标准互相引用成了一圈：B → A → B"):
        scene.compute()


# Villages counted


def _shares(county: EngineScene, south, north, xing, tower) -> None:
    share = county.element("share")
    for code, value in ((SOUTH, south), (NORTH, north), (XING, xing), (TOWER, tower)):
        if value is not None:
            county.figures(share, 2025, {10: value}, code)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("count_villages()", 4),
        ("count(share > 95)", 2),
        ("count_known(share > 95)", 3),
        ("share(share > 95)", 50),
        ('share(share > 95, kind() = "eco")', "66.67"),
        ("share(share > 95, share > 0)", "66.67"),
        ("share(share > 95, share > 1000)", None),
        ("count(lost > 1)", None),
        ("count_known(lost > 1)", 0),
        ("share(lost > 1)", None),
        ("count(share < 0)", 0),
        ("share_met(V1)", "66.67"),
        ("count(met(V1))", 2),
        ("count(applies(V1))", 3),
        ("count(share > 95) / count_villages() * 100", 50),
    ],
)
def test_villages_are_asked_one_by_one(county, expression, value):
    """Two of three eco villages above 95, the third below; the community has no figure."""
    _shares(county, 97, 96, 80, None)
    county.element("lost")
    county.standard("V1", "share + 0", kinds=county.kinds("eco"))

    verdict = county.verdict(county.standard("P", expression, scope="programme"), "640181")

    assert verdict.value == (None if value is None else Decimal(value))


def test_a_village_without_data_counts_below_the_line_never_above(county):
    """75 % 以上的村达标: three of four known to be met are 75 %, and one more is asked for."""
    _shares(county, 97, 96, 98, None)
    county.standard("V1", "share + 0")

    at_least = county.standard("P", "share_met(V1)", scope="programme", threshold="75")
    above = county.standard("R", "share_met(V1) + 0", scope="programme", threshold="75", comparator=">")

    assert found(county.verdict(at_least, "640181")) == ("met", 75, 75)
    assert county.verdict(above, "640181").status == "near"


def test_every_village_is_asked_with_its_own_kind_attributes_and_references(county):
    _shares(county, 10, 10, 10, 10)
    county.attribute("region", ["一类", "二类"])
    county.know(SOUTH, region="一类")
    county.know(NORTH, region="二类")
    county.series("bar", {("640181101", 2025): 5, ("640181201", 2025): 15, ("640181", 2025): 8})
    own = county.standard("A", "count(share > ref(bar, township))", scope="programme")
    of_kind = county.standard("B", 'count(kind() = "labour")', scope="programme")
    of_region = county.standard("C", 'count(attribute(region) = "一类")', scope="programme")

    assert [county.verdict(one, "640181").value for one in (own, of_kind, of_region)] == [2, 1, 1]


def test_villages_are_counted_in_a_township_and_by_kind(county):
    _shares(county, 97, 80, 96, None)
    township = county.standard("T", "share(share > 95)", scope="township", area_code="640181101")
    kind = county.standard("K", "share(share > 95) + 0", scope="kind")

    assert county.verdict(township, "640181101").value == 50
    assert county.verdict(kind, "640181:eco").value == Decimal("66.67")
    assert county.verdict(kind, "640181:labour").value is None


def test_a_count_and_sums_stand_in_one_formula(county):
    _shares(county, 97, 96, 80, None)
    standard = county.standard("P", "share / count(share > 0)", scope="programme", places=2)

    verdict = county.verdict(standard, "640181")

    assert (verdict.value, verdict.data_month) == (91, date(2025, 10, 1))


# Areas


def _area(element: DataElement, code: str, month: int, value: object, count: int) -> None:
    figures = {f"v{month:02d}": value, f"n{month:02d}": count}
    AreaLine.objects.create(year=2025, area_code=code, element=element, **figures)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("area_sum(income, township)", 300),
        ("area_average(income, township)", 150),
        ("area_count(income, township)", 2),
        ("area_average(income, county)", 100),
        ("area_sum(income, province)", 5000),
        ("area_sum(income, nation)", 9000),
        ("area_count(income, nation)", 90),
        ("area_sum(income, city)", None),
        ("area_count(income, city)", 0),
        ("previous(area_sum(income, county))", None),
        ("income / area_average(income, county) * 100", 150),
    ],
)
def test_a_village_is_compared_with_all_villages_of_its_own_area(scene, expression, value):
    """As of November: what the rows of the areas say of that month."""
    income = _known(scene, "income", 150)
    for code, total, count in (
        ("640181101", 300, 2),
        ("640181", 1000, 10),
        ("64", 5000, 50),
        ("62", 4000, 40),
        ("620000", 7, 7),
    ):
        _area(income, code, 11, total, count)

    assert scene.verdict(scene.standard("S", expression)).value == value


def test_a_programme_is_compared_with_its_province(county):
    income = _known(county, "income", 150)
    _area(income, "64", 11, 5000, 50)
    _area(income, "640181", 11, 150, 1)
    wide = county.standard("P", "income / area_average(income, province)", scope="programme")
    below = county.standard("R", "area_sum(income, township)", scope="programme")

    assert county.verdict(wide, "640181").value == Decimal("1.5")
    assert county.verdict(below, "640181").status == "no_data"
