"""The municipal review: opinions of the member departments, and what has to be put right."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, TransitionStep, User
from assessments.models.applications import Application
from assessments.workflow import RECTIFICATION, RectificationStatus
from common.divisions import within
from indicators.models import Standard


class Opinion(models.Model):
    """A member department's opinion on one of its standards in one round; changeable until the decision."""

    class Outcome(models.TextChoices):
        PASS = "pass", "同意"
        NEEDS_WORK = "needs_work", "需整改"
        FAIL = "fail", "不同意"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField("轮次")
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.PROTECT, related_name="+"
    )
    standard = models.ForeignKey(Standard, verbose_name="标准", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField("意见", max_length=10, choices=Outcome.choices)
    note = models.TextField("说明", blank=True)
    is_on_site = models.BooleanField("已实地查看", default=False)
    by = models.ForeignKey(User, verbose_name="填写人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("填写时间")

    class Meta:
        verbose_name = verbose_name_plural = "成员单位意见"
        ordering: ClassVar = ["standard__position", "standard__code", "organisation__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "round", "organisation", "standard"], name="opinion_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["pass", "needs_work", "fail"]), name="opinion_outcome_known"
            ),
            models.CheckConstraint(condition=Q(outcome="pass") | ~Q(note=""), name="opinion_reason_given"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.standard.code} {self.get_outcome_display()}"


class RectificationItemQuerySet(models.QuerySet["RectificationItem"]):
    def visible_to(self, user: User) -> Self:
        """Items about villages inside the user's division."""
        return self.filter(within(user.division_code, field="application__village__code"))

    def for_list(self) -> Self:
        """In the order of deadlines, with the application and the standard."""
        related = self.select_related("application__village", "application__programme", "standard")
        return related.order_by("deadline", "pk")


class RectificationItem(models.Model):
    """Something to put right (整改事项): reported done by the township, closed (销号) by the bureau."""

    WORKFLOW: ClassVar = RECTIFICATION

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="rectifications")
    round = models.PositiveSmallIntegerField("轮次")
    standard = models.ForeignKey(
        Standard, verbose_name="标准", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField("整改要求", max_length=500)
    deadline = models.DateField("整改期限")
    status = models.CharField(
        "状态", max_length=10, choices=RectificationStatus.choices, default=RectificationStatus.OPEN
    )
    created_by = models.ForeignKey(User, verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("提出时间")

    objects = RectificationItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering: ClassVar = ["round", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=RectificationStatus.values), name="rectification_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.village} 整改：{self.text}"

    def get_absolute_url(self) -> str:
        return f"{self.application.get_absolute_url()}#rectification-{self.pk}"

    @property
    def division_code(self) -> str:
        return self.application.village.code


class RectificationStep(TransitionStep):
    """A step of a rectification item: reported done, closed, rejected. Append-only."""

    item = models.ForeignKey(RectificationItem, on_delete=models.PROTECT, related_name="steps")

    class Meta(TransitionStep.Meta):
        verbose_name = verbose_name_plural = "整改事项步骤"
