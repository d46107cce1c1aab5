"""The yearly workflow (年度创建) as tables: applications, rectification items, supervision orders."""

from django.db.models import TextChoices

from accounts.permissions import Permission
from common.transitions import Transition, Workflow


class ApplicationStatus(TextChoices):
    SELF_CHECK = "self_check", "自查中"
    SUBMITTED = "submitted", "已提交申请"
    MUNICIPAL_REVIEW = "municipal_review", "评估验收中"
    MUNICIPAL_PASSED = "municipal_passed", "待复审复验"
    CITY_REVIEW = "city_review", "复审复验中"
    AWARDED = "awarded", "已授牌"
    RETURNED = "returned", "退回整改"
    FAILED = "failed", "本年度未通过"
    WITHDRAWN = "withdrawn", "已撤回"
    REVOKED = "revoked", "已摘牌"


S = ApplicationStatus
EDITABLE = frozenset({S.SELF_CHECK, S.RETURNED})
OPEN = frozenset(
    {S.SELF_CHECK, S.SUBMITTED, S.MUNICIPAL_REVIEW, S.MUNICIPAL_PASSED, S.CITY_REVIEW, S.RETURNED}
)
# Which day of the calendar a status runs towards; what was returned has a deadline of its own.
DUE = {
    S.SELF_CHECK: "self_check_closes",
    S.RETURNED: "rectification_closes",
    S.SUBMITTED: "municipal_review_closes",
    S.MUNICIPAL_REVIEW: "municipal_review_closes",
    S.MUNICIPAL_PASSED: "city_review_closes",
    S.CITY_REVIEW: "city_review_closes",
}
# Who has the next step, in words.
WAITS_FOR = {
    S.SELF_CHECK: "乡镇（街道）",
    S.RETURNED: "乡镇（街道）",
    S.SUBMITTED: "农办",
    S.MUNICIPAL_REVIEW: "农办和成员单位",
    S.MUNICIPAL_PASSED: "市级复审",
    S.CITY_REVIEW: "市级复审",
}
SUBMITTERS = frozenset({"submit", "resubmit"})
PASSED_BEFORE = SUBMITTERS | {"pass"}
BUREAU_DECIDES = frozenset({"pass", "return", "fail"})

APPLICATION = Workflow(
    name="验收申请",
    labels=dict(S.choices),
    transitions=(
        Transition(
            name="submit",
            label="提交验收申请",
            sources=frozenset({S.SELF_CHECK}),
            target=S.SUBMITTED,
            permission=Permission.APPLICATION_SUBMIT,
            opens="self_check_opens",
            closes="self_check_closes",
        ),
        Transition(
            name="resubmit",
            label="重新提交验收申请",
            sources=frozenset({S.RETURNED}),
            target=S.SUBMITTED,
            permission=Permission.APPLICATION_SUBMIT,
            closes="rectification_closes",
        ),
        Transition(
            name="withdraw",
            label="撤回申请",
            sources=frozenset({S.SELF_CHECK, S.SUBMITTED, S.RETURNED}),
            target=S.WITHDRAWN,
            permission=Permission.APPLICATION_SUBMIT,
            tone="secondary",
        ),
        Transition(
            name="reopen",
            label="重新发起自查",
            sources=frozenset({S.WITHDRAWN}),
            target=S.SELF_CHECK,
            permission=Permission.SELF_CHECK,
        ),
        Transition(
            name="extend_self_check",
            label="延长申请期限",
            sources=frozenset({S.SELF_CHECK}),
            target=S.SELF_CHECK,
            permission=Permission.MUNICIPAL_REVIEW,
            comment_required=True,
            deadline_required=True,
            tone="secondary",
        ),
        Transition(
            name="extend_rectification",
            label="延长整改期限",
            sources=frozenset({S.RETURNED}),
            target=S.RETURNED,
            permission=Permission.MUNICIPAL_REVIEW,
            comment_required=True,
            deadline_required=True,
            four_eyes=SUBMITTERS,
            tone="secondary",
        ),
        Transition(
            name="start_review",
            label="开始评估验收",
            sources=frozenset({S.SUBMITTED}),
            target=S.MUNICIPAL_REVIEW,
            permission=Permission.MUNICIPAL_REVIEW,
            four_eyes=SUBMITTERS,
        ),
        Transition(
            name="pass",
            label="通过评估验收",
            sources=frozenset({S.MUNICIPAL_REVIEW}),
            target=S.MUNICIPAL_PASSED,
            permission=Permission.MUNICIPAL_REVIEW,
            four_eyes=SUBMITTERS,
            due="municipal_review_closes",
        ),
        Transition(
            name="return",
            label="退回整改",
            sources=frozenset({S.MUNICIPAL_REVIEW}),
            target=S.RETURNED,
            permission=Permission.MUNICIPAL_REVIEW,
            comment_required=True,
            deadline_required=True,
            four_eyes=SUBMITTERS,
            due="municipal_review_closes",
            tone="warning",
        ),
        Transition(
            name="fail",
            label="评估验收不予通过",
            sources=frozenset({S.MUNICIPAL_REVIEW}),
            target=S.FAILED,
            permission=Permission.MUNICIPAL_REVIEW,
            comment_required=True,
            four_eyes=SUBMITTERS,
            due="municipal_review_closes",
            tone="danger",
        ),
        Transition(
            name="lapse",
            label="按逾期未整改不予通过",
            sources=frozenset({S.RETURNED}),
            target=S.FAILED,
            permission=Permission.MUNICIPAL_REVIEW,
            comment_required=True,
            four_eyes=SUBMITTERS,
            opens="rectification_lapses",
            tone="danger",
        ),
        Transition(
            name="start_city_review",
            label="开始复审复验",
            sources=frozenset({S.MUNICIPAL_PASSED}),
            target=S.CITY_REVIEW,
            permission=Permission.CITY_REVIEW,
            four_eyes=PASSED_BEFORE,
        ),
        Transition(
            name="award",
            label="通过复审复验并授牌",
            sources=frozenset({S.CITY_REVIEW}),
            target=S.AWARDED,
            permission=Permission.CITY_REVIEW,
            four_eyes=PASSED_BEFORE,
            due="city_review_closes",
        ),
        Transition(
            name="city_return",
            label="复审退回整改",
            sources=frozenset({S.CITY_REVIEW}),
            target=S.RETURNED,
            permission=Permission.CITY_REVIEW,
            comment_required=True,
            deadline_required=True,
            four_eyes=PASSED_BEFORE,
            due="city_review_closes",
            tone="warning",
        ),
        Transition(
            name="city_fail",
            label="复审复验不予通过",
            sources=frozenset({S.CITY_REVIEW}),
            target=S.FAILED,
            permission=Permission.CITY_REVIEW,
            comment_required=True,
            four_eyes=PASSED_BEFORE,
            due="city_review_closes",
            tone="danger",
        ),
        Transition(
            name="revoke",
            label="摘牌",
            sources=frozenset({S.AWARDED}),
            target=S.REVOKED,
            permission=Permission.CITY_REVIEW,
            comment_required=True,
            four_eyes=PASSED_BEFORE,
            tone="danger",
        ),
    ),
)


