"""Scores (测评计分): sections that add up the points of standards, grades by cut-offs, and what was found."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission, allows
from common.divisions import within
from villages.models import Programme, Village


class ScoreSectionQuerySet(models.QuerySet["ScoreSection"]):
    def visible_to(self, user: User) -> Self:
        """Sections of the user's programmes; none for who sees only the standards of a department."""
        if not allows(user, Permission.VIEW_EVERY_STANDARD):
            return self.none()
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def cards(self, programme: Programme) -> Self:
        """The scorecards of a programme, in order."""
        return self.filter(programme=programme, parent__isnull=True)


class ScoreSection(models.Model):
    """A part of a scorecard: adds up its standards and its parts; one without a parent is a whole scorecard.

    `points` is the most that the part may give. `weight` multiplies what it gives its parent. A bonus adds
    nothing to the full marks.
    """

    class Missing(models.TextChoices):
        """What becomes of the points of standards that do not apply to a village."""

        LEAVE_OUT = "leave_out", "不计入满分"
        RESCALE = "rescale", "按其余各项得分率折算"
        FULL = "full", "按满分计"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="score_sections")
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.CASCADE, related_name="parts"
    )
    code = models.SlugField("代码", max_length=40)
    name = models.CharField("名称", max_length=80)
    points = models.DecimalField("满分", max_digits=9, decimal_places=4, null=True, blank=True)
    weight = models.DecimalField("权重", max_digits=7, decimal_places=4, default=1)
    is_bonus = models.BooleanField("加分项", default=False)
    not_applicable = models.CharField(
        "不适用项", max_length=10, choices=Missing.choices, default=Missing.LEAVE_OUT
    )
    position = models.PositiveSmallIntegerField("顺序", default=0)

    objects = ScoreSectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计分部分"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="score_section_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="score_section_weight"),
            models.CheckConstraint(
                condition=Q(not_applicable__in=["leave_out", "rescale", "full"]),
                name="score_section_missing_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Grade(models.Model):
    """A grade of a scorecard (等次) and the points it begins at; the lowest begins at nothing."""

    section = models.ForeignKey(ScoreSection, on_delete=models.CASCADE, related_name="grades")
    name = models.CharField("等次", max_length=40)
    from_points = models.DecimalField("起始分", max_digits=9, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "等次"
        ordering: ClassVar = ["-from_points", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "name"], name="grade_once"),
            models.UniqueConstraint(
                fields=["section", "from_points"], name="grade_begins_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: User) -> Self:
        """Scores of villages inside the user's division; none for who sees a department's standards only."""
        if not allows(user, Permission.VIEW_EVERY_STANDARD):
            return self.none()
        return self.filter(within(user.division_code, field="village__code"))

    def of_year(self, programme: Programme, year: int) -> Self:
        """A programme's scores of a year with section and village, section by section."""
        rows = self.filter(section__programme=programme, year=year).select_related("section", "village")
        return rows.order_by("section__position", "section__pk", "village__code")

    def of_card(self, card: ScoreSection, year: int, *, township: str = "") -> Self:
        """What a scorecard gave in a year, in all villages or in those of a township (9-digit code)."""
        rows = self.filter(within(township, field="village__code"), section=card, year=year)
        return rows.select_related("village").order_by("village__code")

    def by_points(self) -> Self:
        """The same from many points to few."""
        return self.order_by("-points", "village__code")


class Score(models.Model):
    """What a part of a scorecard gave a village in a year. Derived like a verdict, by the same computation.

    `points` counts what is known; while `missing` standards have no data there is no grade, unless a veto
    has left the lowest.
    """

    section = models.ForeignKey(
        ScoreSection, on_delete=models.CASCADE, related_name="scores", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField("年份")
    village = models.ForeignKey(Village, on_delete=models.CASCADE, related_name="scores", db_constraint=False)
    points = models.DecimalField("得分", max_digits=12, decimal_places=4)
    full_points = models.DecimalField("满分", max_digits=12, decimal_places=4)
    missing = models.PositiveSmallIntegerField("缺数据项", default=0)
    grade = models.CharField("等次", max_length=40, blank=True)
    vetoed_by = models.CharField("否决项", max_length=300, blank=True)
    computed_at = models.DateTimeField("计算时间")

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评得分"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "year", "village"], name="score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.year} {self.village_id} {self.points}"
