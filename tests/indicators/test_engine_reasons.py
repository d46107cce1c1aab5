"""What is said of standards that ask more than figures: why, why not, and what would help."""

from decimal import Decimal

import pytest

from indicators.engine import Explanation, Period, explain
from indicators.models import AreaLine, Exemption, Standard
from tests.factories import UserFactory, VillageKindFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, XING, EngineScene


@pytest.fixture
def scene(db) -> EngineScene:
    """Three villages; the third has no figures. 达标 S01, 未达标 S02, 缺数据 S03, 不适用 S04."""
    scene = EngineScene()
    VillageKindFactory(programme=scene.programme, code="labour", name="劳务移民社区")
    for code, name in ((SOUTH, "泾灵南村"), (NORTH, "泾灵北村"), (XING, "泾兴村")):
        scene.village(code, name)
        scene.accept(2025, range(1, 11), code)
    scene.element("lost", name="培训人数")
    share = scene.element("share", name="入住率", unit="%")
    scene.figures(share, 2025, {10: 97})
    scene.figures(share, 2025, {10: 80}, NORTH)
    scene.standard("S01", "share", name="入住")
    scene.standard("S02", "share * 0.5")
    scene.standard("S03", "lost")
    scene.standard("S04", "share + 0", kinds=scene.kinds("labour"))
    return scene


def _asks(scene: EngineScene, expression: str, name: str, **more) -> Standard:
    standard = scene.standard("G", expression, **more)
    standard.indicator.name = name
    standard.indicator.save()
    return standard


def _holds(scene: EngineScene, expression: str) -> Standard:
    return _asks(scene, expression, "四项里的两项", comparator="holds", threshold="")


def why(standard: Standard, scope: str = SOUTH) -> Explanation:
    return explain(standard, scope, 2025, as_of=Period(2025, 11))


def test_a_group_says_how_many_are_met_and_which_are_not(scene):
    found = why(_holds(scene, "meets(2, S01, S02, S04)"))

    assert found.sentence == ("四项里的两项：否，未达标，已达标 1 项，还差 1 项（S02 未达标，S04 不适用）。")
    assert found.formula == "S01、S02、S04 中适用的至少 2 项达标"
    assert [(use.code, use.name, use.status.label) for use in found.standards] == [
        ("S01", "入住", "达标"),
        ("S02", "S02", "未达标"),
        ("S04", "S04", "不适用"),
    ]


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("meets(1, S01, S02)", "四项里的两项：是，达标。"),
        ("meets(2, S01, S03)", "四项里的两项：S03 缺数据，暂不能判断。"),
        ("meets_all(S04)", "四项里的两项：S04 在这里不适用，暂不能判断。"),
        ("share > 95 and lost > 1", "四项里的两项：缺少培训人数，暂不能判断。"),
    ],
)
def test_a_condition_is_said_to_hold_or_not(scene, expression, sentence):
    assert why(_holds(scene, expression)).sentence == sentence


def test_a_condition_is_calculated_in_yes_and_no(scene):
    found = why(_holds(scene, "met(S01) and share > 98"))

    assert found.formula == "“S01 入住”达标 且 入住率 > 98"
    assert found.calculation == "是 且 97 > 98 = 否"
    assert found.target == "成立"


def test_an_exemption_says_why_by_what_and_by_whom(scene):
    standard = scene.standard("E", "share - 0")
    Exemption.objects.create(
        standard=standard,
        village=scene.villages[SOUTH],
        year=2025,
        reason="整村搬迁",
        approval="市农办 2025 年 3 号文",
        by=UserFactory(name="王强"),
        at=NOW,
    )

    found = why(standard)

    assert found.sentence == ("经批准豁免：整村搬迁（依据 市农办 2025 年 3 号文，王强批准），这里不适用。")
    assert found.exemption is not None
    assert found.inputs == []


def test_a_condition_that_does_not_hold_is_said(scene):
    standard = scene.standard("C", "share - 0", applies_if="share < 50")

    found = why(standard)

    assert found.sentence == "适用条件“入住率 < 50”不成立，这里不适用。"
    assert found.target == "不低于 95（适用条件：入住率 < 50）"


def test_a_condition_that_nobody_can_tell_says_what_is_missing(scene):
    standard = _asks(scene, "share - 0", "入住率", applies_if="lost > 10")

    assert why(standard).sentence == (
        "入住率：不知道适用条件“培训人数 > 10”是否成立：缺少培训人数，暂不能判断。"
    )


def test_an_option_is_called_by_its_name(scene):
    water = scene.element("water", name="水质", value_type="choice", options=["优", "良", "差"], places=0)
    scene.figures(water, 2025, {10: 3})
    standard = _asks(scene, "water", "水质等级", comparator="any_of", threshold='"优", "良"')

    found = why(standard)

    assert found.sentence == "水质等级 “差”，不属于 “优”、“良”，未达标。"
    assert found.target == "属于 “优”、“良”"
    assert [(each.name, each.shown) for each in found.inputs] == [("水质", "差")]
    assert explain(
        standard, SOUTH, 2025, as_of=Period(2025, 11), overrides={"water": Decimal(2)}
    ).sentence == ("水质等级 “良”，属于 “优”、“良”，达标。")


