"""How a project came to where it is: the track of its stages and the list of its steps."""

from collections.abc import Iterable
from typing import Any

from projects.models import Project, ProjectStep
from projects.workflow import ENTER, PROJECT, ProjectStatus

STAGES = (
    (ProjectStatus.LIBRARY, "入库", ENTER),
    (ProjectStatus.APPROVED, "批复", "approve"),
    (ProjectStatus.STARTED, "开工", "start"),
    (ProjectStatus.COMPLETED, "完工", "complete"),
    (ProjectStatus.ACCEPTED, "验收", "accept"),
)
ORDER: list[str] = [status for status, _, _ in STAGES]
STOPS = {ProjectStatus.SUSPENDED: "returned", ProjectStatus.CANCELLED: "failed"}


def track(project: Project, steps: list[ProjectStep]) -> list[dict[str, Any]]:
    """The five stages with the day each was reached; a stop shows at the stage where it happened."""
    stage = _stage(project, steps)
    reached = {step.name: step.at for step in reversed(steps)}
    return [
        {
            "label": label,
            "state": _state(project, ORDER.index(status) - ORDER.index(stage)),
            "date": reached.get(name) if ORDER.index(status) <= ORDER.index(stage) else None,
            "note": project.get_status_display() if status == stage and project.status in STOPS else "",
        }
        for status, label, name in STAGES
    ]


def history(steps: Iterable[ProjectStep]) -> list[dict[str, Any]]:
    """The steps for the page's history, newest first."""
    return [
        {
            "at": step.at,
            "who": step.by.name,
            "organisation": step.by.organisation.name,
            "action": step.label,
            "from": PROJECT.labels.get(step.from_status, ""),
            "to": PROJECT.labels[step.to_status],
            "reason": step.comment,
        }
        for step in steps
    ]


def _stage(project: Project, steps: list[ProjectStep]) -> str:
    """Where the project stands; a stopped one where it stood when it was stopped."""
    if project.status not in STOPS:
        return project.status
    past = (step.to_status for step in steps if step.to_status not in STOPS)
    return next(past, ProjectStatus.LIBRARY)


def _state(project: Project, distance: int) -> str:
    if distance > 0:
        return "todo"
    if distance < 0 or project.status == ProjectStatus.ACCEPTED:
        return "done"
    return STOPS.get(ProjectStatus(project.status), "current")
