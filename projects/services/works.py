"""Works progress by month (形象进度)."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from common.templatetags.display import month as month_words
from common.templatetags.display import percent as percent_words
from projects.models import Project, WorksProgress


@transaction.atomic
def progress_record(
    *, project: Project, month: date, percent: Decimal, note: str, actor: User, now: datetime
) -> WorksProgress:
    """Record how far the works were by the end of `month`, or raise ValidationError saying what is wrong.

    A month that somebody recorded differently, and progress that falls, need a word of explanation.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    authorize(actor, Permission.PROJECT_PROGRESS, within=project.division_code)
    month = month.replace(day=1)
    known = project.progress.filter(month=month).select_related("by").first()
    if known and (known.percent, known.note) == (percent, note):
        return known
    errors = _errors(project, known, month, percent, note, now)
    if errors:
        raise ValidationError(errors)
    progress, _ = WorksProgress.objects.update_or_create(
        project=project, month=month, defaults={"percent": percent, "note": note, "by": actor, "at": now}
    )
    _record(progress, known, actor, now)
    return progress


def _errors(
    project: Project, known: WorksProgress | None, month: date, percent: Decimal, note: str, now: datetime
) -> dict[str, str]:
    if not project.is_reportable:
        return {"percent": f"项目{project.get_status_display()}，开工后、验收前才能填报形象进度。"}
    errors = _month_errors(project, month, localdate(now))
    if not 0 <= percent <= 100:
        errors["percent"] = "形象进度应在 0 到 100 之间。"
    if not note.strip():
        errors |= _unexplained(project, known, month, percent)
    return errors


def _month_errors(project: Project, month: date, today: date) -> dict[str, str]:
    if month > today:
        return {"month": f"月份不能晚于本月（{month_words(today)}）。"}
    if month.year < project.year:
        return {"month": f"月份不能早于项目的年度（{project.year} 年）。"}
    return {}


def _unexplained(
    project: Project, known: WorksProgress | None, month: date, percent: Decimal
) -> dict[str, str]:
    if known:
        return {
            "note": f"{month_words(month)}已由{known.by}填报 {percent_words(known.percent)}，更正请写明原因。"
        }
    before = project.progress.filter(month__lt=month).order_by("-month").first()
    if before and percent < before.percent:
        return {"note": f"比{month_words(before.month)}的 {percent_words(before.percent)} 低，请写明原因。"}
    return {}


def _record(progress: WorksProgress, known: WorksProgress | None, actor: User, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="更正形象进度" if known else "填报形象进度",
        subject=progress.project,
        now=now,
        month=f"{progress.month:%Y-%m}",
        before=str(known.percent) if known else None,
        after=str(progress.percent),
        note=progress.note,
    )