def test_cases_and_bands_are_written_out(scene):
    scene.attribute("region", ["一类", "二类"])
    scene.know(region="二类")
    threshold = 'case(attribute(region), "一类", 10, "二类", 6)'
    standard = _asks(scene, "band(share, 95, 10, 80, 5, 0)", "得分", threshold=threshold)

    found = why(standard)

    assert found.formula == "按入住率：达到 95 为 10，达到 80 为 5，其余为 0"
    assert found.calculation == "按 97 ：达到 95 为 10，达到 80 为 5，其余为 0 = 10"
    assert found.target == "不低于当年按region：“一类”时为 10，“二类”时为 6（6）"
    assert [(each.name, each.value) for each in found.known] == [("region", "“二类”")]


def test_a_kind_is_called_by_its_name(scene):
    found = why(_holds(scene, 'kind() = "eco"'))

    assert found.formula == "村（社区）类别 = “生态移民村”"
    assert found.calculation == "“生态移民村” = “生态移民村” = 是"


def test_a_share_of_villages_names_them_and_says_how_many_more(scene):
    """One of three is met, one is not, one has no data: 75 % takes two more."""
    standard = _asks(scene, "share_met(S01)", "入住达标村占比", scope="programme", threshold="75")

    found = why(standard, "640181")

    assert found.sentence == "全市入住达标村占比 33.33，低于目标 75，再有 2 个村（社区）达标即达到。"
    assert (
        found.formula
        == "“\u2018S01 入住\u2019达标”的村（社区）占“\u2018S01 入住\u2019适用”的村（社区）的百分比"
    )
    assert found.calculation == "1 ÷ 3 × 100 ≈ 33.33"
    [poll] = found.polls
    assert (poll.yes, poll.no, poll.unknown) == (["泾灵南村"], ["泾灵北村"], ["泾兴村"])


def test_villages_that_are_not_asked_are_named_apart(scene):
    standard = _asks(scene, "share(share > 90, share > 85)", "占比", scope="programme", threshold="100")

    [poll] = why(standard, "640181").polls

    assert (poll.name, poll.yes, poll.left_out) == ("入住率 > 90", ["泾灵南村"], ["泾灵北村", "泾兴村"])


def test_a_count_says_how_many_more(scene):
    standard = _asks(scene, "count(share > 95)", "村数", scope="programme", threshold="1", comparator=">")

    assert why(standard, "640181").sentence == "全市村数 1，正好等于目标 1，再有 1 个村（社区）符合即达到。"


def test_nothing_known_of_any_village_is_said(scene):
    standard = _asks(scene, "share(lost > 1)", "占比", scope="programme")

    assert why(standard, "640181").sentence == "全市占比：没有一个村（社区）有所需的数据，暂不能判断。"


def test_an_area_is_named_with_what_its_villages_add_up_to(scene):
    income = scene.element("income", name="集体收入", unit="万元")
    scene.figures(income, 2025, {10: 150})
    AreaLine.objects.create(year=2025, area_code="640181", element=income, v11=2000, n11=10)
    standard = _asks(scene, "income / area_average(income, county)", "相对收入", threshold="1")

    found = why(standard)

    assert found.formula == "集体收入 ÷ 县（市、区）各村（社区）集体收入的平均"
    assert found.calculation == "150 ÷ 200 = 0.75"
    assert [each.value for each in found.known] == ["2,000 万元", "10 个"]


def _beside_others(scene: EngineScene, mine: object, others: object) -> None:
    """What this village has, and what the county's ten villages have without it."""
    income = scene.element("income", name="集体收入", unit="万元", places=2)
    if mine is not None:
        scene.figures(income, 2025, {10: mine})
    known = {"v11": Decimal(str(others)) + (mine or 0), "n11": 9 + (mine is not None)}
    AreaLine.objects.create(year=2025, area_code="640181", element=income, **known)


def test_what_is_missing_counts_that_the_average_rises_with_it(scene):
    _beside_others(scene, 15, 180)
    standard = _asks(scene, "income", "集体收入", threshold="1.5 * area_average(income, county)")

    found = why(standard)

    # x = 1.5 * (180 + x) / 10, so x = 31.7647; compared at two places
    assert found.sentence == (
        "集体收入 15，低于目标 29.25，再有 16.77 万元即达标（集体收入由 15 增至 31.77）。"
    )


def test_a_supposed_figure_moves_what_its_area_adds_up_to(scene):
    _beside_others(scene, None, 180)
    standard = _asks(scene, "income / area_sum(income, county) * 100", "占比", threshold="10")

    found = explain(standard, SOUTH, 2025, as_of=Period(2025, 11), overrides={"income": Decimal(20)})

    assert found.outcome.value == Decimal(10)
    assert [each.value for each in found.known] == ["200 万元"]
