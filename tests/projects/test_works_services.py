from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from projects.models import WorksProgress
from projects.services import progress_record
from tests.factories import ProjectFactory
from tests.projects.people import NOW


def record(project, actor, month=date(2025, 10, 1), percent="60", note=""):
    return progress_record(
        project=project, month=month, percent=Decimal(percent), note=note, actor=actor, now=NOW
    )


def test_a_clerk_records_a_month_and_it_leaves_a_trail(people):
    project = ProjectFactory(status="started")

    record(project, people.clerk, month=date(2025, 10, 17), percent="62.5")

    progress = project.progress.get()
    event = AuditEvent.objects.about(project).get()
    assert (progress.month, progress.percent, progress.by) == (
        date(2025, 10, 1),
        Decimal("62.5"),
        people.clerk,
    )
    assert (event.action, event.detail["month"], event.detail["after"]) == ("填报形象进度", "2025-10", "62.5")


@pytest.mark.parametrize("role", ["neighbour", "department", "city", "leader", "administrator", "auditor"])
def test_others_do_not_record_it(role, people):
    with pytest.raises(PermissionDenied):
        record(ProjectFactory(status="started"), getattr(people, role))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"month": date(2025, 12, 1)}, {"month": ["月份不能晚于本月（2025年11月）。"]}),
        ({"month": date(2024, 12, 1)}, {"month": ["月份不能早于项目的年度（2025 年）。"]}),
        ({"percent": "100.1"}, {"percent": ["形象进度应在 0 到 100 之间。"]}),
        ({"percent": "-0.1"}, {"percent": ["形象进度应在 0 到 100 之间。"]}),
    ],
)
def test_a_month_to_come_and_an_impossible_percentage_are_refused(typed, said, people):
    project = ProjectFactory(status="started")

    with pytest.raises(ValidationError) as refused:
        record(project, people.clerk, **typed)

    assert refused.value.message_dict == said
    assert not project.progress.exists()


@pytest.mark.parametrize(
    ("status", "word"), [("library", "已入库"), ("approved", "已批复"), ("accepted", "已验收")]
)
def test_progress_is_recorded_only_between_start_and_acceptance(status, word, people):
    with pytest.raises(ValidationError, match=f"项目{word}，开工后、验收前才能填报形象进度。"):
        record(ProjectFactory(status=status), people.clerk)


def test_progress_falls_only_with_a_word(people):
    project = ProjectFactory(status="started")
    record(project, people.clerk, month=date(2025, 9, 1), percent="60")

    with pytest.raises(ValidationError) as refused:
        record(project, people.clerk, percent="50")
    record(project, people.clerk, percent="50", note="部分返工")

    assert refused.value.message_dict == {"note": ["比2025年9月的 60.0% 低，请写明原因。"]}
    assert list(project.progress.for_detail().values_list("percent", flat=True)) == [60, 50]


def test_a_month_that_is_known_changes_only_with_a_word_and_keeps_the_old_figure_in_the_trail(people):
    project = ProjectFactory(status="started")
    record(project, people.clerk, percent="60")

    with pytest.raises(ValidationError) as refused:
        record(project, people.head, percent="70")
    record(project, people.head, percent="70", note="少算一栋")

    event = AuditEvent.objects.about(project).get(action="更正形象进度")
    assert refused.value.message_dict == {"note": ["2025年10月已由李红填报 60.0%，更正请写明原因。"]}
    assert (project.progress.get().percent, event.detail["before"]) == (70, "60.0")


def test_the_same_figure_twice_is_recorded_once(people):
    project = ProjectFactory(status="started")
    record(project, people.clerk, note="基础完成")

    record(project, people.head, note="基础完成")

    assert project.progress.get().by == people.clerk
    assert AuditEvent.objects.about(project).count() == 1


@pytest.mark.parametrize(("month", "percent"), [("2025-10-01", 101), ("2025-10-01", -1), ("2025-10-02", 50)])
def test_the_database_itself_refuses_what_cannot_be(month, percent, people):
    project = ProjectFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        WorksProgress.objects.create(project=project, month=month, percent=percent, by=people.clerk, at=NOW)
