"""The project library's workflow (项目库): statuses and transitions as data."""

from django.db.models import TextChoices

from accounts.permissions import Permission
from common.transitions import Transition, Workflow


class ProjectStatus(TextChoices):
    LIBRARY = "library", "已入库"
    APPROVED = "approved", "已批复"
    STARTED = "started", "已开工"
    SUSPENDED = "suspended", "已暂停"
    COMPLETED = "completed", "已完工"
    ACCEPTED = "accepted", "已验收"
    CANCELLED = "cancelled", "已取消"


# How a project comes into the library: the first step of its history, which no table leads to.
ENTER, ENTER_LABEL = "enter", "入库"

CANCEL = "cancel"

CLOSED = frozenset({ProjectStatus.ACCEPTED, ProjectStatus.CANCELLED})
# A project that is done is not late, whatever its planned end says.
DONE = CLOSED | {ProjectStatus.COMPLETED}
# Money moves only for approved projects that are not on hold; the last payment follows the acceptance.
FUNDABLE = frozenset(
    {ProjectStatus.APPROVED, ProjectStatus.STARTED, ProjectStatus.COMPLETED, ProjectStatus.ACCEPTED}
)
# Works progress is reported while works go on, and corrected until they are accepted.
REPORTABLE = frozenset({ProjectStatus.STARTED, ProjectStatus.COMPLETED})

# How a status is coloured; the word beside the colour says the same.
TONES = {
    ProjectStatus.LIBRARY: "calm",
    ProjectStatus.APPROVED: "calm",
    ProjectStatus.STARTED: "active",
    ProjectStatus.SUSPENDED: "attention",
    ProjectStatus.COMPLETED: "good",
    ProjectStatus.ACCEPTED: "good",
    ProjectStatus.CANCELLED: "calm",
}

PROJECT = Workflow(
    name="项目",
    labels=dict(ProjectStatus.choices),
    transitions=(
        Transition(
            name="approve",
            label="批复",
            permission=Permission.PROJECT_MANAGE,
            sources=frozenset({ProjectStatus.LIBRARY}),
            target=ProjectStatus.APPROVED,
        ),
        Transition(
            name="start",
            label="开工",
            permission=Permission.PROJECT_PROGRESS,
            sources=frozenset({ProjectStatus.APPROVED}),
            target=ProjectStatus.STARTED,
        ),
        Transition(
            name="complete",
            label="完工",
            permission=Permission.PROJECT_PROGRESS,
            sources=frozenset({ProjectStatus.STARTED}),
            target=ProjectStatus.COMPLETED,
        ),
        Transition(
            name="accept",
            label="验收通过",
            permission=Permission.PROJECT_MANAGE,
            sources=frozenset({ProjectStatus.COMPLETED}),
            target=ProjectStatus.ACCEPTED,
            four_eyes=frozenset({"complete"}),
        ),
        Transition(
            name="rework",
            label="退回返工",
            permission=Permission.PROJECT_MANAGE,
            sources=frozenset({ProjectStatus.COMPLETED}),
            target=ProjectStatus.STARTED,
            comment_required=True,
            four_eyes=frozenset({"complete"}),
            tone="danger",
        ),
        Transition(
            name="suspend",
            label="暂停施工",
            permission=Permission.PROJECT_MANAGE,
            sources=frozenset({ProjectStatus.STARTED}),
            target=ProjectStatus.SUSPENDED,
            comment_required=True,
            tone="secondary",
        ),
        Transition(
            name="resume",
            label="恢复施工",
            permission=Permission.PROJECT_MANAGE,
            sources=frozenset({ProjectStatus.SUSPENDED}),
            target=ProjectStatus.STARTED,
        ),
        Transition(
            name=CANCEL,
            label="取消项目",
            permission=Permission.PROJECT_MANAGE,
            sources=frozenset(
                {
                    ProjectStatus.LIBRARY,
                    ProjectStatus.APPROVED,
                    ProjectStatus.STARTED,
                    ProjectStatus.SUSPENDED,
                }
            ),
            target=ProjectStatus.CANCELLED,
            comment_required=True,
            tone="danger",
        ),
    ),
)
