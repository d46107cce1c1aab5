"""Correcting a month after it was accepted: asked with a reason, decided by the bureau, then it counts."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localdate

from accounts import audit, notices
from accounts.models import User
from accounts.permissions import Permission, authorize
from common.transitions import TransitionError
from indicators.engine.sql.area_sums import area_sums_kept
from indicators.findings import findings_of
from indicators.models import (
    Amendment,
    AmendmentLine,
    LedgerLine,
    MonthlyReport,
    ProgrammeElement,
    RequestState,
    ValueChange,
)
from indicators.services.compliance import compute_request_month
from indicators.services.figures import Changed, Figures, differing
from indicators.services.headers import authorize_editing, locked
from indicators.services.moves import Moved, tell_moved, verdicts_followed
from indicators.services.refusals import BrokenRules
from indicators.services.saving import check_figures, elements_to_write
from indicators.workflow import MonthStatus


@transaction.atomic
def amendment_ask(
    *, report: MonthlyReport, values: Figures, reason: str, actor: User, now: datetime
) -> Amendment:
    """Ask for `values` in place of accepted figures; TransitionError or ValidationError says why not."""
    report = locked(report)
    authorize_editing(actor, report.village)
    _require_accepted(report)
    asked = ProgrammeElement.objects.asked_of(report.village)
    check_figures(elements_to_write(actor, report.village, asked, values), values)
    changed = differing(report, values)
    _require_change(report, changed, reason)
    try:
        with transaction.atomic():
            amendment = Amendment.objects.create(
                report=report, reason=reason.strip(), asked_by=actor, asked_at=now
            )
    except IntegrityError as error:
        raise TransitionError("本月已有一份更正申请在等审定，请等办结后再提。") from error
    AmendmentLine.objects.bulk_create(
        AmendmentLine(amendment=amendment, element_id=pk, old=old, new=new)
        for pk, (old, new) in changed.items()
    )
    audit.record(actor=actor, action="更正：申请", subject=amendment, now=now, comment=amendment.reason)
    return amendment


@transaction.atomic
def amendment_grant(*, amendment: Amendment, actor: User, now: datetime, note: str = "") -> list[Moved]:
    """Write the correction into the ledger, compute what it moves, and tell whose verdicts moved."""
    amendment = _waiting(amendment, actor)
    report = amendment.report
    lines = list(amendment.lines.select_related("element"))
    _require_as_it_was(report, lines)
    years = {report.month.year, min(report.month.year + 1, localdate(now).year)}
    with (
        verdicts_followed(report.village, years, now=now) as moved,
        area_sums_kept([report.village], report.month.year),
    ):
        _write(report, lines, amendment.asked_by, now)
    _decide(amendment, RequestState.GRANTED, note, actor, now)
    tell_moved(report.village, moved, because=f"{report.month:%Y年%-m月}月报更正后", now=now)
    compute_request_month(village=report.village, months=[report.month], now=now)
    return moved


@transaction.atomic
def amendment_refuse(*, amendment: Amendment, note: str, actor: User, now: datetime) -> Amendment:
    """Leave the month as it is, and say why."""
    amendment = _waiting(amendment, actor)
    if not note.strip():
        raise TransitionError("请写明不同意更正的理由。")
    return _decide(amendment, RequestState.REFUSED, note, actor, now)


def _require_accepted(report: MonthlyReport) -> None:
    if report.status != MonthStatus.ACCEPTED:
        raise TransitionError(
            f"本月{report.get_status_display()}，还没有受理，直接修改或申请退回即可，不用更正。"
        )


def _require_change(report: MonthlyReport, changed: Changed, reason: str) -> None:
    if not changed:
        raise TransitionError("没有改动任何数据：请在要更正的数据旁填写新的数。")
    if not reason.strip():
        raise TransitionError("请写明更正的理由。")
    values = {pk: new for pk, (_, new) in changed.items()}
    if hard := [one for one in findings_of(report.village, report.month, values) if one.is_hard]:
        raise BrokenRules(hard, "申请更正")


def _waiting(amendment: Amendment, actor: User) -> Amendment:
    """The request as it is now, its month held locked; refused to who asked and to who comes second."""
    report = locked(amendment.report)
    authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    amendment = (
        Amendment.objects.select_related("asked_by").select_for_update(of=("self",)).get(pk=amendment.pk)
    )
    amendment.report = report
    if amendment.state != RequestState.ASKED:
        raise TransitionError(f"这份更正申请{amendment.get_state_display()}，不用再办。")
    if amendment.asked_by_id == actor.pk:
        raise TransitionError("更正是您申请的，请由其他人审定。")
    return amendment


def _require_as_it_was(report: MonthlyReport, lines: list[AmendmentLine]) -> None:
    _require_accepted(report)
    now = LedgerLine.objects.month_values(report.village, report.month)
    if any(now.get(line.element_id) != line.old for line in lines):
        raise TransitionError(
            "申请以后这个月的数据又有变动，原值对不上了。请不同意这份申请，由填报人重新申请。"
        )


def _write(report: MonthlyReport, lines: list[AmendmentLine], by: User, now: datetime) -> None:
    """Header first: the version moves, then the figures, then their history in the asker's name."""
    moved = MonthlyReport.objects.accepted().filter(pk=report.pk, version=report.version)
    if moved.update(version=F("version") + 1) != 1:
        raise TransitionError("本月的状态刚刚变了，请刷新后再办。")
    report.version += 1
    figures: dict[int, Decimal | None] = {line.element_id: line.new for line in lines}
    LedgerLine.objects.write_month(report.village, report.month, figures)
    ValueChange.objects.bulk_create(
        ValueChange(
            report=report,
            element_id=line.element_id,
            version=report.version,
            old=line.old,
            new=line.new,
            by=by,
            at=now,
            way=ValueChange.Way.AMENDED,
        )
        for line in lines
    )


def _decide(amendment: Amendment, state: str, note: str, actor: User, now: datetime) -> Amendment:
    amendment.state, amendment.note = state, note.strip()
    amendment.decided_by, amendment.decided_at = actor, now
    amendment.save(update_fields=["state", "note", "decided_by", "decided_at"])
    granted = state == RequestState.GRANTED
    word = "已同意，数据已更正" if granted else f"未同意：{amendment.note}"
    text = f"{amendment.report}的更正申请{word}。"
    notices.send(users=[amendment.asked_by], text=text, url=amendment.report.get_absolute_url(), now=now)
    action = "更正：同意" if granted else "更正：不同意"
    audit.record(actor=actor, action=action, subject=amendment, now=now, comment=amendment.note)
    return amendment
