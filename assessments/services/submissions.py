"""What the township hands in: the application, frozen as it stands, and its withdrawal."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments import sheet
from assessments.models import Application, Snapshot
from assessments.services.self_checks import items_complete
from assessments.services.steps import step_take
from assessments.workflow import ApplicationStatus, RectificationStatus
from common.transitions import TransitionError
from indicators.engine import ExpressionError, as_of, compute
from indicators.models import Standard
from indicators.services.judged_years import enrolment_lock, year_hold, year_release
from programme_files.models import ProgrammeVersion
from programme_files.versions import hold_version


@transaction.atomic
def application_submit(
    *, application: Application, actor: User, now: datetime, comment: str = ""
) -> Application:
    """Hand the application in, for the first time or after a return, and freeze what is handed in."""
    authorize(actor, Permission.APPLICATION_SUBMIT, within=application.village.code)
    version = hold_version(application.programme)
    application = Application.objects.locked(application.pk)
    again = application.status == ApplicationStatus.RETURNED
    name = "resubmit" if again else "submit"
    step_take(application, name, actor=actor, now=now, comment=comment, next_round=again)
    items_complete(application)
    _refuse_unfinished(application)
    _freeze(application, version, actor, now)
    return application


@transaction.atomic
def application_withdraw(
    *, application: Application, actor: User, now: datetime, comment: str = ""
) -> Application:
    """Take the application back before the review has begun, or give the year up."""
    authorize(actor, Permission.APPLICATION_SUBMIT, within=application.village.code)
    application = Application.objects.locked(application.pk)
    step_take(application, "withdraw", actor=actor, now=now, comment=comment)
    year_release(**application.village_year, now=now)
    return application


def _refuse_unfinished(application: Application) -> None:
    """What has to be there besides the right status; the step just taken is rolled back with the refusal."""
    if not application.self_check_report:
        raise TransitionError("自查报告还没有写，请写好后再提交。")
    judged = application.items.filter(standard__comparator=Standard.Comparator.JUDGED, statement="")
    if names := [f"“{item.standard.name}”" for item in judged.select_related("standard")]:
        raise TransitionError(f"请写明{'、'.join(names)}的自查说明：这些标准由评审判定。")
    open_items = application.rectifications.filter(status=RectificationStatus.OPEN)
    if count := open_items.count():
        raise TransitionError(f"还有 {count} 项整改事项没有报告完成，不能重新提交。")


def _freeze(
    application: Application, version: ProgrammeVersion | None, actor: User, now: datetime
) -> Snapshot:
    """Compute the village's verdicts anew, so that nothing stale is frozen, and keep the whole sheet.

    From now on the village's year is judged by the standards as they read in this moment.
    """
    enrolment_lock(programme=application.programme, village=application.village)
    try:
        compute(application.programme, application.year, now=now, villages=[application.village])
        payload = sheet.collect(application, as_of=as_of(application.year, now), version=version)
    except ExpressionError as error:
        raise TransitionError(f"有一项标准的公式算不出来，请联系农办核对创建方案：{error}") from error
    year_hold(**application.village_year, now=now)
    return Snapshot.objects.create(
        application=application,
        round=application.round,
        frozen_at=now,
        frozen_by=actor,
        standards_digest=sheet.standards_digest(payload),
        payload=payload,
        digest=sheet.digest(payload),
    )
