"""What is owed: the reads behind the to-do list."""

from datetime import date

import pytest

from indicators.models import MonthlyReport
from indicators.models.due import due_date
from indicators.services import months
from tests.factories import (
    EnrolmentFactory,
    ProgrammeFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
    VillageKindFactory,
)
from tests.indicators.month_scene import NOW, OCTOBER, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = set_scene()
    scene.programme.first_year = 2025
    scene.programme.save()
    return scene


def test_every_month_from_the_first_of_the_programme_to_this_one_is_due(scene):
    due = MonthlyReport.objects.months_due(scene.clerk, at=NOW)

    assert [item.month for item in due] == [date(2025, month, 1) for month in range(1, 12)]
    assert (due[0].village, due[0].due_date, due[0].status) == (scene.village, date(2025, 1, 20), "")
    assert due[0].is_overdue(date(2025, 11, 12))
    assert (due[-1].due_date, due[-1].is_overdue(date(2025, 11, 12))) == (date(2025, 11, 20), False)
    assert due[-1].get_absolute_url() == f"/indicators/months/{scene.village.code}/2025/11/"


def test_a_submitted_or_accepted_month_is_no_longer_due_and_a_returned_one_is_again(scene):
    def october():
        due = MonthlyReport.objects.months_due(scene.clerk, at=NOW)
        return [item.status for item in due if item.month == OCTOBER]

    scene.fill()
    assert october() == ["draft"]
    scene.submit()
    assert october() == []
    scene.give_back()
    assert october() == ["returned"]
    scene.submit()
    scene.accept()
    assert october() == []


def test_nothing_is_due_after_the_programme_s_last_year(scene):
    scene.programme.last_year = 2025
    scene.programme.save()
    later = NOW.replace(year=2027)

    due = MonthlyReport.objects.months_due(scene.clerk, at=later)

    assert due[-1].month == date(2025, 12, 1)


def test_other_townships_months_are_not_mine(scene):
    EnrolmentFactory(village=VillageFactory(code="640181201212", name="泾兴村"))
    other = TownshipFactory(name="白土岗乡", division_code="640181201")

    mine = MonthlyReport.objects.months_due(scene.clerk, at=NOW)
    theirs = MonthlyReport.objects.months_due(UserFactory(organisation=other), at=NOW)
    all_ = MonthlyReport.objects.months_due(scene.bureau, at=NOW)

    assert {item.village.name for item in mine} == {"泾灵南村"}
    assert {item.village.name for item in theirs} == {"泾兴村"}
    assert len(all_) == len(mine) + len(theirs)


def test_a_village_of_two_programmes_owes_a_month_once_by_the_earlier_day(scene):
    second = ProgrammeFactory(code="second", name="第二个方案", first_year=2024, month_due_day=10)
    EnrolmentFactory(
        programme=second, village=scene.village, kind=VillageKindFactory(programme=second, code="all")
    )

    due = MonthlyReport.objects.months_due(scene.clerk, at=NOW)

    assert [item.month for item in due if item.month == OCTOBER] == [OCTOBER]
    assert next(item.due_date for item in due if item.month == OCTOBER) == date(2025, 10, 10)
    assert due_date([scene.programme, second], OCTOBER) == date(2025, 10, 10)
    assert due[0].month == date(2024, 1, 1)


def test_a_department_owes_its_empty_figures_of_open_months(scene):
    scene.save({scene.medical: 1500}, actor=scene.officer)

    due = MonthlyReport.objects.figures_due(scene.officer, at=NOW)

    assert OCTOBER not in [item.month for item in due]
    assert (due[0].month, due[0].missing) == (date(2025, 1, 1), 1)
    assert due[-1].month == date(2025, 11, 1)


def test_a_department_owes_nothing_once_the_month_is_closed(scene):
    scene.save({scene.due: 1480})
    scene.submit(incomplete_ok=True)

    due = MonthlyReport.objects.figures_due(scene.officer, at=NOW)

    assert OCTOBER not in [item.month for item in due]


def test_a_department_that_provides_nothing_owes_nothing(scene):
    assert MonthlyReport.objects.figures_due(scene.bureau, at=NOW) == []


def test_returned_months_come_with_their_reasons(scene):
    scene.fill()
    scene.submit()
    scene.give_back(comment="请核实。")

    (report,) = MonthlyReport.objects.returned_to(scene.clerk)

    assert report.last_step("return").comment == "请核实。"


def test_the_current_month_can_be_opened_before_it_is_due(scene):
    november = date(2025, 11, 1)

    report = months.month_open(village=scene.village, month=november, actor=scene.clerk, now=NOW)

    assert report.month == november


def test_a_department_owes_only_what_a_village_s_kind_is_asked_for(scene):
    kind = scene.ask_only(scene.medical)

    assert MonthlyReport.objects.figures_due(scene.officer, at=NOW) == []

    scene.village.enrolments.update(kind=kind)

    assert MonthlyReport.objects.figures_due(scene.officer, at=NOW)[0].missing == 1


def test_figures_for_two_kinds_are_owed_once(scene):
    kind = scene.ask_only(scene.medical)
    scene.programme.elements.get(element=scene.medical).kinds.add(scene.village.enrolments.get().kind)
    community = EnrolmentFactory(village=VillageFactory(code="640181001002", name="西湖社区"), kind=kind)

    due = MonthlyReport.objects.figures_due(scene.officer, at=NOW)

    assert [(item.village, item.missing) for item in due[:2]] == [(community.village, 1), (scene.village, 1)]
