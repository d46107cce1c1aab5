"""Programmes, the villages that take part in them, what is filed about a village, and the visits it gets."""

import re
from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Substr
from django.urls import reverse

from accounts.models import User
from common.divisions import Level, ancestor, validate_division_code, validate_village_code, within

# Month and day, but no 02-29, which not every year has.
DAY_OF_YEAR = re.compile(
    r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8])"
)


def validate_day_of_year(text: str) -> None:
    """Accept a day that every year has, written 11-30."""
    if not DAY_OF_YEAR.fullmatch(text):
        raise ValidationError("日期应写成 11-30 的样子，而且每年都有这一天。")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> Self:
        """Programmes of the user's own county or below, and those of the county above a township."""
        code = user.division_code
        above = [code[:length] for length in (2, 4, 6) if length <= len(code)]
        return self.filter(within(code) | Q(division_code__in=above))

    def running_in(self, year: int) -> Self:
        """Programmes whose years include `year`."""
        return self.filter(first_year__lte=year, last_year__gte=year)


class Programme(models.Model):
    """A demonstration programme (创建方案): years, quota, calendar and title; loaded from a file."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    title = models.CharField("授予称号", max_length=100)
    division_code = models.CharField("行政区划代码", max_length=12, validators=[validate_division_code])
    rule = models.CharField("创建原则", max_length=200, blank=True)
    source = models.CharField("文件依据", max_length=300)
    first_year = models.PositiveSmallIntegerField("起始年")
    last_year = models.PositiveSmallIntegerField("结束年")
    quota = models.JSONField("年度创建数", default=dict, help_text='{"2022": 1, …}')
    near_percent = models.DecimalField(
        "接近的范围（%）",
        max_digits=5,
        decimal_places=2,
        default=5,
        help_text="未达到目标值，但差距不超过目标值的这个百分比，判为“接近”。",
    )
    month_due_day = models.PositiveSmallIntegerField(
        "月报上报期限（日）", validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    self_check_opens = models.CharField("自查开始", max_length=5, validators=[validate_day_of_year])
    self_check_closes = models.CharField("自查及申请截止", max_length=5, validators=[validate_day_of_year])
    municipal_review_closes = models.CharField(
        "评估验收截止", max_length=5, validators=[validate_day_of_year]
    )
    city_review_closes = models.CharField("复审复验截止", max_length=5, validators=[validate_day_of_year])

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "创建方案"
        ordering: ClassVar = ["division_code", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")), name="programme_years_in_order"
            ),
            models.CheckConstraint(
                condition=Q(month_due_day__gte=1, month_due_day__lte=28), name="programme_due_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        """Every year of the programme, first to last."""
        return range(self.first_year, self.last_year + 1)

    def quota_of(self, year: int) -> int:
        """How many villages the plan means to create in `year`."""
        return int(self.quota.get(str(year), 0))

    def date_of(self, deadline: str, year: int) -> date:
        """Return the date in `year` of `deadline`, a field of the calendar: self_check_opens, …"""
        month, day = getattr(self, deadline).split("-")
        return date(year, int(month), int(day))

    def month_due(self, month: date) -> date:
        """The day by which the report of `month` (its first day) is due: that month's due day."""
        return month.replace(day=self.month_due_day)


class VillageKind(models.Model):
    """A kind of village inside one programme (生态移民村, 劳务移民社区): decides which standards apply."""

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.CASCADE, related_name="kinds"
    )
    code = models.SlugField("代码", max_length=30)
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "村（社区）类别"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="village_kind_once"),
        ]

    def __str__(self) -> str:
        return self.name


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

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参加创建"
        ordering: ClassVar = ["village__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "village"], name="enrolment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.village}({self.kind})"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Files about villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Newest first, with who filed it."""
        return self.select_related("uploaded_by", "village").order_by("-uploaded_at", "-pk")


class Evidence(models.Model):
    """A file kept as evidence (佐证材料): sniffed, size-bounded, stored under a random name."""

    village = models.ForeignKey(
        Village, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="evidence"
    )
    title = models.CharField("说明", max_length=200)
    file = models.FileField("文件", upload_to="evidence", max_length=200)
    original_name = models.CharField("原文件名", max_length=200)
    content_type = models.CharField("文件类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("摘要", max_length=64)
    uploaded_by = models.ForeignKey(User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        constraints: ClassVar = [
            # A double click, or the same scan sent again, is one piece of evidence.
            models.UniqueConstraint(fields=["village", "sha256", "title"], name="evidence_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        ]
        indexes: ClassVar = [models.Index(fields=["village", "-uploaded_at"], name="evidence_of_village")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("villages:evidence", kwargs={"pk": self.pk})

    @property
    def division_code(self) -> str:
        return self.village.code


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """Visits to villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Newest first, with who wrote it down."""
        return self.select_related("recorded_by", "village").order_by("-visit_date", "-pk")

    def in_month(self, day: date) -> Self:
        """Visits paid in the month that `day` lies in."""
        return self.filter(visit_date__year=day.year, visit_date__month=day.month)


class Visit(models.Model):
    """A visit by a leader in charge (包抓领导每月至少 1 次调研): measure 13 of the plan."""

    village = models.ForeignKey(
        Village, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="visits"
    )
    visit_date = models.DateField("调研日期")
    leader = models.CharField("包抓领导", max_length=40)
    topic = models.CharField("研究解决的问题", max_length=300)
    is_demonstration = models.BooleanField("演示数据", default=False)
    recorded_by = models.ForeignKey(User, verbose_name="记录人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记录时间")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "包抓调研"
        ordering: ClassVar = ["-visit_date", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["village", "visit_date", "leader"], name="visit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leader} {self.visit_date}"

    @property
    def division_code(self) -> str:
        return self.village.code
