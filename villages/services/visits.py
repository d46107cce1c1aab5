"""Visits of the leaders in charge (包抓调研), one row per leader and day."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from villages.models import Village, Visit


@transaction.atomic
def visit_record(
    *, village: Village, visit_date: date, leader: str, topic: str, actor: User, now: datetime
) -> Visit:
    """Write down that `leader` visited `village`, or raise ValidationError saying why not."""
    authorize(actor, Permission.VISIT_RECORD, within=village.division_code)
    village = Village.objects.select_for_update().get(pk=village.pk)
    _check_date(village, visit_date, localdate(now))
    leader = " ".join(leader.split())
    if village.visits.filter(visit_date=visit_date, leader=leader).exists():
        raise ValidationError({"visit_date": f"{leader} {visit_date:%Y-%m-%d} 的调研已经记过了。"})
    visit = Visit(
        village=village,
        visit_date=visit_date,
        leader=leader,
        topic=topic.strip(),
        recorded_by=actor,
        recorded_at=now,
    )
    visit.full_clean()
    visit.save()
    audit.record(
        actor=actor,
        action="包抓调研：记录",
        subject=visit,
        now=now,
        village=village.name,
        visit_date=visit_date.isoformat(),
        topic=visit.topic,
    )
    return visit


def _check_date(village: Village, visit_date: date, today: date) -> None:
    if visit_date > today:
        raise ValidationError({"visit_date": "调研日期不能晚于今天，请在调研之后再记。"})
    first_year = village.enrolments.aggregate(first=Min("programme__first_year"))["first"]
    if first_year and visit_date.year < first_year:
        raise ValidationError({"visit_date": f"调研日期早于创建方案开始的 {first_year} 年，请核对年份。"})
