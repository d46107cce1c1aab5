"""Judged standards (评审判定): decided by a reviewer, with the reason."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from indicators.models import Judgement, Standard
from indicators.services.compliance import compute_request
from villages.models import Village


@transaction.atomic
def judgement_set(
    *, standard: Standard, village: Village, year: int, is_met: bool, note: str, actor: User, now: datetime
) -> Judgement:
    """Decide a judged standard for a village and year, or decide it anew; the trail keeps what was before."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=village.code)
    _refuse(standard, year, note)
    known = Judgement.objects.filter(standard=standard, village=village, year=year)
    before = known.select_for_update().values("is_met", "note").first()
    judgement, _ = Judgement.objects.update_or_create(
        standard=standard,
        village=village,
        year=year,
        defaults={"is_met": is_met, "note": note.strip(), "by": actor, "at": now},
    )
    compute_request(programme=standard.programme, year=year, village=village, now=now)
    audit.record(
        actor=actor,
        action="评审判定：达标" if is_met else "评审判定：不达标",
        subject=judgement,
        now=now,
        note=judgement.note,
        before=before,
    )
    return judgement


def _refuse(standard: Standard, year: int, note: str) -> None:
    if not standard.is_judged:
        raise ValidationError(f"{standard} 由数据计算，不作评审判定。")
    if not standard.first_year <= year <= standard.last_year:
        raise ValidationError(f"{standard} 不适用于 {year} 年。")
    if not note.strip():
        raise ValidationError("请写明判定依据。")
