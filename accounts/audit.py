"""The trail that every service leaves."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, User


def record(
    *, actor: User | None, action: str, subject: Model, now: datetime, division_code: str = "", **detail: Any
) -> AuditEvent:
    """Append who did what to which row; `detail` must be JSON (strings, numbers, lists, mappings)."""
    return AuditEvent.objects.create(
        at=now,
        actor=actor,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:200],
        division_code=division_code or getattr(subject, "division_code", ""),
        detail=detail,
    )
