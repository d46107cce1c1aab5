"""Every step at every status by every role, against a table that was written by hand."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common.transitions import TransitionError
from projects.models import WorksProgress
from projects.services import project_step
from projects.workflow import PROJECT, ProjectStatus
from tests.factories import ProjectFactory, ProjectFundFactory, VillageFactory
from tests.projects.people import NOW

MANAGES = {"bureau"}
REPORTS = {"clerk", "head", "bureau"}
# (step, status it leaves, status it reaches, who may take it)
ALLOWED = [
    ("approve", "library", "approved", MANAGES),
    ("start", "approved", "started", REPORTS),
    ("complete", "started", "completed", REPORTS),
    ("accept", "completed", "accepted", MANAGES),
    ("rework", "completed", "started", MANAGES),
    ("suspend", "started", "suspended", MANAGES),
    ("resume", "suspended", "started", MANAGES),
    ("cancel", "library", "cancelled", MANAGES),
    ("cancel", "approved", "cancelled", MANAGES),
    ("cancel", "started", "cancelled", MANAGES),
    ("cancel", "suspended", "cancelled", MANAGES),
]
REACHED = {(step, source): target for step, source, target, _ in ALLOWED}
TAKERS = {step: takers for step, _, _, takers in ALLOWED}
ROLES = ("clerk", "head", "department", "bureau", "city", "leader", "administrator", "auditor")


@pytest.mark.parametrize("step", [transition.name for transition in PROJECT.transitions])
@pytest.mark.parametrize("status", ProjectStatus.values)
def test_every_step_at_every_status_by_every_role(step, status, people):
    for role in ROLES:
        project = ProjectFactory(status=status)
        WorksProgress.objects.create(
            project=project, month="2025-10-01", percent=100, by=people.clerk, at=NOW
        )
        actor = getattr(people, role)

        if role not in TAKERS[step]:
            with pytest.raises(PermissionDenied):
                project_step(project=project, name=step, actor=actor, now=NOW, comment="原因")
        elif (step, status) not in REACHED:
            with pytest.raises(TransitionError, match="现在的状态是"):
                project_step(project=project, name=step, actor=actor, now=NOW, comment="原因")
        else:
            project_step(project=project, name=step, actor=actor, now=NOW, comment="原因")

        project.refresh_from_db()
        taken = role in TAKERS[step] and (step, status) in REACHED
        assert project.status == (REACHED[step, status] if taken else status)
        assert project.steps.count() == (1 if taken else 0)


def test_a_step_leaves_a_trail(people):
    project = ProjectFactory()

    project_step(project=project, name="approve", actor=people.bureau, now=NOW, comment="灵发改 8 号")

    step = project.steps.get()
    event = AuditEvent.objects.about(project).get()
    assert (step.from_status, step.to_status, step.by, step.at) == ("library", "approved", people.bureau, NOW)
    assert (event.action, event.actor, event.division_code) == ("项目：批复", people.bureau, "640181101219")


def test_a_township_does_not_step_in_another_township(people):
    project = ProjectFactory(status="approved")

    with pytest.raises(PermissionDenied):
        project_step(project=project, name="start", actor=people.neighbour, now=NOW)


def test_a_project_across_townships_is_started_by_the_county_and_not_by_one_of_them(people):
    villages = [VillageFactory(), VillageFactory(code="640181201208", name="泾兴村")]
    project = ProjectFactory(status="approved", villages=villages, division_code="640181")

    with pytest.raises(PermissionDenied):
        project_step(project=project, name="start", actor=people.clerk, now=NOW)
    project_step(project=project, name="start", actor=people.bureau, now=NOW)

    project.refresh_from_db()
    assert project.status == "started"


def test_who_reported_the_completion_does_not_accept_it(people):
    project = ProjectFactory(status="started")
    WorksProgress.objects.create(project=project, month="2025-10-01", percent=100, by=people.clerk, at=NOW)
    project_step(project=project, name="complete", actor=people.bureau, now=NOW)

    with pytest.raises(TransitionError, match="请由其他人办理"):
        project_step(project=project, name="accept", actor=people.bureau, now=NOW)

    project.refresh_from_db()
    assert project.status == "completed"


@pytest.mark.parametrize("step", ["rework", "suspend", "cancel"])
def test_a_step_backwards_needs_a_reason(step, people):
    source = next(source for name, source in REACHED if name == step)
    project = ProjectFactory(status=source)

    with pytest.raises(TransitionError, match="请写明"):
        project_step(project=project, name=step, actor=people.bureau, now=NOW, comment="  ")


@pytest.mark.parametrize(("percent", "said"), [(None, "还没有填报"), (80, "最近一次填报是 80.0%")])
def test_works_are_completed_only_at_a_hundred_percent(percent, said, people):
    project = ProjectFactory(status="started")
    if percent is not None:
        WorksProgress.objects.create(
            project=project, month="2025-10-01", percent=percent, by=people.clerk, at=NOW
        )

    with pytest.raises(TransitionError, match=said):
        project_step(project=project, name="complete", actor=people.head, now=NOW)

    project.refresh_from_db()
    assert (project.status, project.steps.count()) == ("started", 0)


def test_a_project_that_holds_money_is_not_cancelled(people):
    fund = ProjectFundFactory(allocated=50, paid=20)

    with pytest.raises(TransitionError, match=r"已下达 50.00 万元（其中已支付 20.00 万元）"):
        project_step(project=fund.project, name="cancel", actor=people.bureau, now=NOW, comment="不建了")

    fund.project.refresh_from_db()
    assert fund.project.status == "library"
