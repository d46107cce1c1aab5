"""Workflows as tables: statuses and transitions are frozen data, and this is what reads them.

From one table come the checks of a service, the buttons of a page, the sentences of refusal, the diagram
in the documentation and the tests. The mechanism knows no model: `accounts.transitions.advance` applies it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.timezone import localdate


class TransitionError(Exception):
    """A step that is not possible now; its text is a Chinese sentence for the person who tried."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of a workflow's table.

    `four_eyes` names earlier steps whose actor must not be the one who takes this step.
    `opens`, `closes` and `due` name days of the calendar (keys of the mapping given to `check`): outside
    the first two the step is refused, after `due` it is taken and counts as late.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str
    permission: str
    comment_required: bool = False
    comment_word: str = "理由"
    deadline_required: bool = False
    four_eyes: frozenset[str] = frozenset()
    opens: str = ""
    closes: str = ""
    due: str = ""
    tone: str = "primary"


@dataclass(frozen=True)
class Attempt:
    """What somebody brings to a transition, and what the check needs to know of the row's past."""

    status: str
    actor_id: int
    now: datetime
    comment: str = ""
    deadline: date | None = None
    earlier_actors: Mapping[str, frozenset[int]] = field(default_factory=dict)
    calendar: Mapping[str, date] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return localdate(self.now)


@dataclass(frozen=True)
class Workflow:
    """A table of transitions over statuses, with the words used when a step is refused."""

    name: str
    labels: dict[str, str]
    transitions: tuple[Transition, ...]

    def __getitem__(self, name: str) -> Transition:
        """Return the transition called `name`, or raise TransitionError for one that does not exist."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise TransitionError(f"{self.name}没有“{name}”这一步。")

    def available(self, status: str, allowed: Callable[[str], bool]) -> Iterator[Transition]:
        """Yield the transitions out of `status` whose permission `allowed` grants: a page's buttons."""
        return (t for t in self.transitions if status in t.sources and allowed(t.permission))

    def check(self, transition: Transition, attempt: Attempt) -> None:
        """Raise TransitionError with the first reason why `attempt` cannot take `transition`."""
        for refusal in self.obstacles(transition, attempt):
            raise TransitionError(refusal)
        for refusal in _missing(transition, attempt):
            raise TransitionError(refusal)

    def obstacles(self, transition: Transition, attempt: Attempt) -> Iterator[str]:
        """Yield why the step is not possible whatever is typed: status, four eyes, calendar."""
        if attempt.status not in transition.sources:
            yield f"现在的状态是“{self.labels[attempt.status]}”，不能{transition.label}。"
        if _took_part(transition, attempt):
            yield f"您参与了这一轮的上报或前一级审核，不能再由您{transition.label}，请由其他人办理。"
        yield from _calendar_refusals(transition, attempt)


def is_late(transition: Transition, attempt: Attempt) -> bool:
    """Say whether the step, allowed as it is, comes after the day it was due."""
    due = attempt.calendar.get(transition.due)
    return due is not None and attempt.today > due


def _took_part(transition: Transition, attempt: Attempt) -> bool:
    nobody: frozenset[int] = frozenset()
    return any(attempt.actor_id in attempt.earlier_actors.get(name, nobody) for name in transition.four_eyes)


def _missing(transition: Transition, attempt: Attempt) -> Iterable[str]:
    if transition.comment_required and not attempt.comment.strip():
        yield f"请写明{transition.label}的{transition.comment_word}。"
    if transition.deadline_required and attempt.deadline is None:
        yield f"请写明{transition.label}的期限。"
    if attempt.deadline is not None and attempt.deadline < attempt.today:
        yield "期限不能早于今天。"


def _calendar_refusals(transition: Transition, attempt: Attempt) -> Iterable[str]:
    opens = attempt.calendar.get(transition.opens)
    closes = attempt.calendar.get(transition.closes)
    if opens and attempt.today < opens:
        yield f"{opens:%Y-%m-%d} 起才能{transition.label}。"
    if closes and attempt.today > closes:
        yield f"已过 {closes:%Y-%m-%d} 的期限，不能再{transition.label}。"
