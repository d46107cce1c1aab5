"""The one place where a status changes: permission, table, step and trail together."""

from datetime import date, datetime
from typing import Any

from accounts import audit
from accounts.models import TransitionStep, User
from accounts.permissions import allows, authorize
from common.transitions import Attempt, Transition


def advance(
    row: Any,
    name: str,
    *,
    actor: User,
    now: datetime,
    comment: str = "",
    deadline: date | None = None,
    **step_fields: Any,
) -> TransitionStep:
    """Take the step `name` on `row`, which the caller holds locked, or raise TransitionError or PermissionDenied.

    `row` has WORKFLOW, status, steps (its history) and division_code; `calendar()` and `current_steps()`
    are asked for where they exist: the deadlines, and the steps that count for four eyes.
    """
    transition: Transition = row.WORKFLOW[name]
    authorize(actor, transition.permission, within=row.division_code)
    row.WORKFLOW.check(transition, _attempt(row, actor, now, comment, deadline))
    step = row.steps.create(
        name=name,
        from_status=row.status,
        to_status=transition.target,
        by=actor,
        at=now,
        comment=comment.strip(),
        deadline=deadline,
        **step_fields,
    )
    row.status = transition.target
    row.save(update_fields=["status"])
    audit.record(
        actor=actor,
        action=f"{row._meta.verbose_name}:{transition.label}",
        subject=row,
        now=now,
        division_code=row.division_code,
        step=name,
        comment=comment.strip(),
    )
    return step


def available(row: Any, user: User) -> list[Transition]:
    """Return the steps that `user` could take on `row` by status and permission: a page's buttons."""

    def granted(permission: str) -> bool:
        return allows(user, permission, within=row.division_code)

    return list(row.WORKFLOW.available(row.status, granted))


def _attempt(row: Any, actor: User, now: datetime, comment: str, deadline: date | None) -> Attempt:
    steps = row.current_steps() if hasattr(row, "current_steps") else row.steps.all()
    return Attempt(
        status=row.status,
        actor_id=actor.pk,
        now=now,
        comment=comment,
        deadline=deadline,
        earlier_actors={step.name: step.by_id for step in steps},
        calendar=row.calendar() if hasattr(row, "calendar") else {},
    )
