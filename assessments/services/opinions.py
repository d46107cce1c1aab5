"""What the member departments say, and what the bureau judges where nothing can be measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Organisation, User
from accounts.permissions import Permission, authorize
from assessments import sheet
from assessments.models import Application, Opinion, Snapshot
from assessments.services.steps import refuse_submitter, require_status
from assessments.sheet import SheetRow
from assessments.workflow import ApplicationStatus
from common.transitions import TransitionError
from indicators.models import Judgement, Standard
from indicators.services.judgements import judgement_set


@dataclass(frozen=True)
class OpinionDraft:
    """One line of a department's page: what it says about one standard."""

    standard_id: int
    outcome: str
    note: str = ""
    is_on_site: bool = False


@transaction.atomic
def opinions_give(
    *, application: Application, drafts: Sequence[OpinionDraft], actor: User, now: datetime
) -> list[Opinion]:
    """Keep the opinions of the actor's department on its own standards; returns those that changed."""
    authorize(actor, Permission.OPINION_GIVE, within=application.village.code)
    application = Application.objects.locked(application.pk)
    require_status(application, {ApplicationStatus.MUNICIPAL_REVIEW}, "填写成员单位意见")
    refuse_submitter(application, actor, "填写意见")
    own = _own_standards(application, actor)
    _refuse_drafts(drafts, own)
    given = application.opinions.filter(round=application.round, organisation=actor.organisation)
    known = {opinion.standard_id: opinion for opinion in given}
    return [
        _opinion_write(application, own[draft.standard_id], draft, known.get(draft.standard_id), actor, now)
        for draft in drafts
        if _said(draft) != _said(known.get(draft.standard_id))
    ]


@transaction.atomic
def judgement_decide(
    *,
    application: Application,
    standard: Standard,
    is_met: bool,
    note: str,
    points: Decimal | None = None,
    actor: User,
    now: datetime,
) -> Judgement:
    """Decide a judged standard in the municipal review, with the reason; with points where it has some."""
    authorize(actor, Permission.MUNICIPAL_REVIEW, within=application.village.code)
    application = Application.objects.locked(application.pk)
    require_status(application, {ApplicationStatus.MUNICIPAL_REVIEW}, "作评审判定")
    refuse_submitter(application, actor, "作评审判定")
    if not application.items.filter(standard=standard).exists():
        raise TransitionError(f"{standard} 不是这个村（社区）的标准。")
    return judgement_set(
        standard=standard,
        village=application.village,
        year=application.year,
        is_met=is_met,
        note=note,
        points=points,
        actor=actor,
        now=now,
    )


def _own_standards(application: Application, actor: User) -> dict[int, SheetRow]:
    """What was submitted about the standards of the actor's department; a member department has some."""
    if actor.organisation.kind != Organisation.Kind.DEPARTMENT:
        raise PermissionDenied("只有成员单位（责任单位）提意见。")
    snapshot = Snapshot.objects.get(application=application, round=application.round)
    own = sheet.read(snapshot.payload).about(Standard.objects.answered_by(actor.organisation))
    return {row.id: row for row in own.rows}


def _refuse_drafts(drafts: Iterable[OpinionDraft], own: dict[int, SheetRow]) -> None:
    for draft in drafts:
        if draft.standard_id not in own:
            raise PermissionDenied("成员单位只对本单位负责的标准提意见。")
        if draft.outcome not in Opinion.Outcome.values:
            raise TransitionError("请选择意见。")
        if draft.outcome != Opinion.Outcome.PASS and not draft.note.strip():
            label = Opinion.Outcome(draft.outcome).label
            raise TransitionError(f"{own[draft.standard_id].code}：意见为“{label}”，请写明理由。")


def _said(words: OpinionDraft | Opinion | None) -> dict[str, Any] | None:
    """What an opinion says, without who and when."""
    if words is None:
        return None
    return {"outcome": words.outcome, "note": words.note.strip(), "is_on_site": words.is_on_site}


def _opinion_write(
    application: Application,
    row: SheetRow,
    draft: OpinionDraft,
    known: Opinion | None,
    actor: User,
    now: datetime,
) -> Opinion:
    """Write one line: the application is locked, so nobody writes the same one meanwhile."""
    before, said = _said(known), _said(draft) or {}
    place = {"application": application, "round": application.round, "standard_id": row.id}
    opinion = known or Opinion(organisation=actor.organisation, **place)
    for name, value in (said | {"by": actor, "at": now}).items():
        setattr(opinion, name, value)
    opinion.save()
    audit.record(
        actor=actor,
        action=f"成员单位意见：{row.code} {opinion.get_outcome_display()}",
        subject=application,
        now=now,
        round=application.round,
        before=before,
        after=said,
    )
    return opinion
