"""Months that are late, and figures that change after they were accepted: both need the bureau's word."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from common.divisions import within
from indicators.models.catalogue import DataElement
from indicators.models.ledger import MonthlyReport
from villages.models import Village


class RequestState(models.TextChoices):
    ASKED = "asked", "待批准"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "未批准"


TONES = {RequestState.ASKED: "active", RequestState.GRANTED: "good", RequestState.REFUSED: "attention"}


class LatePermitQuerySet(models.QuerySet["LatePermit"]):
    def visible_to(self, user: User) -> Self:
        """Permits of villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def waiting(self) -> Self:
        """Permits that were asked for and not decided, oldest first."""
        return self.filter(state=RequestState.ASKED).order_by("asked_at", "pk")

    def decided(self) -> Self:
        """Permits that were answered, the latest first."""
        return self.exclude(state=RequestState.ASKED).order_by("-decided_at", "-pk")

    def valid_on(self, day: date) -> Self:
        """Permits that open a locked month on `day`."""
        return self.filter(state=RequestState.GRANTED, until__gte=day)


class LatePermit(models.Model):
    """Leave to report a locked month (补报许可): asked with a reason, granted until a date, then over."""

    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="late_permits")
    month = models.DateField("月份", help_text="该月第一天")
    reason = models.CharField("申请理由", max_length=300)
    asked_by = models.ForeignKey(User, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=7, choices=RequestState.choices, default=RequestState.ASKED)
    until = models.DateField("补报截止", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name="批准人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("批准时间", null=True)
    note = models.CharField("批复意见", max_length=300, blank=True)

    objects = LatePermitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补报许可"
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state="granted", decided_by__isnull=False, decided_at__isnull=False, until__isnull=False)
                | Q(state="refused", decided_by__isnull=False, decided_at__isnull=False),
                name="late_permit_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["village", "month"], condition=Q(state="asked"), name="late_permit_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.month:%Y-%m} 补报许可"

    def get_absolute_url(self) -> str:
        return reverse("indicators:permit", kwargs={"pk": self.pk})

    @property
    def what(self) -> str:
        """What is asked for, in words."""
        return f"{self.month:%Y年%-m月}月报补报"

    @property
    def tone(self) -> str:
        return TONES[RequestState(self.state)]

    @property
    def division_code(self) -> str:
        return self.village.code


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> Self:
        """Amendments of villages inside the user's division."""
        return self.filter(within(user.division_code, field="report__village__code"))

    def waiting(self) -> Self:
        """Amendments that were asked for and not decided, oldest first."""
        return self.filter(state=RequestState.ASKED).order_by("asked_at", "pk")

    def decided(self) -> Self:
        """Amendments that were answered, the latest first."""
        return self.exclude(state=RequestState.ASKED).order_by("-decided_at", "-pk")

    def for_page(self) -> Self:
        """With the month, the people and every figure, old and new."""
        people = self.select_related("report__village", "asked_by", "decided_by")
        return people.prefetch_related("lines__element")


class Amendment(models.Model):
    """A correction of an accepted month (更正): asked with a reason, decided by the bureau, then written."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="amendments")
    reason = models.CharField("更正理由", max_length=300)
    asked_by = models.ForeignKey(User, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=7, choices=RequestState.choices, default=RequestState.ASKED)
    decided_by = models.ForeignKey(
        User, verbose_name="审定人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("审定时间", null=True)
    note = models.CharField("审定意见", max_length=300, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["granted", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="amendment_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(state="asked"), name="amendment_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} 更正"

    def get_absolute_url(self) -> str:
        return reverse("indicators:amendment", kwargs={"pk": self.pk})

    @property
    def village(self) -> Village:
        return self.report.village

    @property
    def what(self) -> str:
        """What is asked for, in words."""
        return f"{self.report.month:%Y年%-m月}月报更正"

    @property
    def tone(self) -> str:
        return TONES[RequestState(self.state)]

    @property
    def division_code(self) -> str:
        return self.report.village.code


class AmendmentLine(models.Model):
    """One figure of a correction: as it was when it was asked for, and as it shall be."""

    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="lines")
    element = models.ForeignKey(DataElement, on_delete=models.PROTECT, related_name="+")
    old = models.DecimalField("原值", max_digits=18, decimal_places=4, null=True)
    new = models.DecimalField("更正为", max_digits=18, decimal_places=4, null=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正内容"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["amendment", "element"], name="amendment_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.old} → {self.new}"
