"""What is counted: data elements, the programmes that ask for them, and validation rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from villages.models import Programme, Village, VillageKind

Names = Mapping[Decimal | float, str]  # what stands for a figure, by the figure
NO_OR_YES: Names = {0: "否", 1: "是"}


class DataElementQuerySet(models.QuerySet["DataElement"]):
    def asked_of(self, village: Village) -> Self:
        """Elements that the programmes of `village` ask for, in the order of the ledger, each once."""
        wanted = ProgrammeElement.objects.of_villages([village])
        return self.filter(pk__in=wanted.values("element")).order_by("position", "code")

    def chosen(self) -> Self:
        """Elements of which something is chosen, and stands until something else is."""
        types = (DataElement.ValueType.BOOLEAN, DataElement.ValueType.CHOICE)
        return self.filter(value_type__in=types, aggregation=DataElement.Aggregation.LAST)


class DataElement(models.Model):
    """One figure that is typed in (数据项); the same for every programme, so it is typed once."""

    class ValueType(models.TextChoices):
        INTEGER = "integer", "整数"
        DECIMAL = "decimal", "小数"
        BOOLEAN = "boolean", "是/否"
        LEVEL = "level", "等级"
        CHOICE = "choice", "选项"

    class Aggregation(models.TextChoices):
        """How a year's figure comes from its months."""

        SUM = "sum", "各月相加"
        LAST = "last", "取最近一月"
        AVERAGE = "average", "各月平均"

    code = models.SlugField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=80)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    value_type = models.CharField("数据类型", max_length=10, choices=ValueType.choices)
    aggregation = models.CharField("汇总方式", max_length=10, choices=Aggregation.choices)
    places = models.PositiveSmallIntegerField("小数位数", default=0)
    minimum = models.DecimalField("最小值", max_digits=18, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField("最大值", max_digits=18, decimal_places=4, null=True, blank=True)
    options = models.JSONField(
        "选项", default=list, blank=True, help_text="按顺序的选项；台账里存的是第几项（从 1 起）。"
    )
    is_cumulative = models.BooleanField("年内累计数", default=False, help_text="当年各月只增不减。")
    group = models.CharField("台账分组", max_length=40)
    position = models.PositiveSmallIntegerField("台账顺序", default=0)
    help = models.CharField("填报说明", max_length=300, blank=True)

    objects = DataElementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据项"
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(value_type__in=["integer", "decimal", "boolean", "level", "choice"]),
                name="element_value_type_known",
            ),
            models.CheckConstraint(
                condition=Q(aggregation__in=["sum", "last", "average"]), name="element_aggregation_known"
            ),
            models.CheckConstraint(condition=Q(places__lte=4), name="element_places_kept"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_stock(self) -> bool:
        """Whether it stands until it changes, so that last month's figure may be taken over."""
        return self.aggregation == self.Aggregation.LAST and not self.is_cumulative

    @property
    def names(self) -> Names:
        """What stands for a month's figure where something is chosen, not counted; else empty."""
        if self.value_type == self.ValueType.BOOLEAN:
            return NO_OR_YES
        if self.value_type == self.ValueType.CHOICE:
            return {number: str(name) for number, name in enumerate(self.options, start=1)}
        return {}


@dataclass(frozen=True)
class AskedElement:
    """An element that a village's month asks for, and the departments that provide it; none: its township."""

    element: DataElement
    providers: tuple[Organisation, ...] = ()

    @property
    def provider_names(self) -> str:
        return "、".join(str(provider) for provider in self.providers)


class ProgrammeElementQuerySet(models.QuerySet["ProgrammeElement"]):
    def of_villages(self, villages: Collection[Village]) -> Self:
        """What the programmes of `villages` ask of their kinds: a row for every village that is asked."""
        of_kind = Q(kinds=None) | Q(kinds=F("programme__enrolments__kind"))
        return self.filter(of_kind, programme__enrolments__village__in=villages)

    def asked_of(self, village: Village, only: Collection[int] | None = None) -> list[AskedElement]:
        """The elements of a village's month in the order of the ledger, each once, whoever asks for it.

        `only` are the ids of those that are wanted; None: all.
        """
        providers: dict[DataElement, list[Organisation]] = {}
        rows = self.of_villages([village]).select_related("element", "provider")
        if only is not None:
            rows = rows.filter(element__in=only)
        for row in rows.order_by("element__position", "element__code", "provider"):
            known = providers.setdefault(row.element, [])
            if row.provider and row.provider not in known:
                known.append(row.provider)
        return [AskedElement(element, tuple(known)) for element, known in providers.items()]

    def elements_per_village(self, villages: Collection[Village]) -> dict[int, set[int]]:
        """The elements among these that each of `villages` is asked for, by ids."""
        wanted: dict[int, set[int]] = {}
        rows = self.of_villages(villages)
        for village, element in rows.values_list("programme__enrolments__village", "element"):
            wanted.setdefault(village, set()).add(element)
        return wanted

    def elements_of_villages(self, villages: Collection[Village]) -> dict[int, list[DataElement]]:
        """The elements that each of `villages` is asked for, by its id, in the order of the ledger."""
        wanted = self.elements_per_village(villages)
        known = DataElement.objects.in_bulk({pk for asked in wanted.values() for pk in asked})
        in_order = sorted(known.values(), key=lambda element: (element.position, element.code))
        return {
            village: [element for element in in_order if element.pk in asked]
            for village, asked in wanted.items()
        }

    def provider_names(self, villages: Collection[Village]) -> dict[int, dict[int, str]]:
        """The departments that provide elements, by village id and element id; the rest is the township's."""
        found: dict[int, dict[int, str]] = {}
        rows = self.of_villages(villages).filter(provider__isnull=False)
        for village, element, name in rows.values_list(
            "programme__enrolments__village", "element", "provider__name"
        ):
            found.setdefault(village, {})[element] = name
        return found


class ProgrammeElement(models.Model):
    """A programme asks for an element, from its townships or from one department (provider).

    Where it names kinds, only villages of those kinds are asked; figures typed before stay and count.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="elements")
    element = models.ForeignKey(DataElement, on_delete=models.PROTECT, related_name="asked_by")
    provider = models.ForeignKey(
        Organisation,
        verbose_name="提供单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="provided_elements",
        help_text="空：由乡镇（街道）填报。",
    )
    kinds = models.ManyToManyField(
        VillageKind,
        verbose_name="适用类别",
        blank=True,
        related_name="asked_elements",
        help_text="空：各类村（社区）都填报。",
    )

    objects = ProgrammeElementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方案数据项"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "element"], name="programme_element_once"),
        ]

    def __str__(self) -> str:
        return str(self.element)

    @property
    def kind_names(self) -> str:
        """The kinds that alone are asked; empty where all are."""
        return "、".join(kind.name for kind in self.kinds.all())


class ValidationRuleQuerySet(models.QuerySet["ValidationRule"]):
    def of_village(self, village: Village) -> Self:
        """The relations that the programmes of `village` demand of its months."""
        return self.filter(programme__enrolments__village=village).order_by("pk")

    def per_village(self, villages: Collection[Village]) -> dict[int, list["ValidationRule"]]:
        """The rules of each of `villages`, by its id."""
        enrolled = Programme.objects.filter(enrolments__village__in=list(villages))
        places = list(enrolled.values_list("enrolments__village", "pk"))
        rules: dict[int, list[ValidationRule]] = {}
        for rule in self.filter(programme__in={programme for _, programme in places}).order_by("pk"):
            rules.setdefault(rule.programme_id, []).append(rule)
        found: dict[int, list[ValidationRule]] = {}
        for village, programme in places:
            found.setdefault(village, []).extend(rules.get(programme, []))
        return found


class ValidationRule(models.Model):
    """What a month's figures must keep (hard), or be explained for (soft), with its sentence.

    A relation is written in the expression language. A change limits how far a figure moves, in per cent of
    last month's or of the same month's last year; an outlier is told by median and MAD of its own past.
    `message` may hold element codes in braces: 参保人数({pension_insured})大于应参保人数({pension_due})。
    """

    class Kind(models.TextChoices):
        RELATION = "relation", "数据关系"
        CHANGE = "change", "变动幅度"
        OUTLIER = "outlier", "离群值"

    class Severity(models.TextChoices):
        HARD = "hard", "不符合不能上报"
        SOFT = "soft", "不符合要写说明"

    class Against(models.TextChoices):
        MONTH = "month", "上月"
        YEAR = "year", "上年同月"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="rules")
    code = models.SlugField("代码", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.RELATION)
    severity = models.CharField("力度", max_length=4, choices=Severity.choices, default=Severity.HARD)
    expression = models.TextField("应满足的关系", blank=True)
    elements = models.JSONField(
        "数据项", default=list, blank=True, help_text="变动幅度、离群值看哪些数据项。"
    )
    against = models.CharField("与什么比", max_length=5, choices=Against.choices, blank=True)
    limit = models.DecimalField(
        "限度",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="变动幅度：百分之几；离群值：偏离中位数多少倍绝对中位差。",
    )
    message = models.CharField("不满足时的提示", max_length=200, blank=True)

    objects = ValidationRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "校验规则"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="validation_rule_once"),
            models.CheckConstraint(
                condition=(Q(kind="relation", against="", limit__isnull=True) & ~Q(expression=""))
                | Q(kind="change", expression="", against__in=["month", "year"], limit__gt=0)
                | Q(kind="outlier", expression="", against="", limit__gt=0),
                name="validation_rule_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["hard", "soft"]), name="validation_rule_severity_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code
