"""Villages that a standard is not asked of, by decision of the bureau."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from common.divisions import within
from indicators.models.standards import Standard
from villages.models import Village


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    def visible_to(self, user: User) -> Self:
        """Exemptions of villages inside the user's division, from the standards the user may see."""
        seen = self.filter(within(user.division_code, field="village__code"))
        return seen.filter(standard__in=Standard.objects.visible_to(user))

    def in_force(self) -> Self:
        """Exemptions that were not taken back."""
        return self.filter(revoked_at__isnull=True)

    def for_list(self) -> Self:
        """Newest first, with village, standard and people."""
        people = ("by__organisation", "revoked_by__organisation")
        return self.select_related("standard__programme", "village", *people).order_by("-at", "-pk")

    def of_place(self, standard: Standard, scope_code: str, year: int) -> Self:
        """Exemptions of one village, by its code, from one standard in a year, newest first."""
        return self.for_list().filter(standard=standard, village__code=scope_code, year=year)


class Exemption(models.Model):
    """A standard that is not asked of a village in a year (豁免): why, by which document, who approved it."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="exemptions")
    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="exemptions")
    year = models.PositiveSmallIntegerField("年份")
    reason = models.CharField("理由", max_length=300)
    approval = models.CharField("批准依据", max_length=200, help_text="批准的单位和文件。")
    by = models.ForeignKey(User, verbose_name="批准人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("批准时间")
    revoked_by = models.ForeignKey(
        User, verbose_name="取消人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField("取消时间", null=True)
    revoked_note = models.CharField("取消理由", max_length=300, blank=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "豁免"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standard", "village", "year"],
                condition=Q(revoked_at__isnull=True),
                name="exemption_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="exemption_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.year} {self.standard.code}"

    @property
    def division_code(self) -> str:
        return self.village.code
