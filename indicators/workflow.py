"""The monthly report's workflow (月报): statuses and transitions as data."""

from django.db.models import TextChoices

from accounts.permissions import Permission
from common.transitions import Transition, Workflow


class MonthStatus(TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已上报"
    ACCEPTED = "accepted", "已受理"
    RETURNED = "returned", "已退回"


EDITABLE = frozenset({MonthStatus.DRAFT, MonthStatus.RETURNED})

MONTH = Workflow(
    name="月报",
    labels=dict(MonthStatus.choices),
    transitions=(
        Transition(
            name="submit",
            label="上报",
            permission=Permission.MONTH_SUBMIT,
            sources=EDITABLE,
            target=MonthStatus.SUBMITTED,
        ),
        Transition(
            name="withdraw",
            label="撤回",
            permission=Permission.MONTH_SUBMIT,
            sources=frozenset({MonthStatus.SUBMITTED}),
            target=MonthStatus.DRAFT,
            tone="secondary",
        ),
        Transition(
            name="accept",
            label="受理",
            permission=Permission.MONTH_REVIEW,
            sources=frozenset({MonthStatus.SUBMITTED}),
            target=MonthStatus.ACCEPTED,
            four_eyes=frozenset({"submit"}),
        ),
        Transition(
            name="return",
            label="退回",
            permission=Permission.MONTH_REVIEW,
            sources=frozenset({MonthStatus.SUBMITTED}),
            target=MonthStatus.RETURNED,
            comment_required=True,
            four_eyes=frozenset({"submit"}),
            tone="danger",
        ),
    ),
)
