"""The track of an application, from self-check to award, and its history, as the components draw them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from assessments.models import Application, ApplicationStep
from assessments.workflow import APPLICATION, ApplicationStatus

S = ApplicationStatus
STAGES = ("自查", "申请", "评估验收", "复审复验", "授牌")
# Which stage a status stands in; the end of the way is one beyond the last.
STAGE_OF: dict[str, int] = {
    S.SELF_CHECK: 0,
    S.WITHDRAWN: 1,
    S.SUBMITTED: 2,
    S.MUNICIPAL_REVIEW: 2,
    S.MUNICIPAL_PASSED: 3,
    S.CITY_REVIEW: 3,
    S.AWARDED: 5,
    S.REVOKED: 4,
}
# Which step of the round completes a stage.
COMPLETED_BY = (
    {"submit", "resubmit"},
    {"submit", "resubmit"},
    {"pass"},
    {"award"},
    {"award"},
)
DEADLINES = ("self_check_closes", "self_check_closes", "municipal_review_closes", "city_review_closes", "")
IN_THE_CITY = {"city_return", "city_fail"}
STATES: dict[str, str] = {
    S.RETURNED: "returned",
    S.FAILED: "failed",
    S.WITHDRAWN: "failed",
    S.REVOKED: "failed",
}
TONES: dict[str, str] = {
    S.SELF_CHECK: "active",
    S.SUBMITTED: "active",
    S.MUNICIPAL_REVIEW: "active",
    S.MUNICIPAL_PASSED: "active",
    S.CITY_REVIEW: "active",
    S.AWARDED: "good",
    S.RETURNED: "attention",
    S.FAILED: "bad",
    S.WITHDRAWN: "calm",
    S.REVOKED: "bad",
}


def track(application: Application, steps: Iterable[ApplicationStep]) -> list[dict[str, Any]]:
    """The five stages with their state, the day each was completed, or the day it is due."""
    taken = [step for step in steps if step.round == application.round]
    here = _stage(application, taken)
    calendar = application.calendar()
    return [_mark(application, number, here, taken, calendar) for number in range(len(STAGES))]


def history(steps: Iterable[ApplicationStep]) -> list[dict[str, Any]]:
    """Newest first: who did what when, from where to where, and why."""
    return [
        {
            "at": step.at,
            "who": step.by.name,
            "organisation": step.by.organisation.name,
            "action": _action(step),
            "from": APPLICATION.labels.get(step.from_status, ""),
            "to": APPLICATION.labels[step.to_status],
            "reason": "\n".join(_reasons(step)),
        }
        for step in steps
    ]


def _stage(application: Application, taken: list[ApplicationStep]) -> int:
    if application.status in (S.RETURNED, S.FAILED):
        return 3 if any(step.name in IN_THE_CITY for step in taken) else 2
    return STAGE_OF[application.status]


def _mark(
    application: Application, number: int, here: int, taken: list[ApplicationStep], calendar: dict[str, date]
) -> dict[str, Any]:
    done = next((step for step in taken if step.name in COMPLETED_BY[number]), None)
    mark: dict[str, Any] = {"label": STAGES[number], "state": "done" if number < here else "todo"}
    if number < here and done:
        mark |= {"date": localdate(done.at), "note": "逾期办理" if done.is_late else ""}
    elif number >= here and application.status not in (S.FAILED, S.WITHDRAWN, S.REVOKED):
        mark["deadline"] = calendar.get(DEADLINES[number])
    if number == here:
        mark |= {"state": STATES.get(application.status, "current"), "note": application.get_status_display()}
    if number == here and application.status == S.RETURNED:
        mark["deadline"] = application.deadline
    return mark


def _action(step: ApplicationStep) -> str:
    label = "发起自查" if step.name == "open" else APPLICATION[step.name].label
    words = [label, f"（第 {step.round} 轮）" if step.round > 1 else "", "，逾期办理" if step.is_late else ""]
    return "".join(words)


def _reasons(step: ApplicationStep) -> Iterable[str]:
    if step.comment:
        yield step.comment
    if step.deadline:
        yield f"期限：{step.deadline:%Y-%m-%d}"
    if missing := step.detail.get("missing_opinions"):
        yield "未提意见：" + "；".join(f"{office} {'、'.join(codes)}" for office, codes in missing)
    if exceptions := step.detail.get("exceptions"):
        yield "当时的问题：" + "；".join(exceptions)
    if funds := step.detail.get("funds"):
        yield f"以奖代补资金 {funds} 万元"
