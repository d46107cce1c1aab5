"""The self-check: opened, written and given its evidence by the township."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments.models import Application, SelfCheckItem
from assessments.services.steps import require_status, step_take
from assessments.sheet import standards_of
from assessments.workflow import EDITABLE, OPEN, ApplicationStatus
from common.transitions import TransitionError
from villages.models import Enrolment


class SelfCheckConflict(TransitionError):
    """Somebody else saved the same self-check meanwhile."""


@transaction.atomic
def application_open(
    *, enrolment: Enrolment, actor: User, now: datetime, is_demonstration: bool = False
) -> Application:
    """Open the self-check of this year for a village, or raise TransitionError saying why it cannot be."""
    authorize(actor, Permission.SELF_CHECK, within=enrolment.village.code)
    enrolment = Enrolment.objects.select_for_update(of=("self",)).for_list().get(pk=enrolment.pk)
    year = localdate(now).year
    _refuse_opening(enrolment, year, now)
    application = Application.objects.create(
        programme=enrolment.programme,
        village=enrolment.village,
        year=year,
        created_by=actor,
        created_at=now,
        is_demonstration=is_demonstration,
    )
    items_complete(application)
    application.steps.create(
        round=1, name="open", from_status="", to_status=application.status, by=actor, at=now
    )
    audit.record(actor=actor, action="验收申请：发起自查", subject=application, now=now)
    return application


@transaction.atomic
def application_reopen(
    *, application: Application, actor: User, now: datetime, comment: str = ""
) -> Application:
    """Take up again, in a new round, what was withdrawn earlier this year."""
    authorize(actor, Permission.SELF_CHECK, within=application.village.code)
    application = Application.objects.locked(application.pk)
    if localdate(now).year != application.year:
        raise TransitionError(f"{application.year} 年度已经结束，请发起今年的自查。")
    others = Application.objects.filter(programme=application.programme, village=application.village)
    if others.in_progress().exclude(pk=application.pk).exists():
        raise TransitionError("这个村（社区）还有没有办结的申请。")
    step_take(application, "reopen", actor=actor, now=now, comment=comment, next_round=True)
    items_complete(application)
    return application


@transaction.atomic
def self_check_save(
    *,
    application: Application,
    seen_version: int,
    report: str,
    statements: Mapping[int, str],
    actor: User,
    now: datetime,
) -> Application:
    """Keep the report and what is said about each standard (by id); refused if someone saved meanwhile."""
    authorize(actor, Permission.SELF_CHECK, within=application.village.code)
    application = Application.objects.locked(application.pk)
    require_status(application, EDITABLE, "修改自查内容")
    _advance_version(application, seen_version)
    application.self_check_report = report.strip()
    application.save(update_fields=["self_check_report"])
    items_complete(application)
    changed = _statements_write(application, statements)
    audit.record(
        actor=actor,
        action="验收申请：保存自查",
        subject=application,
        now=now,
        standards=changed,
        report=report,
    )
    return application


def _refuse_opening(enrolment: Enrolment, year: int, now: datetime) -> None:
    programme, village = enrolment.programme, enrolment.village
    if year not in programme.years:
        raise TransitionError(
            f"创建方案的年度是 {programme.first_year}-{programme.last_year} 年，不含 {year} 年。"
        )
    opens = programme.date_of("self_check_opens", year)
    if localdate(now) < opens:
        raise TransitionError(f"{opens:%Y-%m-%d} 起才能发起 {year} 年度自查。")
    for earlier in Application.objects.filter(programme=programme, village=village).order_by("-year"):
        _refuse_beside(earlier, year)


def _refuse_beside(earlier: Application, year: int) -> None:
    if earlier.status == ApplicationStatus.AWARDED:
        raise TransitionError(f"{earlier.village} {earlier.year} 年已授牌，不需要再申请。")
    if earlier.year == year:
        raise TransitionError(f"{earlier.village} {year} 年度的自查已经发起过，请在原申请上办理。")
    if earlier.status in OPEN:
        raise TransitionError(f"{earlier.village} {earlier.year} 年度的申请还没有办结，请先办结。")


def items_complete(application: Application) -> None:
    """Make the rows that are missing: one for every standard that applies, as the programme stands now."""
    enrolment = Enrolment.objects.for_list().get(
        programme=application.programme_id, village=application.village_id
    )
    wanted = standards_of(enrolment, application.year)
    missing = wanted.exclude(pk__in=application.items.values("standard"))
    SelfCheckItem.objects.bulk_create(
        SelfCheckItem(application=application, standard=standard) for standard in missing
    )


def _advance_version(application: Application, seen_version: int) -> None:
    as_seen = Application.objects.filter(pk=application.pk, version=seen_version)
    if as_seen.update(version=F("version") + 1) != 1:
        raise SelfCheckConflict("您填写期间，有人保存过这份自查。请核对后再保存，您写的内容还在下面。")
    application.version = seen_version + 1


def _statements_write(application: Application, statements: Mapping[int, str]) -> dict[str, list[str]]:
    """Write the statements that differ; what each was and is now, by the standard's code."""
    changed = {}
    for item in application.items.select_related("standard").filter(standard__in=statements):
        new = statements[item.standard_id].strip()
        if new != item.statement:
            changed[item.standard.code] = [item.statement, new]
            item.statement = new
            item.save(update_fields=["statement"])
    return changed
