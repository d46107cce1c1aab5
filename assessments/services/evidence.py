"""Evidence of the self-check: a document about the village, hung on one standard."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments.models import Application, SelfCheckItem
from assessments.services.steps import require_status
from assessments.workflow import EDITABLE
from common.transitions import TransitionError
from villages.models import Evidence
from villages.services.evidence import evidence_add


@transaction.atomic
def evidence_attach(
    *, item: SelfCheckItem, upload: UploadedFile, title: str, actor: User, now: datetime
) -> Evidence:
    """File a document about the village and hang it on one standard of the self-check."""
    authorize(actor, Permission.SELF_CHECK, within=item.application.village.code)
    application = Application.objects.locked(item.application_id)
    require_status(application, EDITABLE, "添加佐证材料")
    evidence = evidence_add(village=application.village, upload=upload, title=title, actor=actor, now=now)
    item.evidence.add(evidence)
    _record(application, item, evidence, "添加佐证", actor, now)
    return evidence


@transaction.atomic
def evidence_choose(*, item: SelfCheckItem, evidence: Evidence, actor: User, now: datetime) -> None:
    """Hang a document that the village has filed already on one standard."""
    authorize(actor, Permission.SELF_CHECK, within=item.application.village.code)
    application = Application.objects.locked(item.application_id)
    require_status(application, EDITABLE, "添加佐证材料")
    if evidence.village_id != application.village_id:
        raise TransitionError("这份材料不是这个村（社区）的。")
    item.evidence.add(evidence)
    _record(application, item, evidence, "添加佐证", actor, now)


@transaction.atomic
def evidence_detach(*, item: SelfCheckItem, evidence: Evidence, actor: User, now: datetime) -> None:
    """Take a document off a standard; the file itself stays with the village."""
    authorize(actor, Permission.SELF_CHECK, within=item.application.village.code)
    application = Application.objects.locked(item.application_id)
    require_status(application, EDITABLE, "移除佐证材料")
    item.evidence.remove(evidence)
    _record(application, item, evidence, "移除佐证", actor, now)


def _record(
    application: Application, item: SelfCheckItem, evidence: Evidence, what: str, actor: User, now: datetime
) -> None:
    audit.record(
        actor=actor,
        action=f"验收申请：{what}",
        subject=application,
        now=now,
        standard=item.standard.code,
        evidence=evidence.title,
        sha256=evidence.sha256,
    )
