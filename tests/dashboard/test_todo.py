"""What waits for whom: each source, the order, and that nothing overdue disappears."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import User
from assessments.services import supervision
from dashboard.todo import TodoItem, todo_for
from indicators.models import MonthlyReport, ProgrammeElement
from indicators.workflow import MonthStatus
from projects.models import Project, WorksProgress
from projects.workflow import ProjectStatus
from tests.assessments.scene import NOW, Scene
from tests.factories import EnrolmentFactory, MonthlyReportFactory, ProjectFactory, VillageFactory
from villages.models import Village

pytestmark = pytest.mark.django_db
OCTOBER = date(2025, 10, 1)  # accepted in the scene
SEPTEMBER = date(2025, 9, 1)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def titles(user: User, at: datetime = NOW) -> list[str]:
    return [item.title for item in todo_for(user, at=at)]


def found(user: User, word: str, at: datetime = NOW) -> TodoItem | None:
    return next((item for item in todo_for(user, at=at) if word in item.title + item.what), None)


def accept_everything_until(scene: Scene, last: date) -> None:
    month = date(2022, 1, 1)
    while month <= last:
        MonthlyReport.objects.get_or_create(
            village=scene.village, month=month, defaults={"status": MonthStatus.ACCEPTED}
        )
        month = (month + timedelta(days=32)).replace(day=1)


def test_a_clerk_is_told_of_every_month_that_was_not_submitted_longest_overdue_first(scene: Scene) -> None:
    MonthlyReportFactory(village=scene.village, month=SEPTEMBER, status=MonthStatus.RETURNED)

    items = [item for item in todo_for(scene.clerk, at=NOW) if "月报" in item.title]

    assert items[0].due == date(2022, 1, 20)
    assert len(items) == 46
    assert found(scene.clerk, "2025年9月月报").what == "被退回，请修改后重新上报"


def test_this_month_is_due_on_the_programmes_day(scene: Scene) -> None:
    accept_everything_until(scene, OCTOBER)

    item = found(scene.clerk, "月报")

    assert item.due == date(2025, 11, 20)
    assert item.url == reverse("indicators:month", args=[scene.village.code, 2025, 11])


def test_many_villages_of_a_month_come_as_one_and_what_was_sent_back_by_itself(scene: Scene) -> None:
    others = [add_village(scene, number) for number in range(301, 306)]
    MonthlyReportFactory(village=others[0], month=SEPTEMBER, status=MonthStatus.RETURNED)
    MonthlyReportFactory(village=others[1], month=SEPTEMBER, status=MonthStatus.DRAFT)

    september = [item for item in todo_for(scene.clerk, at=NOW) if "2025年9月月报" in item.title]

    together, returned = sorted(september, key=lambda item: "退回" in item.what)
    place = [scene.village.township_code, 2025, 9]
    assert together.url == reverse("indicators:township_grid", args=place)
    assert together.what.startswith("尚未上报：")
    assert together.what.endswith("等 5 个村（社区）")
    assert returned.url == reverse("indicators:month", args=[others[0].code, 2025, 9])


def test_a_department_is_asked_once_a_month_for_all_villages_of_the_county(scene: Scene) -> None:
    for number in range(301, 305):
        add_village(scene, number)
    asked = ProgrammeElement.objects.filter(programme=scene.programme).first()
    asked.provider = scene.department.organisation
    asked.save()

    [september] = [item for item in todo_for(scene.department, at=NOW) if "2025年9月数据" in item.title]

    assert september.url == reverse("indicators:county_grid", args=["640181", 2025, 9])
    assert september.what.startswith("本单位还有 5 项未填：")


def add_village(scene: Scene, number: int) -> Village:
    village = VillageFactory(code=f"{scene.village.township_code}{number}", name=f"{number}村")
    kind = scene.village.enrolments.get().kind
    return EnrolmentFactory(programme=scene.programme, village=village, kind=kind).village


def test_a_submitted_month_waits_for_the_bureau_and_no_longer_for_the_township(scene: Scene) -> None:
    MonthlyReportFactory(village=scene.village, month=SEPTEMBER, status=MonthStatus.SUBMITTED)

    clerk, bureau = titles(scene.clerk), titles(scene.bureau)

    assert "2025年9月月报审核" in bureau
    assert not [title for title in clerk if "2025年9月" in title]


def test_an_application_waits_for_whoever_takes_the_next_step(scene: Scene) -> None:
    application = scene.reach("submitted")
    title = f"{scene.village.name} 2025年创建"

    waiting = {
        role for role in ("clerk", "head", "bureau", "city", "leader") if title in titles(scene.person(role))
    }

    assert waiting == {"bureau"}
    assert found(scene.bureau, "2025年创建").due == date(2025, 12, 10)
    assert found(scene.bureau, "2025年创建").url == application.get_absolute_url()


def test_a_village_meant_for_this_year_asks_for_its_self_check_from_november_on(scene: Scene) -> None:
    in_october, in_november = datetime.fromisoformat("2025-10-31T09:00+08:00"), NOW

    before, after = found(scene.clerk, "自查", in_october), found(scene.clerk, "自查", in_november)

    assert before is None
    assert after.due == date(2025, 11, 30)


def test_a_department_is_asked_for_its_opinion_until_it_gave_it(scene: Scene) -> None:
    application = scene.reach("municipal_review")

    item = found(scene.department, "意见")

    assert item.url == reverse("assessments:opinions", args=[application.pk])
    assert "1 项" in item.what


def test_an_award_of_an_earlier_year_asks_the_bureau_for_a_recheck(scene: Scene) -> None:
    scene.reach("awarded")

    this_year, next_year = titles(scene.bureau), titles(scene.bureau, NOW + timedelta(days=200))

    assert not [title for title in this_year if "复核" in title]
    assert [title for title in next_year if "复核" in title]


def test_an_instruction_waits_for_the_office_it_names(scene: Scene) -> None:
    supervision.order_issue(
        village=scene.village,
        standard=None,
        organisation=scene.township,
        text="请尽快补齐医保缺口。",
        deadline=date(2025, 11, 20),
        actor=scene.leader,
        now=NOW,
    )

    assert found(scene.clerk, "督办单").due == date(2025, 11, 20)
    assert found(scene.bureau, "督办单") is None


def test_works_under_way_ask_for_last_months_progress_and_late_ones_for_the_bureau(scene: Scene) -> None:
    project: Project = ProjectFactory(
        programme=scene.programme,
        status=ProjectStatus.STARTED,
        planned_start_date=date(2025, 3, 1),
        planned_end_date=date(2025, 9, 30),
        division_code=scene.village.code,
    )

    assert found(scene.clerk, "形象进度").title == project.name
    assert found(scene.bureau, "计划完工").is_overdue(NOW.date())

    WorksProgress.objects.create(project=project, month=OCTOBER, percent=Decimal(80), by=scene.clerk, at=NOW)
    assert found(scene.clerk, "形象进度") is None


def test_nothing_waits_for_those_who_only_read_or_only_keep_accounts(scene: Scene) -> None:
    scene.reach("submitted")

    assert todo_for(scene.auditor, at=NOW) == []
    assert todo_for(scene.administrator, at=NOW) == []
