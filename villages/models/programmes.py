"""Programmes (创建方案): what is asked of villages, when, and which kinds of villages there are."""

import re
from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.divisions import validate_division_code, whole, within
from villages.models.calendar import Workdays

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
    month_due_moves = models.BooleanField(
        "期限遇休息日顺延", default=False, help_text="上报期限不是工作日时，顺延到下一个工作日。"
    )
    month_lock_days = models.PositiveSmallIntegerField(
        "逾期锁定（工作日）",
        null=True,
        blank=True,
        help_text="上报期限过后这么多个工作日，月报锁定，须经批准才能补报；空：不锁定。",
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
    def whole(self) -> str:
        """All of the programme's area, as people there say it: 全市, 全县."""
        return whole(self.division_code)

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

    def month_due(self, month: date, workdays: Workdays) -> date:
        """The day by which the report of `month` (its first day) is due, moved to a working day if wanted."""
        due = month.replace(day=self.month_due_day)
        return workdays.on_or_after(due) if self.month_due_moves else due

    def month_locks(self, month: date, workdays: Workdays) -> date | None:
        """The last day on which `month` can be reported without a late permit; None if it never locks."""
        if self.month_lock_days is None:
            return None
        return workdays.after(self.month_due(month, workdays), self.month_lock_days)


class VillageKindQuerySet(models.QuerySet["VillageKind"]):
    def visible_to(self, user: User) -> Self:
        """The kinds of the user's programmes."""
        return self.filter(programme__in=Programme.objects.visible_to(user))


class VillageKind(models.Model):
    """A kind of village inside one programme (生态移民村, 劳务移民社区): decides which standards apply."""

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.CASCADE, related_name="kinds"
    )
    code = models.SlugField("代码", max_length=30)
    name = models.CharField("名称", max_length=40)

    objects = VillageKindQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "村（社区）类别"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="village_kind_once"),
        ]

    def __str__(self) -> str:
        return self.name
