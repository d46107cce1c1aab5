"""The title and its funds, and whether it is still deserved in later years."""

from typing import ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from assessments.models.applications import Application
from assessments.workflow import ApplicationStatus
from common.divisions import within


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User) -> Self:
        """Awards of villages inside the user's division."""
        return self.filter(within(user.division_code, field="application__village__code"))

    def in_force(self) -> Self:
        """Titles that were not revoked."""
        return self.filter(application__status=ApplicationStatus.AWARDED)

    def for_list(self) -> Self:
        """Newest first, with village and programme."""
        related = self.select_related("application__village", "application__programme")
        return related.order_by("-award_date", "application__village__code")

    def recheck_due(self, year: int) -> Self:
        """Titles of earlier years, in force, that were not yet re-checked in `year`."""
        checked = Recheck.objects.filter(award=models.OuterRef("pk"), year=year)
        return self.in_force().filter(application__year__lt=year).exclude(models.Exists(checked))


class Award(models.Model):
    """The title with its award funds (授牌、以奖代补); amounts in 万元."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="award")
    title = models.CharField("称号", max_length=100)
    award_date = models.DateField("授牌日期")
    funds = models.DecimalField(
        "以奖代补资金（万元）", max_digits=14, decimal_places=4, validators=[MinValueValidator(0)]
    )
    paid = models.DecimalField("已兑现（万元）", max_digits=14, decimal_places=4, default=0)
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "授牌"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(paid__gte=0, paid__lte=F("funds")), name="award_paid_within_funds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.village} {self.title}"

    @property
    def division_code(self) -> str:
        return self.application.village.code


class AwardPayment(models.Model):
    """One payment of award funds (兑现), in 万元; a negative amount takes one back (冲回). Append-only.

    `token` comes with the form that was shown: the same form sent twice books once.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField("金额（万元）", max_digits=14, decimal_places=4)
    paid_date = models.DateField("兑现日期")
    note = models.CharField("说明", max_length=200, blank=True)
    token = models.UUIDField("登记单号", unique=True)
    by = models.ForeignKey(User, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "以奖代补兑现"
        ordering: ClassVar = ["paid_date", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) | (Q(amount__lt=0) & ~Q(note="")), name="award_payment_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award} {self.amount} 万元"


class Recheck(models.Model):
    """The yearly re-check after the award (年度复核): the title is kept, or a standard was lost."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "保持达标"
        LOST = "lost", "不再达标"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="rechecks")
    year = models.PositiveSmallIntegerField("年度")
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices)
    note = models.TextField("说明")
    by = models.ForeignKey(User, verbose_name="复核人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("复核时间")

    class Meta:
        verbose_name = verbose_name_plural = "年度复核"
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["award", "year"], name="recheck_once_a_year"),
            models.CheckConstraint(condition=Q(outcome__in=["kept", "lost"]), name="recheck_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.award} {self.year} 年复核"
