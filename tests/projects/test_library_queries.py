from datetime import date
from decimal import Decimal

import pytest

from projects.models import Measure, Project, WorksProgress
from tests.factories import (
    DepartmentFactory,
    MeasureFactory,
    ProjectFactory,
    ProjectFundFactory,
    VillageFactory,
)
from tests.projects.people import NOW, TODAY

OCTOBER = date(2025, 10, 1)


def codes(projects):
    return [project.code for project in projects]


@pytest.fixture
def library(people):
    """One project in 郝家桥镇, one in 白土岗乡, one in both, one of the whole county, one elsewhere."""
    here, there = VillageFactory(), VillageFactory(code="640181201208", name="泾兴村")
    ProjectFactory(code="here", villages=[here])
    ProjectFactory(code="there", villages=[there], division_code="640181201208")
    ProjectFactory(code="both", villages=[here, there], division_code="640181")
    ProjectFactory(code="county", villages=[], division_code="640181", department=people.insurance)
    ProjectFactory(code="elsewhere", villages=[], division_code="640202")
    return people


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("clerk", {"here", "both"}),
        ("head", {"here", "both"}),
        ("neighbour", {"there", "both"}),
        ("bureau", {"here", "there", "both", "county"}),
        ("leader", {"here", "there", "both", "county"}),
        ("auditor", {"here", "there", "both", "county"}),
        ("city", {"here", "there", "both", "county"}),
        ("department", {"here", "there", "both"}),
        ("other_department", {"county"}),
    ],
)
def test_everybody_sees_the_projects_of_the_own_division_and_a_department_its_own(role, seen, library):
    user = getattr(library, role)

    projects = Project.objects.visible_to(user)

    assert set(codes(projects)) == seen


def test_a_department_sees_what_its_measure_is_served_by(library):
    MeasureFactory().departments.add(library.insurance)

    projects = Project.objects.visible_to(library.other_department)

    assert set(codes(projects)) == {"here", "there", "both", "county"}


def test_a_township_reports_its_own_projects_and_the_county_those_across_townships(library):
    mine = Project.objects.reported_by(library.clerk)
    theirs = Project.objects.reported_by(library.bureau)

    assert codes(mine) == ["here"]
    assert set(codes(theirs)) == {"both", "county"}


def test_what_was_not_reported_is_asked_of_projects_under_construction_only(people):
    for code, status in (("building", "started"), ("reported", "started"), ("waiting", "approved")):
        ProjectFactory(code=code, status=status)
    WorksProgress.objects.create(
        project=Project.objects.get(code="reported"), month=OCTOBER, percent=50, by=people.clerk, at=NOW
    )

    found = Project.objects.without_progress(month=OCTOBER)

    assert codes(found) == ["building"]


def test_late_is_what_should_be_done_and_is_not_the_oldest_first(db):
    yesterday, last_year = date(2025, 11, 11), date(2024, 12, 31)
    ProjectFactory(code="late", status="started", planned_end_date=yesterday)
    ProjectFactory(code="later", status="suspended", planned_start_date=last_year, planned_end_date=last_year)
    ProjectFactory(code="today", status="started", planned_end_date=TODAY)
    for status in ("completed", "accepted", "cancelled"):
        ProjectFactory(code=status, status=status, planned_end_date=yesterday)

    late = Project.objects.late(today=TODAY)

    assert codes(late) == ["later", "late"]
    assert all(project.is_late(TODAY) for project in late)
    assert not Project.objects.get(code="completed").is_late(TODAY)


def test_money_is_summed_over_projects_by_year_by_source_and_by_measure(db):
    other = MeasureFactory(number=8, name="基础设施")
    first, second = ProjectFactory(year=2024, measure=other), ProjectFactory(year=2025)
    ProjectFundFactory(project=first, source="central", budget=100, allocated=60, paid=50)
    ProjectFundFactory(project=first, source="county", budget=10)
    ProjectFundFactory(project=second, source="central", budget="0.0001")
    ProjectFactory(year=2025, measure=other)

    projects = Project.objects.for_list()

    assert projects.money() == {"budget": Decimal("110.0001"), "allocated": 60, "paid": 50}
    assert projects.money_by_year() == [
        {"year": 2024, "budget": 110, "allocated": 60, "paid": 50},
        {"year": 2025, "budget": Decimal("0.0001"), "allocated": 0, "paid": 0},
    ]
    assert projects.money_by_source() == [
        {"source": "central", "budget": Decimal("100.0001"), "allocated": 60, "paid": 50},
        {"source": "county", "budget": 10, "allocated": 0, "paid": 0},
    ]
    assert projects.money_by_measure()[other.pk]["count"] == 2


def test_no_projects_hold_no_money(db):
    assert Project.objects.money() == {"budget": 0, "allocated": 0, "paid": 0}


def test_the_cancelled_do_not_count(db):
    ProjectFundFactory(project=ProjectFactory(status="cancelled"))

    counted = Project.objects.counted()

    assert counted.money()["budget"] == 0


@pytest.mark.parametrize("text", ["大拱棚", "2025-x", "11 栋", "泾灵", "农业"])
def test_a_project_is_found_by_any_of_its_words(text, db):
    ProjectFactory(code="2025-X7")
    ProjectFactory(
        code="other",
        name="蓄水池",
        content="十二万立方",
        villages=[],
        department=DepartmentFactory(name="水务局"),
    )

    found = Project.objects.matching(text)

    assert codes(found) == ["2025-X7"]


def test_a_row_of_the_list_carries_its_sums_and_its_latest_progress(people):
    project = ProjectFactory(status="started")
    ProjectFundFactory(project=project, source="central", budget=100, allocated=60, paid=50)
    ProjectFundFactory(project=project, source="county", budget=10)
    for month, percent in ((10, 60), (9, 80)):
        WorksProgress.objects.create(
            project=project, month=date(2025, month, 1), percent=percent, by=people.clerk, at=NOW
        )

    row = Project.objects.for_list().get()

    assert (row.budget, row.allocated, row.paid, row.percent) == (110, 60, 50, 60)


def test_the_own_measures_of_an_office_come_first(people):
    for number, name in ((1, "监测"), (2, "补短板"), (3, "分类施策")):
        MeasureFactory(number=number, name=name)
    Measure.objects.get(number=3).departments.add(people.insurance)

    measures = Measure.objects.visible_to(people.other_department).own_first(people.insurance)

    assert [(measure.number, measure.is_own) for measure in measures] == [(3, True), (1, False), (2, False)]
    assert [measure.number for measure in Measure.objects.answered_by(people.insurance)] == [3]
