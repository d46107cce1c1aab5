"""Why a verdict is what it is: the sentence, the numbers, the people, and what would be if."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.engine import Explanation, Period, UnknownPlaceError, explain, explain_typed
from indicators.models import Judgement, LedgerLine, MonthlyReport, ReferenceValue, ValueChange, Verdict
from tests.factories import DepartmentFactory, UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, EngineScene

NOVEMBER = Period(2025, 11)


@pytest.fixture
def scene(db) -> EngineScene:
    """泾灵南村: 1 398 of 1 500 insured in October."""
    scene = EngineScene()
    scene.village()
    scene.accept(2024)
    scene.accept(2025, range(1, 11))
    count = {"unit": "人", "value_type": "integer", "places": 0}
    scene.figures(
        scene.element("pension_insured", name="养老保险参保人数", **count), 2025, {9: 1390, 10: 1398}
    )
    scene.figures(scene.element("pension_due", name="应参保人数", **count), 2025, {10: 1500})
    return scene


@pytest.fixture
def pension(scene):
    standard = scene.standard(
        "S11", "pension_insured / pension_due * 100", clause="一(三):养老保险参保率达到95%以上"
    )
    _name(standard, "养老保险参保率", "%")
    return standard


def _name(standard, name: str, unit: str) -> None:
    standard.indicator.name, standard.indicator.unit = name, unit
    standard.indicator.save()


def why(standard, scope=SOUTH, **more) -> Explanation:
    return explain(standard, scope, 2025, as_of=NOVEMBER, **more)


def test_the_sentence_says_value_target_and_how_many_people_are_missing(pension):
    found = why(pension)

    assert found.sentence == (
        "养老保险参保率 93.2%，低于目标 95%，再有 27 人参保即达标（养老保险参保人数由 1,398 增至 1,425）。"
    )
    assert (found.status, found.target, found.data_month) == ("near", "不低于 95%", date(2025, 10, 1))


def test_the_formula_is_written_in_words_and_with_its_numbers(pension):
    found = why(pension)

    assert found.formula == "养老保险参保人数 ÷ 应参保人数 × 100"
    assert found.calculation == "1,398 ÷ 1,500 × 100 = 93.2%"


def test_every_figure_says_who_typed_it_and_who_accepted_the_month(scene, pension):
    clerk, reviewer = UserFactory(name="马兰"), UserFactory(name="王强")
    report = MonthlyReport.objects.get(month=date(2025, 10, 1))
    element = scene.element("pension_insured")
    for version, value in enumerate((1400, 1398)):
        ValueChange.objects.create(
            report=report, element=element, version=version, new=value, by=clerk, at=NOW
        )
    report.steps.create(name="accept", to_status="accepted", by=reviewer, at=NOW)
    pension.departments.add(DepartmentFactory(name="人社局"))

    found = why(pension)

    [month] = found.inputs[0].months
    assert (month.month, month.value, month.entered_by, month.accepted_by) == (
        date(2025, 10, 1),
        1398,
        clerk,
        reviewer,
    )
    assert [department.name for department in found.departments] == ["人社局"]
    assert found.clause.startswith("一(三)")


def test_what_if_moves_the_verdict_and_writes_nothing(scene, pension):
    scene.compute()

    found = why(pension, overrides={"pension_insured": Decimal(1425)})

    assert (found.status, found.sentence) == ("met", "养老保险参保率 95%，正好达到目标 95%，达标。")
    assert [each.is_supposed for each in found.inputs] == [True, False]
    assert Verdict.objects.get().status == "near"
    assert LedgerLine.objects.get(element__code="pension_insured").m10 == 1398


@pytest.mark.parametrize(
    ("insured", "due", "more"),
    [(1398, 1500, 27), (1424, 1500, 1), (0, 1500, 1425), (13, 14, 1), (93, 99, 2), (1, 3, 2)],
)
def test_the_missing_count_is_the_smallest_that_suffices(scene, pension, insured, due, more):
    scene.figures(scene.element("pension_insured"), 2025, {10: insured})
    scene.figures(scene.element("pension_due"), 2025, {10: due})

    assert f"再有 {more:,} 人参保即达标" in why(pension).sentence
    assert why(pension, overrides={"pension_insured": Decimal(insured + more)}).status == "met"
    assert why(pension, overrides={"pension_insured": Decimal(insured + more - 1)}).status != "met"


def test_too_many_are_counted_down(scene):
    scene.figures(
        scene.element("dropouts", name="辍学学生数", unit="人", value_type="integer"), 2025, {10: 2}
    )
    standard = scene.standard("M2", "dropouts", comparator="=", threshold="0")
    _name(standard, "辍学学生数", "人")

    assert (
        why(standard).sentence
        == "辍学学生数 2 人，高于目标 0 人，再减少 2 人即达标（辍学学生数由 2 减至 0）。"
    )


def test_growth_says_how_much_more_of_the_element_is_needed(scene):
    income = scene.element("collective_income", "sum", name="村集体经济收入", unit="万元", places=2)
    scene.figures(income, 2024, {1: 50, 2: 50})
    scene.figures(income, 2025, {1: 55, 2: 50})
    standard = scene.standard("S13", "growth(collective_income)", comparator=">", threshold="10")
    _name(standard, "村集体经济收入年增幅", "%")

    found = why(standard)

    assert found.sentence == (
        "村集体经济收入年增幅 5%，低于目标 10%，再有 5.01 万元即达标（村集体经济收入由 105 增至 110.01）。"
    )
    assert (
        found.formula == "（村集体经济收入 \u2212 上年同期的村集体经济收入） ÷ 上年同期的村集体经济收入 × 100"
    )
    assert found.calculation == "（105 \u2212 100） ÷ 100 × 100 = 5%"
    assert [(each.key, each.value) for each in found.inputs] == [
        ("collective_income", 105),
        ("previous(collective_income)", 100),
    ]
    assert [month.month for month in found.inputs[1].months] == [date(2024, 1, 1), date(2024, 2, 1)]


def test_a_tie_with_a_strict_target_says_that_it_must_be_higher(scene):
    scene.figures(scene.element("share"), 2025, {10: 10})
    scene.figures(scene.element("other"), 2025, {10: 1})
    standard = scene.standard("S13", "share * other", comparator=">", threshold="10")
    _name(standard, "增幅", "%")

    assert why(standard).sentence == "增幅 10%，正好等于目标 10%，须高于目标才达标。"


def test_what_is_missing_is_named(scene, pension):
    scene.figures(scene.element("pension_due"), 2025, {10: None})

    assert why(pension).sentence == "养老保险参保率：缺少应参保人数，暂不能判断。"
    assert why(pension).calculation == "1,398 ÷ 缺 × 100 = 缺"


def test_a_division_by_zero_is_said(scene, pension):
    scene.figures(scene.element("pension_due"), 2025, {10: 0})

    assert why(pension).sentence == "养老保险参保率：除数为 0，算不出来，暂不能判断。"


def test_a_case_that_the_plan_says_nothing_of_is_no_division(scene):
    scene.figures(scene.element("rank", places=0), 2025, {10: 3})

    standard = scene.standard("C", "case(rank, 1, 10, 2, 20)", threshold="5")
    _name(standard, "名次分", "分")

    assert why(standard).sentence == "名次分：方案的公式没有写这种情况的值，算不出来，暂不能判断。"


def test_a_reference_that_is_missing_is_said_with_its_year_once(scene):
    scene.series("income", {})

    standard = scene.standard("R", "1", threshold="previous(ref(income, county))")

    assert "还没有 2024 年的县" in why(standard).sentence
    assert "上年" not in why(standard).sentence


@pytest.mark.parametrize(
    ("element", "threshold"),
    [({"maximum": 5}, "9"), ({"value_type": "choice", "options": ["优", "良"]}, "3")],
)
def test_what_cannot_be_typed_is_not_said_to_help(scene, element, threshold):
    stars = scene.element("stars", places=0, **element)
    scene.figures(stars, 2025, {10: 2})

    found = why(scene.standard("L", "stars", threshold=threshold))

    assert found.status == "unmet"
    assert "即达标" not in found.sentence


def test_a_reference_carries_its_area_year_and_source(scene):
    scene.figures(scene.element("growth_rate"), 2025, {10: 8})
    scene.series("rural_growth", {("6401", 2025): "5.4"})
    ReferenceValue.objects.update(is_demonstration=True)
    standard = scene.standard(
        "S05", "growth_rate", comparator=">", threshold="ref(rural_growth, city)", stretch="16"
    )
    _name(standard, "人均可支配收入增速", "%")

    found = why(standard)

    [reference] = found.references
    assert (reference.area_code, reference.year, reference.value, reference.source) == (
        "6401",
        2025,
        Decimal("5.4"),
        "统计公报",
    )
    assert found.is_demonstration
    assert found.target == "高于当年地级市“rural_growth”（5.4%）；力争 16%"
    assert found.sentence == "人均可支配收入增速 8%，超出目标 5.4% 2.6 个百分点，达标，未达到力争值 16%。"


def test_a_reference_that_was_not_published_is_said(scene):
    scene.figures(scene.element("growth_rate"), 2025, {10: 8})
    scene.series("rural_growth", {("6401", 2024): "6.9"})
    standard = scene.standard("S05", "growth_rate", comparator=">", threshold="ref(rural_growth, city)")

    assert "还没有 2025 年的地级市“rural_growth”" in why(standard).sentence


def test_a_judged_standard_shows_the_judgement(scene):
    standard = scene.standard("Q01", comparator="judged", threshold="", name="基层党建")

    assert why(standard).sentence == "基层党建：还没有评审判定。"

    Judgement.objects.create(
        standard=standard,
        village=scene.villages[SOUTH],
        year=2025,
        is_met=False,
        note="缺会议记录",
        by=UserFactory(),
        at=NOW,
    )
    found = why(standard)
    assert (found.status, found.judgement.note) == ("unmet", "缺会议记录")


def test_a_milestone_says_whether_its_deadline_has_passed(scene):
    scene.figures(scene.element("plan_done", value_type="boolean"), 2025, {2: 0})
    early = scene.standard("M8", "plan_done", comparator="done_by", deadline=date(2025, 3, 31), threshold="")
    late = scene.standard(
        "M9", indicator=early.indicator, comparator="done_by", deadline=date(2025, 12, 31), threshold=""
    )
    _name(early, "村庄规划", "")

    assert why(early).sentence == "村庄规划尚未完成，已过期限 2025-03-31。"
    late.refresh_from_db()
    assert why(late).sentence == "村庄规划尚未完成，期限 2025-12-31。"


@pytest.mark.parametrize(
    ("deadline", "value", "sentence"),
    [
        (date(2025, 12, 31), 8, "8 公里，低于目标 9 公里，再有 1 公里即达标（路由 8 增至 9），{}。"),
        (date(2025, 9, 30), 8, "8 公里，低于目标 9 公里，还差 1 公里，已过{}。"),
        (date(2025, 9, 30), 10, "10 公里，超出目标 9 公里 1 公里，{}，达标。"),
    ],
)  # fmt: skip
def test_a_milestone_that_is_a_figure_says_how_far_it_is(scene, deadline, value, sentence):
    road = scene.element("road", name="路", unit="公里", places=0)
    scene.figures(road, 2025, {2: value})
    standard = scene.standard("M", "road", comparator="done_by", deadline=deadline, threshold="9")
    _name(standard, "硬化道路", "公里")

    found = why(standard)

    assert found.sentence == "硬化道路 " + sentence.format(f"期限 {deadline}")
    assert found.target == f"{deadline} 前达到 9 公里"


def test_what_would_help_is_said_of_the_figure_that_is_meant(scene):
    rebuilt = scene.element("rebuilt", "sum", name="改厕户数", unit="户", places=0)
    scene.figures(rebuilt, 2024, {3: 30})
    scene.figures(rebuilt, 2025, {3: 10})
    standard = scene.standard("M", "total(rebuilt)", threshold="50")
    _name(standard, "累计改厕", "户")

    assert why(standard).sentence == (
        "累计改厕 40 户，低于目标 50 户，再有 10 户即达标（改厕户数的创建以来累计由 40 增至 50）。"
    )


def test_years_are_written_as_years_and_what_stands_inside_a_choice_is_set_off(scene):
    inside = 'case(year(), 2024, 20, 2025, if(kind() = "eco", 30, 25))'
    standard = scene.standard(
        "Y",
        "pension_insured",
        threshold=f"case(year(), 2024, 10, 2025, {inside})",
        applies_if="year() >= 2024",
    )

    found = why(standard)

    assert found.target.startswith(
        "不低于当年按年份：2024 年时为 10，2025 年时为 "
        "（按年份：2024 年时为 20，2025 年时为 （若 村（社区）类别 = “生态移民村” 则 30，否则 25））"
        "（适用条件：年份 ≥ 2024 年）"
    )


def test_a_wider_scope_shows_what_each_village_adds(scene):
    scene.village(NORTH, "泾灵北村")
    scene.accept(2025, range(1, 11), NORTH)
    trained = scene.element("trained", "sum", name="培训人次", unit="人次", value_type="integer")
    scene.figures(trained, 2025, {3: 300})
    standard = scene.standard("M5", "trained", scope="programme", threshold="500")
    _name(standard, "职业技能培训", "人次")

    found = why(standard, "640181")

    assert found.sentence.startswith("全市职业技能培训 300 人次，低于目标 500 人次，")
    assert found.sentence.endswith("再有 200 人次培训即达标（培训人次由 300 增至 500）。")
    assert [(part.village, part.value) for part in found.inputs[0].parts] == [
        ("泾灵南村", 300),
        ("泾灵北村", None),
    ]


def test_not_applicable_is_said_without_figures(scene):
    scene.village(NORTH, "泾灵北村", kind="labour")
    standard = scene.standard("S03", "pension_insured", kinds=scene.kinds("labour"))

    found = why(standard)

    assert (found.status, found.inputs, found.calculation) == ("not_applicable", [], "")
    assert found.sentence == "本项只适用于劳务移民社区，这里不适用。"


@pytest.mark.parametrize("scope", ["640181999999", "640181", "640181:eco", ""])
def test_a_place_that_is_not_judged_is_unknown(pension, scope):
    with pytest.raises(UnknownPlaceError):
        why(pension, scope)


def test_live_figures_of_a_month_being_typed_are_explained_before_they_count(scene, pension):
    scene.figures(scene.element("share"), 2025, {10: 1})
    scene.standard("T", "share")

    [found] = explain_typed(
        scene.programme,
        scene.villages[SOUTH],
        date(2025, 11, 1),
        {"pension_insured": Decimal(1470), "pension_due": Decimal(1500)},
    )

    assert (found.standard, found.status, found.data_month) == (pension, "met", date(2025, 11, 1))
    assert found.sentence == "养老保险参保率 98%，超出目标 95% 3 个百分点，达标。"


def test_explaining_takes_the_same_number_of_queries_for_any_number_of_villages(
    scene, django_assert_num_queries
):
    trained = scene.element("trained", "sum")
    standard = scene.standard("M5", "trained", scope="programme")
    for number in range(30):
        code = f"6401812012{number:02}"
        scene.village(code, f"村{number}")
        scene.accept(2025, [10], code)
        scene.figures(trained, 2025, {10: 1}, code)

    with django_assert_num_queries(11):
        found = why(standard, "640181")

    assert len(found.inputs[0].parts) == 31


@pytest.mark.parametrize(
    ("threshold", "month", "is_early"),
    [("ref(insured, county)", 11, True), ("ref(insured, county)", 12, False), ("1000", 11, False)],
)
def test_part_of_a_year_against_a_whole_years_figure_is_said(scene, threshold, month, is_early):
    scene.series("insured", {("640181", 2025): 1000})
    standard = scene.standard("S07", "pension_insured", threshold=threshold)

    found = explain(standard, SOUTH, 2025, as_of=Period(2025, month))

    assert found.is_early is is_early


@pytest.mark.parametrize(("name", "is_one"), [("养老保险参保人数", True), ("参保总人数", False)])
def test_a_formula_that_repeats_the_name_is_known(scene, name, is_one):
    standard = scene.standard("S07", "pension_insured", threshold="1000")
    _name(standard, name, "人")

    found = why(standard)

    assert found.is_one_figure is is_one