class RectificationStatus(TextChoices):
    OPEN = "open", "待整改"
    DONE = "done", "已报整改完成"
    CLOSED = "closed", "已销号"


RECTIFICATION = Workflow(
    name="整改事项",
    labels=dict(RectificationStatus.choices),
    transitions=(
        Transition(
            name="report",
            label="报告整改完成",
            sources=frozenset({RectificationStatus.OPEN}),
            target=RectificationStatus.DONE,
            permission=Permission.SELF_CHECK,
            comment_required=True,
            comment_word="情况",
        ),
        Transition(
            name="close",
            label="销号",
            sources=frozenset({RectificationStatus.DONE}),
            target=RectificationStatus.CLOSED,
            permission=Permission.MUNICIPAL_REVIEW,
            four_eyes=frozenset({"report"}),
        ),
        Transition(
            name="reject",
            label="退回继续整改",
            sources=frozenset({RectificationStatus.DONE}),
            target=RectificationStatus.OPEN,
            permission=Permission.MUNICIPAL_REVIEW,
            comment_required=True,
            four_eyes=frozenset({"report"}),
            tone="warning",
        ),
    ),
)


class SupervisionStatus(TextChoices):
    ISSUED = "issued", "待办理"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已办结"


SUPERVISION = Workflow(
    name="督办单",
    labels=dict(SupervisionStatus.choices),
    transitions=(
        Transition(
            name="answer",
            label="答复",
            sources=frozenset({SupervisionStatus.ISSUED}),
            target=SupervisionStatus.ANSWERED,
            permission=Permission.SUPERVISION_ANSWER,
            comment_required=True,
            comment_word="情况",
            due="deadline",
        ),
        Transition(
            name="close",
            label="办结",
            sources=frozenset({SupervisionStatus.ANSWERED}),
            target=SupervisionStatus.CLOSED,
            permission=Permission.SUPERVISE,
            four_eyes=frozenset({"answer"}),
        ),
        Transition(
            name="reissue",
            label="继续督办",
            sources=frozenset({SupervisionStatus.ANSWERED}),
            target=SupervisionStatus.ISSUED,
            permission=Permission.SUPERVISE,
            comment_required=True,
            deadline_required=True,
            four_eyes=frozenset({"answer"}),
            tone="warning",
        ),
    ),
)
