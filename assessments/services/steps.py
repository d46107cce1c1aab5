"""What the services of an application share: taking a step, and the checks that are not in the table."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from accounts.models import TransitionStep, User
from accounts.transitions import advance
from assessments.models import Application
from assessments.workflow import SUBMITTERS
from common.transitions import TransitionError


def step_take(
    application: Application,
    name: str,
    *,
    actor: User,
    now: datetime,
    comment: str = "",
    deadline: date | None = None,
    detail: dict[str, Any] | None = None,
    next_round: bool = False,
) -> TransitionStep:
    """Take a step of an application that the caller holds locked; the status's own deadline goes with it."""
    round_ = application.round + (1 if next_round else 0)
    return advance(
        application,
        name,
        actor=actor,
        now=now,
        comment=comment,
        deadline=deadline,
        changes={"round": round_, "deadline": deadline},
        round=round_,
        detail=detail or {},
    )


def require_status(application: Application, statuses: Collection[str], doing: str) -> None:
    """Refuse what belongs to another stage, naming the stage."""
    if application.status not in statuses:
        raise TransitionError(f"现在的状态是“{application.get_status_display()}”，不能{doing}。")


def refuse_submitter(application: Application, actor: User, doing: str) -> None:
    """Four eyes for what is no step: nobody judges what they submitted in this round."""
    if application.current_steps().filter(name__in=SUBMITTERS, by=actor).exists():
        raise TransitionError(f"您参与了这一轮的上报，不能再由您{doing}，请由其他人办理。")
