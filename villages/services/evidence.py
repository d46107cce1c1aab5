"""Evidence (佐证材料): a file that passed every check, filed under a village."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from common.uploads import check_upload
from villages.models import Evidence, Village


@transaction.atomic
def evidence_add(
    *, village: Village, upload: UploadedFile, title: str, actor: User, now: datetime
) -> Evidence:
    """File `upload` under `village`, or raise ValidationError saying what is wrong with it."""
    authorize(actor, Permission.EVIDENCE_ADD, within=village.division_code)
    checked = check_upload(upload, max_bytes=settings.EVIDENCE_MAX_BYTES)
    evidence = Evidence(
        village=village,
        title=title.strip(),
        original_name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_by=actor,
        uploaded_at=now,
    )
    _refuse_twice(evidence)
    evidence.full_clean(exclude=["file"])
    evidence.file.save(checked.stored_name, upload)
    audit.record(
        actor=actor,
        action="佐证材料：上传",
        subject=evidence,
        now=now,
        file=checked.name,
        size=checked.size,
        sha256=checked.sha256,
    )
    return evidence


def _refuse_twice(evidence: Evidence) -> None:
    """Say so before the unique constraint does; the village is locked, so two clicks come one by one."""
    Village.objects.select_for_update().get(pk=evidence.village_id)
    same = {"village": evidence.village, "sha256": evidence.sha256, "title": evidence.title}
    if earlier := Evidence.objects.filter(**same).first():
        raise ValidationError(f"这份文件已经以“{earlier.title}”为名上传过，不用再传。")
