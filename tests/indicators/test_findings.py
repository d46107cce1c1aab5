"""What a month's figures show: impossible figures, relations, falls, jumps, figures unlike their own past."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.findings import findings, findings_of
from indicators.models import LedgerLine
from tests.factories import (
    DataElementFactory,
    EnrolmentFactory,
    ProgrammeElementFactory,
    ValidationRuleFactory,
    VillageFactory,
)
from tests.indicators.month_scene import OCTOBER, SEPTEMBER, set_scene

pytestmark = pytest.mark.django_db

HARD, SOFT = "hard", "soft"


@pytest.fixture
def scene():
    return set_scene()


def put(scene, element, figures):
    """Write figures of an element by month, as if they had been typed."""
    for month, value in figures.items():
        LedgerLine.objects.write_month(scene.village, month, {element.pk: Decimal(str(value))})


def months_before(count, month=OCTOBER):
    found = []
    for _ in range(count):
        month = date(month.year - (month.month == 1), month.month - 1 or 12, 1)
        found.append(month)
    return found


def past(scene, element, *values):
    """Put `values` into the months before October, the newest first."""
    put(scene, element, dict(zip(months_before(len(values)), values, strict=True)))


def rule(scene, kind, element, **fields):
    defaults = {"severity": SOFT, "expression": "", "message": "", "elements": [element.code]}
    return ValidationRuleFactory(
        programme=scene.programme, code=f"{kind}-{element.code}", kind=kind, **(defaults | fields)
    )


def said(scene, month=OCTOBER, **typed):
    """The sentences about a month, with figures typed by element code."""
    elements = {element.code: element for element in scene.elements}
    values = {
        elements[code].pk: None if value is None else Decimal(str(value)) for code, value in typed.items()
    }
    return [(one.severity, one.sentence) for one in findings_of(scene.village, month, values)]


# --- within one month --------------------------------------------------------------------------


def test_a_part_above_its_whole_is_hard(scene):
    found = findings_of(
        scene.village, OCTOBER, {scene.due.pk: Decimal(1480), scene.insured.pk: Decimal(1520)}
    )

    assert [(one.severity, one.codes, one.rule, one.sentence) for one in found] == [
        (
            HARD,
            ("pension_insured", "pension_due"),
            "pension-within-due",
            "参保人数（1,520）大于应参保人数（1,480），请核对。",
        )
    ]


def test_a_part_as_large_as_its_whole_is_not(scene):
    assert said(scene, pension_due=1480, pension_insured=1480) == []


def test_a_relation_with_an_empty_figure_says_nothing(scene):
    assert said(scene, pension_due=None, pension_insured=1520) == []


def test_a_soft_relation_asks_for_the_reason(scene):
    scene.programme.rules.update(severity=SOFT)

    assert said(scene, pension_due=1480, pension_insured=1520) == [
        (SOFT, "参保人数（1,520）大于应参保人数（1,480），请核对；确属实际请写明原因。")
    ]


@pytest.mark.parametrize(
    ("fields", "value", "sentence"),
    [
        ({"maximum": 90}, "95.5", "绿化覆盖率：不能大于 90%，填的是 95.5%。"),
        ({"minimum": 50}, "45.5", "绿化覆盖率：不能小于 50%。"),
        ({"places": 0}, "45.5", "绿化覆盖率：不能带小数。"),
    ],
)
def test_a_figure_that_its_element_does_not_take_any_more_is_hard(scene, fields, value, sentence):
    put(scene, scene.greening, {OCTOBER: value})
    for name, bound in fields.items():
        setattr(scene.greening, name, bound)
    scene.greening.save()

    assert said(scene) == [(HARD, sentence)]


def test_typed_figures_stand_before_those_of_the_ledger(scene):
    put(scene, scene.due, {OCTOBER: 1480})
    put(scene, scene.insured, {OCTOBER: 1520})

    assert len(said(scene)) == 1
    assert said(scene, pension_insured=1400) == []
    assert said(scene, pension_insured=None) == []


# --- a cumulative figure -----------------------------------------------------------------------


@pytest.fixture
def income(scene):
    scene.due.is_cumulative = True
    scene.due.name, scene.due.unit = "人均可支配收入", "元"
    scene.due.save()
    return scene.due


def test_a_cumulative_figure_that_falls_is_hard_and_names_both_months(scene, income):
    put(scene, income, {SEPTEMBER: 15400})

    assert said(scene, pension_due=15100) == [
        (
            HARD,
            (
                "人均可支配收入是从年初起的累计数，2025年10月（15,100元）不能比2025年9月（15,400元）少，"
                "请核对后改正。"
            ),
        )
    ]


def test_the_last_known_earlier_month_of_the_year_is_what_counts(scene, income):
    put(scene, income, {date(2025, 3, 1): 15000, date(2025, 6, 1): 15200})

    assert "2025年6月（15,200元）" in said(scene, pension_due=15100)[0][1]


@pytest.mark.parametrize("value", [15400, 15401])
def test_a_cumulative_figure_may_stand_still_or_rise(scene, income, value):
    put(scene, income, {SEPTEMBER: 15400})

    assert said(scene, pension_due=value) == []


def test_a_cumulative_figure_begins_anew_in_january(scene, income):
    put(scene, income, {date(2024, 12, 1): 20000})

    assert said(scene, date(2025, 1, 1), pension_due=1500) == []


def test_a_figure_that_is_not_cumulative_may_fall(scene):
    put(scene, scene.due, {SEPTEMBER: 15400})

    assert said(scene, pension_due=15100) == []


# --- a jump ------------------------------------------------------------------------------------


def test_a_jump_from_last_month_is_said_with_both_figures(scene):
    rule(scene, "change", scene.due, against="month", limit=30)
    put(scene, scene.due, {SEPTEMBER: 1480})

    assert said(scene, pension_due=2102) == [
        (SOFT, "应参保人数比上月增加 42%（1,480 → 2,102人），请核对；确属实际请写明原因。")
    ]


def test_a_fall_from_the_same_month_of_last_year_is_said(scene):
    rule(scene, "change", scene.due, against="year", limit=30)
    put(scene, scene.due, {date(2024, 10, 1): 2000, SEPTEMBER: 2000})

    assert said(scene, pension_due=1000) == [
        (SOFT, "应参保人数比上年同月减少 50%（2,000 → 1,000人），请核对；确属实际请写明原因。")
    ]


@pytest.mark.parametrize(("value", "is_said"), [(130, False), (70, False), (131, True), (69, True)])
def test_exactly_the_limit_is_not_beyond_it(scene, value, is_said):
    rule(scene, "change", scene.due, against="month", limit=30)
    put(scene, scene.due, {SEPTEMBER: 100})

    assert bool(said(scene, pension_due=value)) is is_said


def test_without_a_figure_to_compare_with_nothing_is_said(scene):
    rule(scene, "change", scene.due, against="month", limit=30)
    put(scene, scene.due, {date(2025, 8, 1): 100})

    assert said(scene, pension_due=1000) == []


@pytest.mark.parametrize(
    ("value", "sentences"),
    [(0, []), (3, [(SOFT, "应参保人数上月是 0，本月是 3人，请核对；确属实际请写明原因。")])],
)
def test_after_zero_only_another_figure_is_said(scene, value, sentences):
    rule(scene, "change", scene.due, against="month", limit=30)
    put(scene, scene.due, {SEPTEMBER: 0})

    assert said(scene, pension_due=value) == sentences


def test_a_negative_figure_is_compared_by_its_size(scene):
    scene.greening.minimum = -100
    scene.greening.save()
    rule(scene, "change", scene.greening, against="month", limit=30)
    put(scene, scene.greening, {SEPTEMBER: -50})

    assert said(scene, greening=-60) == []
    assert said(scene, greening=-70)[0][1].startswith("绿化覆盖率比上月减少 40%（-50 → -70%）")


def test_the_rule_s_own_words_end_the_sentence(scene):
    rule(scene, "change", scene.due, against="month", limit=30, message="请附户籍变动名单，说明原因。")
    put(scene, scene.due, {SEPTEMBER: 1480})

    assert said(scene, pension_due=2102)[0][1] == (
        "应参保人数比上月增加 42%（1,480 → 2,102人）。请附户籍变动名单，说明原因。"
    )


def test_a_hard_limit_of_change_must_be_corrected(scene):
    rule(scene, "change", scene.due, against="month", limit=30, severity=HARD)
    put(scene, scene.due, {SEPTEMBER: 100})

    assert said(scene, pension_due=200) == [
        (HARD, "应参保人数比上月增加 100%（100 → 200人），请核对后改正。")
    ]


def test_yes_and_no_have_no_distance(scene):
    rule(scene, "change", scene.plan, against="month", limit=30)
    put(scene, scene.plan, {SEPTEMBER: 1})

    assert said(scene, village_plan=0) == []


def test_what_adds_up_over_a_year_is_not_compared_with_december(scene, income):
    rule(scene, "change", income, against="month", limit=30)
    put(scene, income, {date(2024, 12, 1): 20000})

    assert said(scene, date(2025, 1, 1), pension_due=1500) == []


# --- unlike its own past -----------------------------------------------------------------------


def test_an_outlier_by_median_and_mad_is_said(scene):
    rule(scene, "outlier", scene.due, limit=3)
    past(scene, scene.due, 100, 102, 98, 101, 99, 103)  # median 100.5, MAD 1.5: beyond 6.6714

    assert said(scene, pension_due=107) == []
    assert said(scene, pension_due=94) == []
    assert said(scene, pension_due=108) == [
        (
            SOFT,
            (
                "应参保人数本月是 108人，和以往相差太大（过去 6 个月的中位数是 101人），"
                "请核对；确属实际请写明原因。"
            ),
        )
    ]


def test_five_known_months_are_too_few_to_say_anything(scene):
    rule(scene, "outlier", scene.due, limit=3)
    past(scene, scene.due, 100, 102, 98, 101, 99)

    assert said(scene, pension_due=100000) == []


def test_known_months_need_not_follow_each_other(scene):
    rule(scene, "outlier", scene.due, limit=3)
    put(scene, scene.due, {month: 100 + number for number, month in enumerate(months_before(12)[::2])})

    assert len(said(scene, pension_due=1000)) == 1


def test_months_more_than_three_years_back_do_not_count(scene):
    rule(scene, "outlier", scene.due, limit=3)
    put(scene, scene.due, {month: 100 + month.month for month in months_before(42)[36:]})

    assert said(scene, pension_due=1000) == []


def test_what_always_stood_still_may_move_a_little(scene):
    rule(scene, "outlier", scene.due, limit=5)
    past(scene, scene.due, *[1000] * 12)  # MAD 0: one per cent of the median stands in, beyond 74.13

    assert said(scene, pension_due=1074) == []
    assert len(said(scene, pension_due=1075)) == 1


def test_after_nothing_but_zeros_every_other_figure_is_unusual(scene):
    rule(scene, "outlier", scene.due, limit=5)
    past(scene, scene.due, *[0] * 12)

    assert said(scene, pension_due=0) == []
    assert len(said(scene, pension_due=1)) == 1


def test_of_a_cumulative_figure_the_months_additions_are_compared(scene, income):
    rule(scene, "outlier", income, limit=3)
    put(scene, income, {date(2025, month, 1): 1000 * month + month % 2 for month in range(1, 10)})

    assert said(scene, pension_due=10000) == []
    assert said(scene, pension_due=18000)[0][1].startswith("人均可支配收入本月增加 8,999元，和以往相差太大")


# --- many villages -----------------------------------------------------------------------------


def test_forty_villages_are_looked_through_in_as_many_queries_as_one(scene, django_assert_num_queries):
    rule(scene, "outlier", scene.due, limit=3)
    rule(scene, "change", scene.insured, against="month", limit=3)
    others = [
        EnrolmentFactory(village=VillageFactory(code=f"640181101{number}", name=f"村{number}")).village
        for number in range(300, 340)
    ]
    for village in others:
        LedgerLine.objects.write_month(village, OCTOBER, {scene.due.pk: 10, scene.insured.pk: 11})

    with django_assert_num_queries(5):
        findings([scene.village], OCTOBER)
    with django_assert_num_queries(5):
        found = findings(others, OCTOBER)

    assert [len(found[village.pk]) for village in others] == [1] * 40


def test_typed_figures_of_one_village_say_nothing_of_another(scene):
    other = EnrolmentFactory(village=VillageFactory(code="640181101300", name="村")).village
    typed = {scene.village.pk: {scene.due.pk: Decimal(1), scene.insured.pk: Decimal(2)}}

    found = findings([scene.village, other], OCTOBER, typed)

    assert (len(found[scene.village.pk]), found[other.pk]) == (1, [])


def test_a_figure_that_the_village_is_not_asked_for_is_not_looked_at(scene):
    ProgrammeElementFactory(
        programme=scene.programme, element=DataElementFactory(code="extra", name="另一项")
    )
    rule(scene, "change", DataElementFactory(code="extra"), against="month", limit=1)
    extra = DataElementFactory(code="extra")
    put(scene, extra, {SEPTEMBER: 1, OCTOBER: 100})

    assert len(said(scene)) == 1
    scene.ask_only(extra)
    assert said(scene) == []
