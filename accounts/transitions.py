"""The one place where a status changes: permission, table, step and trail together."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts import audit
from accounts.models import TransitionStep, User
from accounts.permissions import allows, authorize
from common.transitions import Attempt, Transition, is_late


@dataclass(frozen=True)
class Offer:
    """A step somebody may take by status and permission, and what stands in its way now ("": nothing)."""

    transition: Transition
    obstacle: str


def advance(
    row: Any,
    name: str,
    *,
    actor: User,
    now: datetime,
    comment: str = "",
    deadline: date | None = None,
    changes: Mapping[str, Any] | None = None,
    **step_fields: Any,
) -> TransitionStep:
    """Take the step `name` on `row`, held locked by the caller, or raise TransitionError or PermissionDenied.

    `row` has WORKFLOW, status, steps (its history) and division_code; `calendar()` and `current_steps()`
    are asked for where they exist: the deadlines, and the steps that count for four eyes. Where the step's
    table has `is_late`, it says whether the calendar's day for this step had passed. `changes` are columns
    of the row that change together with its status.
    """
    transition: Transition = row.WORKFLOW[name]
    authorize(actor, transition.permission, within=row.division_code)
    attempt = _attempt(row, actor, now, comment, deadline)
    row.WORKFLOW.check(transition, attempt)
    if hasattr(row.steps.model, "is_late"):
        step_fields["is_late"] = is_late(transition, attempt)
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
    _write(row, {**(changes or {}), "status": transition.target})
    _record(row, step, transition)
    return step


def available(row: Any, user: User) -> list[Transition]:
    """Return the steps that `user` could take on `row` by status and permission: a page's buttons."""

    def granted(permission: str) -> bool:
        return allows(user, permission, within=row.division_code)

    return list(row.WORKFLOW.available(row.status, granted))


def offers(row: Any, user: User, now: datetime) -> list[Offer]:
    """Return those steps with what stands in their way now, so that a page can say it in advance."""
    attempt = _attempt(row, user, now)
    return [Offer(t, next(row.WORKFLOW.obstacles(t, attempt), "")) for t in available(row, user)]


def _write(row: Any, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        setattr(row, column, value)
    row.save(update_fields=list(columns))


def _record(row: Any, step: TransitionStep, transition: Transition) -> None:
    audit.record(
        actor=step.by,
        action=f"{row._meta.verbose_name}：{transition.label}",
        subject=row,
        now=step.at,
        division_code=row.division_code,
        step=step.name,
        comment=step.comment,
    )


def _attempt(
    row: Any, actor: User, now: datetime, comment: str = "", deadline: date | None = None
) -> Attempt:
    return Attempt(
        status=row.status,
        actor_id=actor.pk,
        now=now,
        comment=comment,
        deadline=deadline,
        earlier_actors=_earlier_actors(row),
        calendar=row.calendar() if hasattr(row, "calendar") else {},
    )


def _earlier_actors(row: Any) -> dict[str, frozenset[int]]:
    """Everybody who took each step, not only the last: a step withdrawn and taken again has two."""
    steps = row.current_steps() if hasattr(row, "current_steps") else row.steps.all()
    actors = defaultdict(set)
    for step in steps:
        actors[step.name].add(step.by_id)
    return {name: frozenset(people) for name, people in actors.items()}
