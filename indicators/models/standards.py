"""What must be reached: reference series, standards with their targets, and judgements by reviewers."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, User
from accounts.permissions import Permission, allows
from common.divisions import Level, contains, validate_division_code, within
from indicators.models.catalogue import NO_OR_YES, Names
from villages.models import Programme, Village, VillageKind


class ReferenceSeries(models.Model):
    """A figure published for areas and years (参照序列), such as rural income growth; kept by the bureau."""

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=100)
    unit = models.CharField("计量单位", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "参照序列"
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class ReferenceValueQuerySet(models.QuerySet["ReferenceValue"]):
    def visible_to(self, user: User) -> Self:
        """Figures of places inside the user's division, and of every division above it up to the nation."""
        code = user.division_code
        above = [code[:length] for length in Level if length < len(code)]
        return self.filter(within(code, field="area_code") | Q(area_code__in=above))


class ReferenceValue(models.Model):
    """One published figure: area, year, value and where it was published."""

    series = models.ForeignKey(
        ReferenceSeries, verbose_name="参照序列", on_delete=models.CASCADE, related_name="values"
    )
    area_code = models.CharField(
        "地区代码",
        max_length=12,
        blank=True,
        help_text="空：全国。",
        validators=[validate_division_code],
    )
    year = models.PositiveSmallIntegerField("年份")
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    source = models.CharField("来源", max_length=300)
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = ReferenceValueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参照值"
        ordering: ClassVar = ["series", "area_code", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "area_code", "year"], name="reference_value_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.area_code} {self.year}"

    def concerns(self, division_code: str) -> bool:
        """Say whether the figure's area lies inside `division_code` or contains it."""
        return contains(division_code, self.area_code) or contains(self.area_code, division_code)


class StandardQuerySet(models.QuerySet["Standard"]):
    def in_year(self, year: int) -> Self:
        """Standards that apply in `year`."""
        return self.filter(first_year__lte=year, last_year__gte=year)

    def asked_in(self, year: int) -> Self:
        """Standards that apply in `year`, and those by which some village's `year` was judged."""
        applies = Q(first_year__lte=year, last_year__gte=year)
        return self.filter(applies | Q(yardstick_lines__yardstick__year=year)).distinct()

    def for_list(self) -> Self:
        """In their order, with everything that a list prints of them."""
        listed = self.select_related("programme", "indicator__choice").order_by("position", "code").distinct()
        return listed.prefetch_related("kinds", "villages", "departments")

    def for_villages(self) -> Self:
        """Standards that are judged village by village."""
        return self.filter(scope=Standard.Scope.VILLAGE)

    def creation_standards(self) -> Self:
        """The standards that decide the title (创建标准), without the targets inside the measures."""
        return self.filter(section=Standard.Section.STANDARD)

    def answered_by(self, organisation: Organisation) -> Self:
        """Standards for which `organisation` is a responsible department."""
        return self.filter(departments=organisation)

    def compared_with_reference(self, programme: Programme) -> Self:
        """Village standards compared with a published figure, the longest running first."""
        compared = self.creation_standards().for_villages().filter(threshold__startswith="ref(")
        years = F("last_year") - F("first_year")
        return compared.filter(programme=programme).order_by(years.desc(), "position", "code")

    def visible_to(self, user: User) -> Self:
        """Standards of the user's programmes; for a department officer, those the department answers for."""
        seen = self.filter(programme__in=Programme.objects.visible_to(user))
        return seen if allows(user, Permission.VIEW_EVERY_STANDARD) else seen.answered_by(user.organisation)


