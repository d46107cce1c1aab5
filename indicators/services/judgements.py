"""Judged standards (评审判定): decided by a reviewer, with the reason."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from common.templatetags.display import number
from indicators.engine.decimals import rounded
from indicators.engine.interpreting.tallying import POINT_PLACES
from indicators.models import Judgement, Standard
from indicators.services.compliance import compute_request
from villages.models import Village


@transaction.atomic
def judgement_set(
    *,
    standard: Standard,
    village: Village,
    year: int,
    is_met: bool,
    note: str,
    points: Decimal | None = None,
    actor: User,
    now: datetime,
) -> Judgement:
    """Decide a judged standard for a village and year, or decide it anew; the trail keeps what was before.

    `points` are given where the standard has points, within its range, and nowhere else.
    """
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=village.code)
    _refuse(standard, year, note)
    _refuse_points(standard, points)
    known = Judgement.objects.filter(standard=standard, village=village, year=year)
    before = known.select_for_update().values("is_met", "points", "note").first()
    judgement, _ = Judgement.objects.update_or_create(
        standard=standard,
        village=village,
        year=year,
        defaults={"is_met": is_met, "points": points, "note": note.strip(), "by": actor, "at": now},
    )
    compute_request(programme=standard.programme, year=year, village=village, now=now)
    audit.record(
        actor=actor,
        action="评审判定：达标" if is_met else "评审判定：不达标",
        subject=judgement,
        now=now,
        note=judgement.note,
        points=_text(points),
        before=before and before | {"points": _text(before["points"])},
    )
    return judgement


def _refuse(standard: Standard, year: int, note: str) -> None:
    if not standard.is_judged:
        raise ValidationError(f"{standard} 由数据计算，不作评审判定。")
    if not standard.first_year <= year <= standard.last_year:
        raise ValidationError(f"{standard} 不适用于 {year} 年。")
    if not note.strip():
        raise ValidationError("请写明判定依据。")


def _refuse_points(standard: Standard, points: Decimal | None) -> None:
    if standard.points is None:
        if points is not None:
            raise ValidationError(f"{standard} 不计分。")
        return
    if points is None:
        raise ValidationError(f"请给{standard}评分。")
    if points != rounded(points, POINT_PLACES):
        raise ValidationError(f"评分最多 {POINT_PLACES} 位小数。")
    if not standard.least_points <= points <= standard.points:
        least, most = number(standard.least_points), number(standard.points)
        raise ValidationError(f"{standard} 的评分应在 {least} 到 {most} 分之间。")


def _text(points: Decimal | None) -> str | None:
    """Points as the trail keeps them."""
    return None if points is None else number(points)
