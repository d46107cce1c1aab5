"""Every status x action x role against an expectation that was written from the plan, not from the table."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import AuditEvent
from assessments.models import Application
from assessments.services import awards, reviews, self_checks, submissions
from assessments.services.reviews import Demand
from assessments.workflow import APPLICATION
from common.transitions import TransitionError
from tests.assessments.scene import DEADLINE, NOW, TODAY, Scene

ROLES = ["clerk", "head", "department", "bureau", "city", "leader", "administrator", "auditor"]
STATUSES = [
    "self_check", "submitted", "municipal_review", "municipal_passed", "city_review", "awarded", "returned",
    "failed", "withdrawn", "revoked",
]  # fmt: skip
LATER = NOW + timedelta(days=30)  # after the rectification's deadline
NEXT_YEAR = NOW.replace(year=2026)


@dataclass(frozen=True)
class Row:
    """Who may do it, from where, to where."""

    roles: tuple[str, ...]
    sources: tuple[str, ...]
    target: str


TOWNSHIP_HEAD, TOWNSHIP, BUREAU, CITY = ("head",), ("clerk", "head"), ("bureau",), ("city",)
EXPECTED = {
    "submit": Row(TOWNSHIP_HEAD, ("self_check", "returned"), "submitted"),
    "withdraw": Row(TOWNSHIP_HEAD, ("self_check", "submitted", "returned"), "withdrawn"),
    "reopen": Row(TOWNSHIP, ("withdrawn",), "self_check"),
    "extend": Row(BUREAU, ("self_check", "returned"), ""),
    "start_review": Row(BUREAU, ("submitted",), "municipal_review"),
    "pass": Row(BUREAU, ("municipal_review",), "municipal_passed"),
    "return": Row(BUREAU, ("municipal_review",), "returned"),
    "fail": Row(BUREAU, ("municipal_review",), "failed"),
    "lapse": Row(BUREAU, ("returned",), "failed"),
    "start_city_review": Row(CITY, ("municipal_passed",), "city_review"),
    "city_return": Row(CITY, ("city_review",), "returned"),
    "city_fail": Row(CITY, ("city_review",), "failed"),
    "award": Row(CITY, ("city_review",), "awarded"),
    "revoke": Row(CITY, ("awarded",), "revoked"),
}


def act(scene: Scene, name: str, application: Application, actor) -> None:
    """Try an action with everything that it needs besides status and person."""
    if name in ("return", "city_return"):
        reviews.application_return(
            application=application,
            demands=[Demand("补齐台账")],
            deadline=DEADLINE,
            comment="台账不全",
            actor=actor,
            now=NOW,
        )
    elif name == "award":
        awards.application_award(
            application=application, award_date=TODAY, funds=Decimal(50), actor=actor, now=NOW
        )
    elif name == "extend":
        reviews.deadline_extend(
            application=application, deadline=DEADLINE, comment="雪灾", actor=actor, now=NOW
        )
    else:
        service, now = SERVICES[name]
        service(application=application, actor=actor, now=now, comment="理由")


SERVICES = {
    "submit": (submissions.application_submit, NOW),
    "withdraw": (submissions.application_withdraw, NOW),
    "reopen": (self_checks.application_reopen, NOW),
    "start_review": (reviews.review_start, NOW),
    "pass": (reviews.municipal_pass, NOW),
    "fail": (reviews.application_fail, NOW),
    "lapse": (reviews.application_lapse, LATER),
    "start_city_review": (awards.city_review_start, NOW),
    "city_fail": (reviews.application_fail, NOW),
    "revoke": (awards.award_revoke, NEXT_YEAR),
}


def make_ready(scene: Scene, application: Application) -> None:
    """What the actions ask for besides status and person: items mended, standards judged, a lost re-check."""
    if application.status == "returned":
        scene.mend(application)
    if application.status == "municipal_review":
        scene.judge(application)
    if application.status == "awarded":
        scene.lose(application)


def expected_end(name: str, status: str, role: str) -> str:
    row = EXPECTED[name]
    # Both reviews return and fail by the same service: the status says which of them is asked.
    if name in ("return", "fail", "city_return", "city_fail"):
        row = EXPECTED[_of_this_review(name, status)]
    if role not in row.roles:
        return "forbidden"
    if status not in row.sources:
        return "refused"
    return row.target or status


def _of_this_review(name: str, status: str) -> str:
    plain = name.removeprefix("city_")
    return f"city_{plain}" if status == "city_review" else plain


def real_end(scene: Scene, name: str, application: Application, role: str) -> str:
    """What really happens, undone afterwards."""
    before = (application.steps.count(), AuditEvent.objects.count())
    with transaction.atomic():
        try:
            with transaction.atomic():
                act(scene, name, application, scene.person(role))
            end = Application.objects.get(pk=application.pk).status
        except PermissionDenied:
            end = "forbidden"
        except TransitionError:
            end = "refused"
        after = (application.steps.count(), AuditEvent.objects.count())
        assert (after == before) == (end in ("forbidden", "refused"))
        transaction.set_rollback(True)
    return end


@pytest.mark.parametrize("status", STATUSES)
def test_each_action_ends_as_the_plan_says_for_every_role(scene: Scene, status: str):
    application = scene.reach(status)
    make_ready(scene, application)

    real = {(name, role): real_end(scene, name, application, role) for name in EXPECTED for role in ROLES}

    assert real == {(name, role): expected_end(name, status, role) for name, role in real}


def test_the_expectation_speaks_of_every_transition_of_the_table():
    named = set(EXPECTED) - {"extend"} | {"resubmit", "extend_self_check", "extend_rectification"}

    assert named == {transition.name for transition in APPLICATION.transitions}
