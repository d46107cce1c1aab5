"""Saving figures: whose they are, what is kept of it, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from common.transitions import TransitionError
from indicators.models import LedgerLine, MonthlyReport, ValueChange
from indicators.services import months
from indicators.services.months import MonthClosed, StaleVersion
from tests.factories import (
    DataElementFactory,
    DepartmentFactory,
    EnrolmentFactory,
    ProgrammeElementFactory,
    ProgrammeFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
    VillageKindFactory,
)
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return set_scene()


def test_a_saved_figure_stands_in_the_ledger_with_its_history_and_trail(scene):
    changes = scene.save({scene.due: 1480, scene.greening: "45.5"}).changes

    assert scene.value(scene.due) == 1480
    assert scene.value(scene.greening) == Decimal("45.5")
    assert [(change.old, change.new, change.by, change.version) for change in changes] == [
        (None, 1480, scene.clerk, 1),
        (None, Decimal("45.5"), scene.clerk, 1),
    ]
    assert scene.report.version == 1
    event = AuditEvent.objects.latest("pk")
    assert event.detail == {"version": 1, "elements": ["pension_due", "greening"]}
    assert event.division_code == scene.village.code


def test_only_what_changed_is_written(scene):
    scene.save({scene.due: 1480, scene.insured: 1410})

    changes = scene.save({scene.due: 1480, scene.insured: 1420}).changes

    assert [change.element for change in changes] == [scene.insured]
    assert scene.report.version == 2


def test_saving_nothing_new_writes_nothing(scene):
    scene.save({scene.due: 1480})
    before = AuditEvent.objects.count()

    changes = scene.save({scene.due: "1480.0", scene.insured: None}).changes

    assert changes == []
    assert scene.report.version == 1
    assert AuditEvent.objects.count() == before


def test_an_empty_form_makes_no_report(scene):
    scene.save({scene.due: None})

    assert not MonthlyReport.objects.exists()


def test_a_figure_can_be_taken_out_again_and_is_then_empty_not_zero(scene):
    scene.save({scene.due: 1480})

    scene.save({scene.due: None})

    assert scene.value(scene.due) is None
    assert list(ValueChange.objects.values_list("old", "new")) == [(None, 1480), (1480, None)]


def test_months_of_one_year_stand_side_by_side_in_one_line(scene):
    scene.save({scene.due: 1470}, month=SEPTEMBER)
    scene.save({scene.due: 1480})

    line = LedgerLine.objects.get()
    assert (line.m09, line.m10, line.m11) == (1470, 1480, None)


def test_a_later_save_with_an_older_version_is_told_who_changed_what(scene):
    scene.save({scene.due: 1480})
    scene.save({scene.due: 1490, scene.insured: 1410}, actor=scene.head)

    with pytest.raises(StaleVersion) as stale:
        scene.save({scene.due: 1500}, seen=1)

    assert stale.value.version == 2
    assert [(change.element, change.new, change.by) for change in stale.value.changes] == [
        (scene.due, 1490, scene.head),
        (scene.insured, 1410, scene.head),
    ]
    assert scene.value(scene.due) == 1490


def test_what_only_others_changed_stays_theirs(scene):
    scene.save({scene.due: 1480, scene.insured: 1400})
    scene.save({scene.due: 1490}, actor=scene.head)

    saved = scene.save({scene.due: 1480, scene.insured: 1410}, seen=1)

    assert [change.element for change in saved.changes] == [scene.insured]
    assert [(change.element, change.by) for change in saved.taken] == [(scene.due, scene.head)]
    assert scene.value(scene.due) == 1490
    assert scene.report.version == 3


def test_a_submitted_month_cannot_change(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(MonthClosed, match="本月已于 11-12 上报，需修改请向振兴局申请退回。"):
        scene.save({scene.due: 1})

    assert scene.value(scene.due) == 1480


def test_an_accepted_month_says_that_it_counts_already(scene):
    scene.fill()
    scene.submit()
    scene.accept()

    with pytest.raises(MonthClosed, match="本月已于 11-12 受理，数据已计入达标计算"):
        scene.save({scene.due: 1})


def test_a_returned_month_opens_again(scene):
    scene.fill()
    scene.submit()
    scene.give_back()

    scene.save({scene.greening: 46})

    assert scene.value(scene.greening) == 46


@pytest.mark.parametrize(
    ("code", "value", "sentence"),
    [
        ("insured", "-1", "参保人数：不能是负数。"),
        ("insured", "1.5", "参保人数：应填整数"),
        ("greening", "120", "绿化覆盖率：不能大于 100%"),
        ("greening", "45.55", "绿化覆盖率：最多保留 1 位小数。"),
        ("plan", "2", "村庄规划已完成：请选“是”或“否”。"),
        ("stars", "9", "党组织星级：不能大于 5星"),
        ("due", "NaN", "应参保人数：数字太大"),
    ],
)
def test_the_service_holds_the_bounds_whoever_calls_it(scene, code, value, sentence):
    with pytest.raises(ValidationError) as refusal:
        scene.save({getattr(scene, code): value})

    assert sentence in str(refusal.value)
    assert not MonthlyReport.objects.exists()


def test_a_month_in_the_future_is_refused(scene):
    with pytest.raises(TransitionError, match="2025年12月还没有到，2025-12-01 起才能填报。"):
        scene.save({scene.due: 1}, month=date(2025, 12, 1))

    assert not MonthlyReport.objects.exists()


def test_growth_needs_the_year_before_the_programme_and_nothing_earlier(scene):
    scene.save({scene.due: 1}, month=date(2021, 1, 1))

    with pytest.raises(TransitionError, match="创建方案从 2022 年开始，只填报 2021 年 1 月以后的月份。"):
        scene.save({scene.due: 1}, month=date(2020, 12, 1))


def test_a_village_outside_every_programme_has_no_month(scene):
    village = VillageFactory(code="640181101220", name="泾灵北村")

    with pytest.raises(TransitionError, match="没有参加创建方案"):
        months.month_open(village=village, month=OCTOBER, actor=scene.clerk, now=NOW)


def test_a_clerk_of_another_township_may_not_save(scene):
    other = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(organisation=other, roles=["clerk"])

    with pytest.raises(PermissionDenied):
        scene.save({scene.due: 1}, actor=stranger)


@pytest.mark.parametrize("role", ["bureau", "city", "leader", "administrator", "auditor"])
def test_who_does_not_report_may_not_save(scene, role):
    person = UserFactory(roles=[role])

    with pytest.raises(PermissionDenied):
        scene.save({scene.due: 1}, actor=person)


def test_a_township_may_not_type_a_department_s_figure(scene):
    with pytest.raises(PermissionDenied, match="“医保参保人数”由医保局填报，不能由您填写。"):
        scene.save({scene.medical: 1500})


def test_a_department_types_its_own_figures_for_every_village(scene):
    scene.save({scene.medical: 1500}, actor=scene.officer)

    assert scene.value(scene.medical) == 1500


def test_a_department_may_not_type_a_township_s_figure(scene):
    with pytest.raises(PermissionDenied, match="“应参保人数”由乡镇（街道）填报，不能由您填写。"):
        scene.save({scene.due: 1480}, actor=scene.officer)


def test_a_department_may_not_type_another_department_s_figure(scene):
    other = UserFactory(organisation=DepartmentFactory(name="人社局"), roles=["department"])

    with pytest.raises(PermissionDenied, match="由医保局填报"):
        scene.save({scene.medical: 1500}, actor=other)


def test_an_element_that_the_village_is_not_asked_for_is_refused(scene):
    stray = DataElementFactory(code="stray", name="别处的数据")

    with pytest.raises(ValidationError, match="没有这一项数据"):
        scene.save({stray: 1})


def test_an_element_of_two_programmes_is_typed_once_by_the_department_that_provides_it(scene):
    second = ProgrammeFactory(code="second", name="第二个方案")
    EnrolmentFactory(
        programme=second, village=scene.village, kind=VillageKindFactory(programme=second, code="all")
    )
    ProgrammeElementFactory(programme=second, element=scene.due, provider=scene.department)

    with pytest.raises(PermissionDenied, match="由医保局填报"):
        scene.save({scene.due: 1480})
    scene.save({scene.due: 1480}, actor=scene.officer)

    assert scene.value(scene.due) == 1480


def test_opening_a_month_twice_gives_the_same_report(scene):
    first = months.month_open(village=scene.village, month=OCTOBER, actor=scene.clerk, now=NOW)
    second = months.month_open(village=scene.village, month=OCTOBER, actor=scene.head, now=NOW)

    assert first == second
    assert AuditEvent.objects.about(first).count() == 1


def test_a_figure_that_the_village_s_kind_is_not_asked_for_is_refused(scene):
    scene.ask_only(scene.due)

    with pytest.raises(ValidationError, match="没有这一项数据"):
        scene.save({scene.due: 1480})
