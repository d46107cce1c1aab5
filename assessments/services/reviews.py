"""The municipal review (评估验收): begun, and decided with everything in view."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments import decisions
from assessments.decisions import View
from assessments.models import Application, RectificationItem
from assessments.services.steps import step_take
from assessments.workflow import ApplicationStatus, RectificationStatus
from common.transitions import TransitionError
from indicators.services.judged_years import year_hold, year_release
from programme_files.versions import hold_version


@dataclass(frozen=True)
class Demand:
    """Something to put right, about one standard or about the whole."""

    text: str
    standard_id: int | None = None


@transaction.atomic
def review_start(*, application: Application, actor: User, now: datetime, comment: str = "") -> Application:
    """Take a submitted application up and ask the member departments for their opinions."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    step_take(application, "start_review", actor=actor, now=now, comment=comment)
    return application


@transaction.atomic
def municipal_pass(*, application: Application, actor: User, now: datetime, comment: str = "") -> Application:
    """Pass the review and ask the city for its own; what was in view is frozen in the step."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    view = decisions.in_view(application)
    step_take(application, "pass", actor=actor, now=now, comment=comment, detail=view.as_detail())
    _refuse_pass(view, comment)
    return application


@transaction.atomic
def application_return(
    *,
    application: Application,
    demands: Sequence[Demand],
    deadline: date | None,
    comment: str,
    actor: User,
    now: datetime,
) -> Application:
    """Send the application back, from either review, with what to put right and by when."""
    authorize(actor, _reviewing(application), within=application.village.code)
    application = Application.objects.locked(application.pk)
    in_city = application.status == ApplicationStatus.CITY_REVIEW
    step_take(
        application,
        "city_return" if in_city else "return",
        actor=actor,
        now=now,
        comment=comment,
        deadline=deadline,
        detail=decisions.in_view(application).as_detail(),
    )
    _demand(application, demands, actor, now)
    year_release(**application.village_year, now=now)
    return application


@transaction.atomic
def application_fail(*, application: Application, actor: User, now: datetime, comment: str) -> Application:
    """End the year without the title, at either review."""
    authorize(actor, _reviewing(application), within=application.village.code)
    application = Application.objects.locked(application.pk)
    in_city = application.status == ApplicationStatus.CITY_REVIEW
    name, detail = "city_fail" if in_city else "fail", decisions.in_view(application).as_detail()
    step_take(application, name, actor=actor, now=now, comment=comment, detail=detail)
    return application


@transaction.atomic
def application_lapse(*, application: Application, actor: User, now: datetime, comment: str) -> Application:
    """End the year of an application whose time for rectification has run out."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=application.village.code)
    hold_version(application.programme)
    application = Application.objects.locked(application.pk)
    step_take(application, "lapse", actor=actor, now=now, comment=comment)
    year_hold(**application.village_year, now=now)
    return application


@transaction.atomic
def deadline_extend(
    *, application: Application, deadline: date | None, comment: str, actor: User, now: datetime
) -> Application:
    """Give more time for the self-check or for the rectification, with the reason."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    returned = application.status == ApplicationStatus.RETURNED
    name = "extend_rectification" if returned else "extend_self_check"
    step_take(application, name, actor=actor, now=now, comment=comment, deadline=deadline)
    application.rectifications.filter(status=RectificationStatus.OPEN).update(deadline=deadline)
    return application


def _reviewing(application: Application) -> Permission:
    """Which review is asked: the row is read again under its lock, and the table then has the last word."""
    in_city = application.status == ApplicationStatus.CITY_REVIEW
    return Permission.CITY_REVIEW if in_city else Permission.MUNICIPAL_REVIEW


def _refuse_pass(view: View, comment: str) -> None:
    """What forbids a pass besides the table; the step just taken is rolled back with the refusal."""
    if view.unjudged:
        names = "、".join(f"“{row.name}”" for row in view.unjudged)
        raise TransitionError(f"{names}还没有作评审判定，不能通过。")
    if view.unclosed:
        raise TransitionError(f"还有 {len(view.unclosed)} 项整改事项没有销号，不能通过。")
    if view.exceptions and not comment.strip():
        raise TransitionError(f"有 {len(view.exceptions)} 项未达标或有不同意见，仍要通过的，请写明理由。")


def _demand(application: Application, demands: Sequence[Demand], actor: User, now: datetime) -> None:
    if not demands:
        raise TransitionError("请至少写一项整改事项。")
    known = set(application.items.values_list("standard_id", flat=True))
    if any(demand.standard_id not in known for demand in demands if demand.standard_id):
        raise TransitionError("整改事项所指的标准不是这个村（社区）的标准。")
    RectificationItem.objects.bulk_create(
        RectificationItem(
            application=application,
            round=application.round,
            standard_id=demand.standard_id,
            text=demand.text.strip(),
            deadline=application.deadline,  # type: ignore[misc]  # the step has asked for it
            created_by=actor,
            created_at=now,
        )
        for demand in demands
    )
