"""The trail that every service leaves."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, User

ACTION_LENGTH = 60
LABEL_LENGTH = 200


def record(
    *,
    actor: User | None,
    action: str,
    subject: Model | type[Model],
    now: datetime,
    division_code: str = "",
    **detail: Any,
) -> AuditEvent:
    """Append who did what to which row, or to a whole table where `subject` is a model.

    `detail` must be JSON: strings, numbers, lists, mappings. An event without a division is seen by every
    auditor.
    """
    row = subject if isinstance(subject, Model) else None
    return AuditEvent.objects.create(
        at=now,
        actor=actor,
        action=action[:ACTION_LENGTH],
        subject_type=subject._meta.label_lower,
        subject_id=str(row.pk) if row else "",
        subject_label=(str(row) if row else str(subject._meta.verbose_name))[:LABEL_LENGTH],
        division_code=division_code or getattr(row, "division_code", ""),
        detail=detail,
    )
