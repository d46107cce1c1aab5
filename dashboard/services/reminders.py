"""Reminding people of what is due: one digest a person and working day, escalated once, over when done."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from accounts import notices
from accounts.models import User
from accounts.permissions import people_above
from dashboard.models import Digest, Reminder
from dashboard.todo import TodoItem, todo_for
from villages.models import Workdays

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=3)  # what is due by then is reminded of
PATIENCE = 3  # working days overdue after which somebody above is told
SHOWN = 5


def digests_send(*, now: datetime) -> int:
    """Remind everybody who has something due, on a working day; return how many were reminded."""
    workdays = Workdays()
    if not workdays.is_working(localdate(now)):
        return 0
    people = User.objects.filter(is_active=True).select_related("organisation")
    return sum(digest_send(user=user, now=now, workdays=workdays) is not None for user in people)


@transaction.atomic
def digest_send(*, user: User, now: datetime, workdays: Workdays) -> Digest | None:
    """Leave `user` today's digest, by e-mail too where both sides have one; None where nothing is due."""
    today = localdate(now)
    items = [item for item in todo_for(user, at=now) if item.due and item.due <= today + AHEAD]
    reminders = _remembered(user, items, today)
    digest = Digest.objects.select_for_update().filter(user=user).first()
    if digest and digest.day == today:
        return None
    if digest and digest.notice and digest.notice.read_at is None:
        digest.notice.delete()
    if not items:
        return None
    text = _summary(items, today)
    notice = notices.send(users=[user], text=text, url=reverse("dashboard:home"), now=now)[0]
    digest, _ = Digest.objects.update_or_create(user=user, defaults={"day": today, "notice": notice})
    if user.email and settings.EMAIL_HOST:
        transaction.on_commit(partial(_mail, user, text, items), robust=True)
    _escalate(user, reminders, today, now, workdays)
    return digest


def _remembered(user: User, items: Iterable[TodoItem], today: date) -> list[Reminder]:
    """Forget what is done, remember what is new; return what is still to be done."""
    wanted = {(item.url, item.title): item.due for item in items if item.due}
    known = {(row.url, row.title): row for row in Reminder.objects.filter(user=user)}
    Reminder.objects.filter(pk__in=[row.pk for key, row in known.items() if key not in wanted]).delete()
    fresh = [
        Reminder(user=user, url=url, title=title, due=due, first_day=today)
        for (url, title), due in wanted.items()
        if (url, title) not in known
    ]
    return [row for key, row in known.items() if key in wanted] + Reminder.objects.bulk_create(fresh)


def _escalate(
    user: User, reminders: Sequence[Reminder], today: date, now: datetime, workdays: Workdays
) -> None:
    """Tell whoever stands above of what has been overdue too long, each thing once."""
    late = [
        row for row in reminders if row.escalated_at is None and workdays.after(row.due, PATIENCE) < today
    ]
    people = list(people_above(user))
    if not (late and people):
        return
    titles = "、".join(row.title for row in late[:SHOWN]) + ("等" if len(late) > SHOWN else "")
    text = f"{user.organisation}{user.name}有 {len(late)} 件事逾期超过 {PATIENCE} 个工作日：{titles}。"
    notices.send(users=people, text=text, url=late[0].url, now=now)
    Reminder.objects.filter(pk__in=[row.pk for row in late]).update(escalated_at=now)


def _summary(items: Sequence[TodoItem], today: date) -> str:
    overdue = sum(item.is_overdue(today) for item in items)
    late = f"，其中 {overdue} 件已逾期" if overdue else ""
    titles = "、".join(item.title for item in items[:SHOWN]) + ("等" if len(items) > SHOWN else "")
    return f"近三天到期的待办 {len(items)} 件{late}：{titles}。"


def _mail(user: User, text: str, items: Sequence[TodoItem]) -> None:
    """Send the digest by e-mail; a server that is down is logged, and the notice stands anyway."""
    lines = [f"{user.name}，您好！", "", text, ""]
    lines += [f"- {item.title}：{item.what}（{item.due:%Y-%m-%d} 前）" for item in items]
    lines += ["", "请登录示范村创建平台办理。办完后不会再提醒。"]
    try:
        send_mail("示范村创建平台：待办提醒", "\n".join(lines), None, [user.email])
    except OSError:
        logger.exception("the digest of user %s could not be sent by e-mail", user.pk)