class Standard(models.Model):
    """A standard or a measure's target: indicator, comparator, threshold, scope, years, clause, departments.

    `threshold`, `upper` (for between), `tolerance` (for about), `stretch`: expressions of the same language
    as indicators: a number, ref(series, level), another indicator, or a formula of them.
    """

    class Section(models.TextChoices):
        STANDARD = "standard", "创建标准"
        TARGET = "target", "工作措施目标"

    class Comparator(models.TextChoices):
        AT_LEAST = ">=", "不低于"
        ABOVE = ">", "高于"
        EQUAL = "=", "等于"
        AT_MOST = "<=", "不高于"
        BELOW = "<", "低于"
        BETWEEN = "between", "介于"
        ABOUT = "about", "约为"
        DONE_BY = "done_by", "限期完成"
        ANY_OF = "any_of", "属于"
        HOLDS = "holds", "成立"
        JUDGED = "judged", "评审判定"

    class Scope(models.TextChoices):
        VILLAGE = "village", "村（社区）"
        TOWNSHIP = "township", "乡镇（街道）"
        KIND = "kind", "村（社区）类别"
        PROGRAMME = "programme", "全域"

    class Veto(models.TextChoices):
        """What it does to the grade of a scorecard if the standard is not met."""

        FAILS = "fails", "否决"
        CAPS = "caps", "限制等次"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="standards")
    code = models.CharField("编号", max_length=20)
    name = models.CharField("标准", max_length=120)
    section = models.CharField("类别", max_length=10, choices=Section.choices)
    clause = models.CharField("条款", max_length=300)
    indicator = models.ForeignKey(
        "indicators.Indicator",
        verbose_name="指标",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="standards",
    )
    comparator = models.CharField("比较", max_length=10, choices=Comparator.choices)
    threshold = models.TextField("目标值", blank=True)
    upper = models.TextField("上限", blank=True)
    tolerance = models.TextField("允许偏差", blank=True)
    stretch = models.TextField("力争值", blank=True)
    deadline = models.DateField("完成期限", null=True, blank=True)
    near_margin = models.DecimalField(
        "接近的范围",
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="与目标值相差不超过此数为“接近”，单位同指标；空：按方案的百分比。",
    )
    places = models.PositiveSmallIntegerField("比较时保留小数位数", default=2)
    scope = models.CharField("考核范围", max_length=10, choices=Scope.choices)
    kinds = models.ManyToManyField(VillageKind, verbose_name="适用类别", blank=True, related_name="standards")
    villages = models.ManyToManyField(Village, verbose_name="适用村", blank=True, related_name="standards")
    area_code = models.CharField("乡镇代码", max_length=12, blank=True, help_text="考核范围为乡镇时填写。")
    first_year = models.PositiveSmallIntegerField("起始年")
    last_year = models.PositiveSmallIntegerField("结束年")
    departments = models.ManyToManyField(
        Organisation, verbose_name="责任单位", blank=True, related_name="standards"
    )
    applies_if = models.TextField("适用条件", blank=True, help_text="不成立的村（社区）不适用本项。")
    points = models.DecimalField("满分", max_digits=9, decimal_places=4, null=True, blank=True)
    least_points = models.DecimalField(
        "最低分", max_digits=9, decimal_places=4, default=0, help_text="评审打分的下限；扣分项可为负。"
    )
    score = models.TextField("计分公式", blank=True, help_text="空：达标得满分，不达标不得分。")
    score_section = models.ForeignKey(
        "indicators.ScoreSection",
        verbose_name="计分部分",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="standards",
    )
    veto = models.CharField("一票否决", max_length=5, choices=Veto.choices, blank=True)
    veto_grade = models.CharField("否决后最高等次", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "标准与目标"
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="standard_once"),
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")), name="standard_years_in_order"
            ),
            models.CheckConstraint(
                condition=Q(comparator="judged") ^ Q(indicator__isnull=False),
                name="standard_judged_or_measured",
            ),
            models.CheckConstraint(
                condition=~Q(comparator="done_by") | Q(deadline__isnull=False), name="standard_deadline_given"
            ),
            models.CheckConstraint(
                condition=~Q(scope="township") | Q(area_code__regex=r"^\d{9}$"),
                name="standard_township_given",
            ),
            models.CheckConstraint(
                condition=Q(veto__in=["", "fails"], veto_grade="") | (Q(veto="caps") & ~Q(veto_grade="")),
                name="standard_veto_known",
            ),
            models.CheckConstraint(
                condition=Q(score="", points__isnull=True) | Q(points__isnull=False),
                name="standard_score_has_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def scope_words(self) -> str:
        """What it is asked of: 村（社区）, 乡镇（街道）, 全市."""
        if self.scope == self.Scope.PROGRAMME:
            return self.programme.whole
        return str(self.get_scope_display())

    @property
    def is_judged(self) -> bool:
        """Whether a reviewer decides, with evidence, instead of the engine."""
        return self.comparator == self.Comparator.JUDGED

    @property
    def names(self) -> Names:
        """What stands for a village's figure that is chosen or true or not; empty where it is an amount."""
        if self.scope != self.Scope.VILLAGE or self.indicator is None:
            return {}
        if self.comparator == self.Comparator.HOLDS:
            return NO_OR_YES
        return self.indicator.choice.names if self.indicator.choice else {}


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, user: User) -> Self:
        """Judgements about villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))


class Judgement(models.Model):
    """A reviewer's decision on a judged standard (Q01, Q02) for one village and year, with the reason."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="judgements")
    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="judgements")
    year = models.PositiveSmallIntegerField("年份")
    is_met = models.BooleanField("达标")
    points = models.DecimalField("评分", max_digits=9, decimal_places=4, null=True, blank=True)
    note = models.CharField("判定依据", max_length=500)
    by = models.ForeignKey(User, verbose_name="判定人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("判定时间")

    objects = JudgementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审判定"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "village", "year"], name="judgement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.year} {self.standard.code}"

    @property
    def division_code(self) -> str:
        return self.village.code
