"""Villages, and their part in programmes."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Substr
from django.urls import reverse

from accounts.models import User
from common.divisions import Level, ancestor, validate_village_code, within
from villages.models.programmes import Programme, VillageKind


class VillageQuerySet(models.QuerySet["Village"]):
    def visible_to(self, user: User) -> Self:
        """Villages inside the user's division."""
        return self.filter(within(user.division_code, field="code"))

    def matching(
        self,
        *,
        name: str = "",
        township: str = "",
        programme: Programme | None = None,
        kind: str = "",
        target_year: int | None = None,
    ) -> Self:
        """Villages by name, township (9-digit code), and what one enrolment of theirs says."""
        found = self.filter(name__icontains=name) if name else self
        found = found.filter(within(township, field="code"))
        wanted = {"programme": programme, "kind__name": kind, "target_year": target_year}
        wanted = {key: value for key, value in wanted.items() if value}
        if not wanted:
            return found
        return found.filter(pk__in=Enrolment.objects.filter(**wanted).values("village"))

    def townships(self) -> list[tuple[str, str]]:
        """Code and name of the townships these villages lie in."""
        code = Substr("code", 1, Level.TOWNSHIP)
        pairs = self.order_by().annotate(township=code).values_list("township", "township_name")
        return list(pairs.distinct().order_by("township"))

    def count_by_county(self) -> list[tuple[str, int]]:
        """Codes of the counties these villages lie in, in order, with how many lie there."""
        county = Substr("code", 1, Level.COUNTY)
        counts = self.order_by().values_list(county).annotate(count=Count("pk"))
        return sorted(counts)

    def enrolled_in(self, programme: Programme) -> Self:
        """Villages that take part in `programme`."""
        return self.filter(enrolments__programme=programme)

    def for_list(self) -> Self:
        """In the order of their codes, with kind and programme."""
        enrolments = Enrolment.objects.select_related("kind", "programme").order_by("programme__code")
        return self.prefetch_related(Prefetch("enrolments", enrolments)).order_by("code")


class Village(models.Model):
    """A village or community (村、社区、嘎查), keyed by its 12-digit statistical code."""

    code = models.CharField("村代码", max_length=12, unique=True, validators=[validate_village_code])
    name = models.CharField("名称", max_length=60)
    township_name = models.CharField("乡镇（街道）", max_length=60)

    objects = VillageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "村（社区）"
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [
            models.Index(fields=["code"], name="village_code_prefix", opclasses=["varchar_pattern_ops"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="village_code_digits"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("villages:detail", kwargs={"code": self.code})

    @property
    def division_code(self) -> str:
        """The village's own division."""
        return self.code

    @property
    def township_code(self) -> str:
        """The 9-digit division of its township."""
        return ancestor(self.code, Level.TOWNSHIP)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> Self:
        """Enrolments of villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """In village order, with village, kind and programme."""
        return self.select_related("village", "kind", "programme").order_by("village__code")


class Enrolment(models.Model):
    """A village's part in a programme: its kind there, and the year it is meant to be created in."""

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.PROTECT, related_name="enrolments"
    )
    village = models.ForeignKey(
        Village, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="enrolments"
    )
    kind = models.ForeignKey(VillageKind, verbose_name="类别", on_delete=models.PROTECT, related_name="+")
    target_year = models.PositiveSmallIntegerField("计划创建年", null=True, blank=True)
    is_demonstration = models.BooleanField("创建年为演示数据", default=False)
    attributes = models.JSONField(
        "村情属性", default=dict, blank=True, help_text="以属性代码为键；没有的就是不清楚。"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参加创建"
        ordering: ClassVar = ["village__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "village"], name="enrolment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.village}（{self.kind}）"

    def clean(self) -> None:
        """Hold kind and year to the programme: two columns that no constraint can compare across tables."""
        if self.kind_id and self.programme_id and self.kind.programme_id != self.programme_id:
            raise ValidationError({"kind": "这个类别不属于所选的创建方案。"})
        years = self.programme.years if self.programme_id else ()
        if self.target_year and years and self.target_year not in years:
            raise ValidationError({"target_year": f"计划创建年应在 {years[0]} 至 {years[-1]} 年之间。"})
