from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from projects.models import Project, division_of
from projects.services import ProjectData, project_create, project_update
from tests.factories import (
    DepartmentFactory,
    EnrolmentFactory,
    MeasureFactory,
    ProgrammeFactory,
    ProjectFactory,
    ProjectFundFactory,
    VillageFactory,
)
from tests.projects.people import NOW


def data(**changes):
    known = {
        "code": "2025-001",
        "name": "泾灵南村二期大拱棚",
        "content": "新建全钢架大拱棚 11 栋。",
        "measure": MeasureFactory(),
        "department": DepartmentFactory(name="农业农村局"),
        "villages": [EnrolmentFactory().village],
        "year": 2025,
        "planned_start_date": date(2025, 3, 1),
        "planned_end_date": date(2025, 12, 31),
        "budgets": {"central": Decimal(100), "social": Decimal("12.5")},
    }
    return ProjectData(**known | changes)


def test_a_project_enters_the_library_with_budgets_a_first_step_and_a_trail(people):
    typed = data()

    project = project_create(data=typed, actor=people.bureau, now=NOW)

    funds = project.funds.for_detail().values_list("source", "budget", "allocated", "paid")
    assert (project.status, project.division_code) == ("library", "640181101219")
    assert list(funds) == [("central", 100, 0, 0), ("social", Decimal("12.5"), 0, 0)]
    assert list(project.steps.values_list("name", "to_status", "by")) == [
        ("enter", "library", people.bureau.pk)
    ]
    actions = AuditEvent.objects.about(project).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["项目入库", "调整预算", "调整预算"]


@pytest.mark.parametrize(
    "role", ["clerk", "head", "department", "city", "leader", "administrator", "auditor"]
)
def test_only_the_bureau_enters_projects(role, people):
    with pytest.raises(PermissionDenied):
        project_create(data=data(), actor=getattr(people, role), now=NOW)

    assert not Project.objects.exists()


REFUSED = [
    ("year", 2031, "year", "年度应在 2022 到 2025 之间。"),
    ("planned_end_date", date(2025, 1, 1), "planned_end_date", "计划完工不能早于计划开工。"),
    ("budgets", {"central": Decimal(-1)}, "budget_central", "预算不能是负数。"),
    ("budgets", {}, "__all__", "请至少填写一个资金来源的预算。"),
    ("budgets", {"central": Decimal(0)}, "__all__", "请至少填写一个资金来源的预算。"),
]


@pytest.mark.parametrize(("field", "value", "at", "sentence"), REFUSED)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(field, value, at, sentence, people):
    typed = data(**{field: value})

    with pytest.raises(ValidationError) as refused:
        project_create(data=typed, actor=people.bureau, now=NOW)

    assert refused.value.message_dict == {at: [sentence]}
    assert not Project.objects.exists()


def test_a_village_of_no_part_in_the_programme_is_refused_by_name(people):
    stranger = VillageFactory(code="640181101999", name="别的村")

    with pytest.raises(ValidationError) as refused:
        project_create(data=data(villages=[stranger]), actor=people.bureau, now=NOW)

    assert refused.value.message_dict["villages"][0].startswith("别的村没有参加")


def test_a_department_from_elsewhere_is_refused(people):
    stranger = DepartmentFactory(name="外地局", division_code="640202")

    with pytest.raises(ValidationError) as refused:
        project_create(data=data(department=stranger), actor=people.bureau, now=NOW)

    assert refused.value.message_dict == {"department": ["外地局不在本方案的行政区划内。"]}


def test_a_code_is_used_once(people):
    project_create(data=data(), actor=people.bureau, now=NOW)

    with pytest.raises(ValidationError) as refused:
        project_create(data=data(), actor=people.bureau, now=NOW)

    assert refused.value.message_dict == {"code": ["这个编号已有项目使用，请核对或换一个编号。"]}
    assert Project.objects.count() == 1


def test_a_changed_project_leaves_what_it_was_in_the_trail(people):
    project = project_create(data=data(), actor=people.bureau, now=NOW)
    typed = data(name="泾灵南村三期大拱棚", budgets={"central": Decimal(80)})

    project_update(project=project, data=typed, version=0, actor=people.bureau, now=NOW)

    project.refresh_from_db()
    event = AuditEvent.objects.about(project).get(action="修改项目")
    budgets = list(project.funds.for_detail().values_list("source", "budget"))
    assert (project.name, project.version) == ("泾灵南村三期大拱棚", 1)
    assert event.detail["changes"] == {
        "name": {"before": "泾灵南村二期大拱棚", "after": "泾灵南村三期大拱棚"}
    }
    assert budgets == [("central", 80)]


def test_the_second_of_two_people_who_change_a_project_is_told_by_whom(people):
    project = project_create(data=data(), actor=people.bureau, now=NOW)
    project_update(project=project, data=data(name="甲"), version=0, actor=people.bureau, now=NOW)

    with pytest.raises(ValidationError, match="王振兴在 2025-11-12 09:00改过这个项目"):
        project_update(project=project, data=data(name="乙"), version=0, actor=people.bureau, now=NOW)

    project.refresh_from_db()
    assert project.name == "甲"


def test_a_budget_does_not_fall_below_what_was_allocated(people):
    project = project_create(data=data(), actor=people.bureau, now=NOW)
    project.funds.filter(source="central").update(allocated=90)

    with pytest.raises(ValidationError) as refused:
        project_update(
            project=project,
            data=data(name="改名", budgets={"central": Decimal("89.9999")}),
            version=0,
            actor=people.bureau,
            now=NOW,
        )

    project.refresh_from_db()
    said = "中央已下达 90.00 万元，预算不能低于这个数。需要调低时，请先冲回下达。"
    assert refused.value.message_dict == {"budget_central": [said]}
    assert (project.name, project.funds.get(source="central").budget) == ("泾灵南村二期大拱棚", 100)


@pytest.mark.parametrize(("status", "word"), [("accepted", "已验收"), ("cancelled", "已取消")])
def test_a_closed_project_does_not_change(status, word, people):
    project = ProjectFactory(status=status)

    with pytest.raises(ValidationError, match=f"项目{word}，不能再修改。"):
        project_update(project=project, data=data(), version=0, actor=people.bureau, now=NOW)


def test_a_bureau_does_not_change_a_project_of_another_county(people):
    project = ProjectFactory(division_code="640202")

    with pytest.raises(PermissionDenied):
        project_update(project=project, data=data(), version=0, actor=people.bureau, now=NOW)


@pytest.mark.parametrize(
    ("codes", "division"),
    [
        ([], "640181"),
        (["640181101219"], "640181101219"),
        (["640181101219", "640181101220"], "640181101"),
        (["640181101219", "640181201208"], "640181"),
        (["640181101219", "640202101219"], "64"),
        (["640181101219", "150823101219"], "640181"),
    ],
)
def test_a_project_stands_in_the_smallest_division_around_its_villages(codes, division, db):
    villages = [VillageFactory.build(code=code) for code in codes]

    found = division_of(ProgrammeFactory.build(), villages)

    assert found == division


@pytest.mark.parametrize(
    "balance", [{"paid": 1}, {"allocated": 101}, {"allocated": 50, "paid": 51}, {"paid": -1}, {"budget": -1}]
)
def test_the_database_itself_keeps_paid_below_allocated_below_budget(balance, db):
    with pytest.raises(IntegrityError, match="fund_paid_allocated_budget"), transaction.atomic():
        ProjectFundFactory(**balance)
