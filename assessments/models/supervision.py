"""Supervision orders (督办单): a leader's instruction that becomes a to-do with a deadline."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator

from accounts.models import Organisation, TransitionStep, User
from accounts.permissions import Permission, allows
from assessments.workflow import SUPERVISION, SupervisionStatus
from common.divisions import within
from indicators.models import Standard
from villages.models import Village

LABEL_CHARS = 40


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, user: User) -> Self:
        """Orders about villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Open ones first by deadline, with what a row prints."""
        related = self.select_related("village", "organisation", "standard", "issued_by")
        closed_last = models.Case(models.When(status=SupervisionStatus.CLOSED, then=1), default=0)
        return related.order_by(closed_last, "deadline", "pk")

    def locked(self, pk: int) -> "SupervisionOrder":
        """One order, held until the transaction ends, with what its rules read."""
        return self.select_for_update(of=("self",)).select_related("village", "organisation").get(pk=pk)

    def waiting_for(self, user: User) -> Self:
        """Orders that the user's office has to answer, and answers that wait for the leader who asked."""
        moves = Q(pk__in=[])
        if allows(user, Permission.SUPERVISION_ANSWER):
            moves |= Q(status=SupervisionStatus.ISSUED, organisation=user.organisation)
        if allows(user, Permission.SUPERVISE):
            moves |= Q(status=SupervisionStatus.ANSWERED, issued_by=user)
        return self.visible_to(user).filter(moves).for_list()


class SupervisionOrder(models.Model):
    """What a leader asks of one office about one village, and perhaps one standard, by a day."""

    WORKFLOW: ClassVar = SUPERVISION

    village = models.ForeignKey(
        Village, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="supervision_orders"
    )
    standard = models.ForeignKey(
        Standard, verbose_name="标准", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="承办单位", on_delete=models.PROTECT, related_name="supervision_orders"
    )
    text = models.TextField("批示内容")
    deadline = models.DateField("办理期限")
    status = models.CharField(
        "状态", max_length=10, choices=SupervisionStatus.choices, default=SupervisionStatus.ISSUED
    )
    issued_by = models.ForeignKey(User, verbose_name="批示人", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("批示时间")
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=SupervisionStatus.values), name="supervision_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village} 督办：{Truncator(self.text).chars(LABEL_CHARS, truncate='…')}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:order", kwargs={"pk": self.pk})

    @property
    def division_code(self) -> str:
        return self.village.code

    @property
    def due_date(self) -> date | None:
        """The day by which the office has to answer; None once it has."""
        return self.deadline if self.status == SupervisionStatus.ISSUED else None

    def calendar(self) -> dict[str, date]:
        """The deadline, as the workflow's table names it."""
        return {"deadline": self.deadline}


class SupervisionStep(TransitionStep):
    """A step of a supervision order: issued, answered, closed, issued again. Append-only."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="steps")
    is_late = models.BooleanField("逾期办理", default=False)

    class Meta(TransitionStep.Meta):
        verbose_name = verbose_name_plural = "督办单步骤"
