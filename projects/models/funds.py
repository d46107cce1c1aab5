"""The money of a project, in 万元: a balance per source, and the movements that made it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.templatetags.display import share_of


class FundSource(models.TextChoices):
    """Whose money it is (资金来源), by level of government, so that every county's library can use it."""

    CENTRAL = "central", "中央"
    PROVINCE = "province", "自治区（省）"
    PREFECTURE = "prefecture", "地级市"
    COUNTY = "county", "县（市、区）"
    SOCIAL = "social", "社会及其他"


class ProjectFundQuerySet(models.QuerySet["ProjectFund"]):
    """Each change of a balance is one conditional UPDATE: False says that the money does not suffice."""

    def set_budget(self, *, pk: int, budget: Decimal) -> bool:
        """Set the budget unless more than that was allocated already."""
        return self.filter(pk=pk, allocated__lte=budget).update(budget=budget) == 1

    def allocate(self, *, pk: int, amount: Decimal) -> bool:
        """Add to what was allocated, up to the budget."""
        fits = self.filter(pk=pk, budget__gte=F("allocated") + amount)
        return fits.update(allocated=F("allocated") + amount) == 1

    def pay(self, *, pk: int, amount: Decimal) -> bool:
        """Add to what was paid, up to what was allocated."""
        fits = self.filter(pk=pk, allocated__gte=F("paid") + amount)
        return fits.update(paid=F("paid") + amount) == 1

    def take_back_allocation(self, *, pk: int, amount: Decimal) -> bool:
        """Reduce what was allocated, down to what was paid."""
        fits = self.filter(pk=pk, paid__lte=F("allocated") - amount)
        return fits.update(allocated=F("allocated") - amount) == 1

    def take_back_payment(self, *, pk: int, amount: Decimal) -> bool:
        """Reduce what was paid, down to nothing."""
        return self.filter(pk=pk, paid__gte=amount).update(paid=F("paid") - amount) == 1

    def for_detail(self) -> Self:
        """The sources that give money, from the highest down; a budget taken back to nothing is no source."""
        places = (models.When(source=source, then=place) for place, source in enumerate(FundSource.values))
        return self.filter(budget__gt=0).order_by("-project__year", "project__code", models.Case(*places))

    def of(self, projects: Iterable[int]) -> Self:
        """The money of many projects, each with its project."""
        return self.filter(project__in=projects).select_related("project")


class ProjectFund(models.Model):
    """What one source gives a project: paid never above allocated, allocated never above budget."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="funds")
    source = models.CharField("资金来源", max_length=12, choices=FundSource.choices)
    budget = models.DecimalField("预算（万元）", max_digits=14, decimal_places=4)
    allocated = models.DecimalField("已下达（万元）", max_digits=14, decimal_places=4, default=Decimal(0))
    paid = models.DecimalField("已支付（万元）", max_digits=14, decimal_places=4, default=Decimal(0))

    objects = ProjectFundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目资金"
        ordering: ClassVar = ["project", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "source"], name="fund_once_per_source"),
            models.CheckConstraint(
                condition=Q(source__in=["central", "province", "prefecture", "county", "social"]),
                name="fund_source_known",
            ),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=F("allocated")) & Q(allocated__lte=F("budget")),
                name="fund_paid_allocated_budget",
                violation_error_message="已支付不能超过已下达，已下达不能超过预算。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_source_display()

    @property
    def allocated_share(self) -> Decimal | None:
        """What was allocated, in percent of the budget."""
        return share_of(self.allocated, self.budget)

    @property
    def paid_share(self) -> Decimal | None:
        """What was paid, in percent of the budget."""
        return share_of(self.paid, self.budget)

    @property
    def to_allocate(self) -> Decimal:
        """What may still be allocated (尚可下达)."""
        return self.budget - self.allocated

    @property
    def to_pay(self) -> Decimal:
        """What was allocated and may still be paid (尚可支付)."""
        return self.allocated - self.paid


class FundMovementQuerySet(models.QuerySet["FundMovement"]):
    def for_list(self) -> Self:
        """Newest first, with source, person and what took it back."""
        related = ("fund", "by", "by__organisation", "reverses", "reversal")
        return self.select_related(*related).order_by("-movement_date", "-pk")


class FundMovement(models.Model):
    """One movement of money: allocated, paid, or an earlier one taken back whole (冲回). Append-only.

    `token` comes with the form that was shown: the same form sent twice books once.
    """

    class Kind(models.TextChoices):
        ALLOCATION = "allocation", "下达"
        PAYMENT = "payment", "支付"
        REVERSAL = "reversal", "冲回"

    fund = models.ForeignKey(ProjectFund, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    amount = models.DecimalField("金额（万元）", max_digits=14, decimal_places=4)
    movement_date = models.DateField("日期")
    document_number = models.CharField("文号或凭证号", max_length=80, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self",
        verbose_name="冲回的款项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversal",
    )
    token = models.UUIDField("登记单号", unique=True)
    by = models.ForeignKey(User, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    objects = FundMovementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资金往来"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="movement_amount_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=["allocation", "payment", "reversal"]), name="movement_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | Q(kind__in=["allocation", "payment"], reverses__isnull=True),
                name="movement_reversal_names_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {Decimal(self.amount).normalize():f} 万元"

    @property
    def paid_effect(self) -> Decimal:
        """What this movement adds to what was paid."""
        if self.reverses:
            return -self.reverses.paid_effect
        return self.amount if self.kind == self.Kind.PAYMENT else Decimal(0)

    @property
    def is_reversible(self) -> bool:
        """Whether it may be taken back: once, and never a reversal itself."""
        return self.kind != self.Kind.REVERSAL and not hasattr(self, "reversal")
