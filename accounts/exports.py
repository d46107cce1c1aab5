"""The trail as a workbook, for those who audit."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.timezone import localtime

from accounts.models import AuditEvent, AuditEventQuerySet
from common.workbooks import Column, Row, Sheet, safe_filename, workbook_response

MOST_ROWS = 20_000
DETAIL_LENGTH = 2_000
COLUMNS = (
    Column("时间", 18),
    Column("姓名", 12),
    Column("用户名", 14),
    Column("单位", 22),
    Column("操作", 22),
    Column("对象", 32),
    Column("内容", 60),
)


def audit_workbook(events: AuditEventQuerySet, *, now: datetime) -> HttpResponse:
    """Return the newest of `events` as a download; a note says so where some had to be left out."""
    rows = [_row(event) for event in events[: MOST_ROWS + 1]]
    notes = [f"导出时间：{localtime(now):%Y-%m-%d %H:%M}"]
    if len(rows) > MOST_ROWS:
        notes.append(f"记录超过 {MOST_ROWS} 条，只导出最近的 {MOST_ROWS} 条；请缩小日期范围分次导出。")
    sheet = Sheet("操作记录", "操作记录", COLUMNS, rows[:MOST_ROWS], notes)
    return workbook_response(safe_filename("操作记录", f"{localtime(now):%Y%m%d}") + ".xlsx", [sheet])


def _row(event: AuditEvent) -> Row:
    actor = event.actor
    detail = "\n".join(f"{label}：{text}" for label, text in event.detail_lines)
    return (
        event.at,
        actor.name if actor else "未登录",
        actor.username if actor else "",
        str(actor.organisation) if actor else "",
        event.action,
        event.subject_label,
        detail[:DETAIL_LENGTH],
    )
