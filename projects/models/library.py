"""The project library (项目库): projects, where they are, who answers for them, and their steps."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Organisation, TransitionStep, User
from accounts.permissions import Permission, allows
from common.divisions import Level, validate_division_code, within
from projects.models.funds import ProjectFund
from projects.models.measures import Measure
from projects.models.works import WorksProgress
from projects.workflow import (
    CLOSED,
    DONE,
    ENTER,
    ENTER_LABEL,
    FUNDABLE,
    PROJECT,
    REPORTABLE,
    TONES,
    ProjectStatus,
)
from villages.models import Programme, Village

MONEY = ("budget", "allocated", "paid")


def division_of(programme: Programme, villages: Iterable[Village]) -> str:
    """Return the smallest division that holds all `villages`; the programme's own where there are none."""
    codes = {village.code for village in villages}
    for level in sorted(Level, reverse=True)[:-1]:
        shared = {code[:level] for code in codes}
        if len(shared) == 1:
            return shared.pop()
    return programme.division_code


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Projects in the user's division, or with a village there; a department officer's own among them."""
        here = Project.villages.through.objects.filter(within(user.division_code, field="village__code"))
        seen = self.filter(within(user.division_code) | Q(pk__in=here.values("project")))
        if allows(user, Permission.VIEW_EVERY_STANDARD):
            return seen
        return seen.answered_by(user.organisation)

    def answered_by(self, organisation: Organisation) -> Self:
        """Projects that `organisation` is responsible for, itself or through the measure they serve."""
        named = Measure.departments.through.objects.filter(organisation=organisation)
        return self.filter(Q(department=organisation) | Q(measure__in=named.values("measure")))

    def reported_by(self, user: User) -> Self:
        """What this user's office reports on: a township its own, the county those across townships."""
        inside = self.filter(within(user.division_code))
        if len(user.division_code) >= Level.TOWNSHIP:
            return inside
        return inside.filter(division_code__length__lt=Level.TOWNSHIP)

    def matching(self, text: str) -> Self:
        """Projects that name `text` in their own words, their villages or their department."""
        here = Project.villages.through.objects.filter(village__name__icontains=text)
        own = Q(name__icontains=text) | Q(code__icontains=text) | Q(content__icontains=text)
        return self.filter(own | Q(department__name__icontains=text) | Q(pk__in=here.values("project")))

    def counted(self) -> Self:
        """Projects whose money counts: all but the cancelled, which hold none."""
        return self.exclude(status=ProjectStatus.CANCELLED)

    def late(self, *, today: date) -> Self:
        """Projects whose planned end has passed while works are not completed, the longest overdue first."""
        unfinished = self.exclude(status__in=DONE).filter(planned_end_date__lt=today)
        return unfinished.order_by("planned_end_date", "code")

    def without_progress(self, *, month: date) -> Self:
        """Projects under construction that nobody has reported on for `month` (its first day)."""
        reported = WorksProgress.objects.filter(project=OuterRef("pk"), month=month)
        return self.filter(~Exists(reported), status=ProjectStatus.STARTED)

    def with_money(self) -> Self:
        """Each project with its budget, allocated and paid over all sources, in 万元."""
        return self.annotate(**{name: _sum_of_funds(name) for name in MONEY})

    def for_list(self) -> Self:
        """Newest year first, with everything a row of the library prints."""
        latest = WorksProgress.objects.filter(project=OuterRef("pk")).order_by("-month")
        return (
            self.with_money()
            .annotate(percent=Subquery(latest.values("percent")[:1]))
            .select_related("programme", "measure", "department")
            .prefetch_related("villages")
            .order_by("-year", "code")
        )

    def money(self) -> dict[str, Decimal]:
        """Budget, allocated and paid of all these projects together, in 万元."""
        return self._plain().aggregate(**_money_sums())

    def money_by_year(self) -> list[dict[str, Any]]:
        """Rows of year, budget, allocated and paid, first year first."""
        rows = self._plain().order_by("year").values("year").annotate(**_money_sums())
        return [dict(row) for row in rows]

    def money_by_measure(self) -> dict[int, dict[str, Any]]:
        """Number of projects, budget, allocated and paid by measure id."""
        counted = {"count": Count("pk", distinct=True), **_money_sums()}
        rows = self._plain().values("measure").annotate(**counted)
        return {row["measure"]: dict(row) for row in rows}

    def money_by_source(self) -> list[dict[str, Any]]:
        """Rows of source, budget, allocated and paid, for the sources that give money."""
        rows = self._plain().filter(funds__budget__gt=0).values(source=F("funds__source"))
        return [dict(row) for row in rows.annotate(**_money_sums()).order_by("source")]

    def _plain(self) -> "ProjectQuerySet":
        """The same projects, each once, without annotations and order: what sums stand on."""
        return Project.objects.filter(pk__in=self.order_by().values("pk")).order_by()


class Project(models.Model):
    """A project of the library: what is built where, for which measure, by whom, and how far it is.

    `division_code` is kept from the villages (see `division_of`): it says who may act on the project.
    """

    WORKFLOW: ClassVar = PROJECT

    programme = models.ForeignKey(
        Programme, verbose_name="创建方案", on_delete=models.PROTECT, related_name="projects"
    )
    code = models.CharField(
        "项目编号",
        max_length=40,
        unique=True,
        error_messages={"unique": "这个编号已有项目使用，请核对或换一个编号。"},
    )
    name = models.CharField("项目名称", max_length=120)
    content = models.TextField("建设内容")
    villages = models.ManyToManyField(
        Village, verbose_name="实施村（社区）", blank=True, related_name="projects"
    )
    measure = models.ForeignKey(
        Measure, verbose_name="工作措施", on_delete=models.PROTECT, related_name="projects"
    )
    department = models.ForeignKey(
        Organisation, verbose_name="责任单位", on_delete=models.PROTECT, related_name="projects"
    )
    year = models.PositiveSmallIntegerField("年度")
    planned_start_date = models.DateField("计划开工")
    planned_end_date = models.DateField("计划完工")
    division_code = models.CharField(
        "行政区划代码", max_length=12, validators=[validate_division_code], editable=False
    )
    status = models.CharField(
        "状态", max_length=10, choices=ProjectStatus.choices, default=ProjectStatus.LIBRARY
    )
    version = models.PositiveIntegerField("版本", default=0)
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        ordering: ClassVar = ["-year", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(planned_start_date__lte=F("planned_end_date")),
                name="project_dates_in_order",
                violation_error_message="计划完工不能早于计划开工。",
            ),
            models.CheckConstraint(condition=Q(status__in=ProjectStatus.values), name="project_status_known"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["division_code"], name="project_division", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["-year", "code"], name="project_list_order"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:detail", kwargs={"pk": self.pk})

    @property
    def status_tone(self) -> str:
        """The tone that its status is shown in."""
        return TONES[ProjectStatus(self.status)]

    @property
    def is_closed(self) -> bool:
        """Whether nothing about the project itself may change any more."""
        return self.status in CLOSED

    @property
    def is_reportable(self) -> bool:
        """Whether works progress may be recorded now."""
        return self.status in REPORTABLE

    @property
    def is_fundable(self) -> bool:
        """Whether money may be allocated and paid now."""
        return self.status in FUNDABLE

    def is_late(self, today: date) -> bool:
        """Whether the planned end has passed while works are not completed."""
        return self.status not in DONE and self.planned_end_date < today


class ProjectStepQuerySet(models.QuerySet["ProjectStep"]):
    def for_detail(self) -> Self:
        """Newest first, with who took the step."""
        return self.select_related("by", "by__organisation").order_by("-at", "-pk")


class ProjectStep(TransitionStep):
    """A step of a project: entered, approved, started, completed, accepted and what lies between."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="steps")

    objects = ProjectStepQuerySet.as_manager()

    class Meta(TransitionStep.Meta):
        verbose_name = verbose_name_plural = "项目步骤"

    @property
    def label(self) -> str:
        """The step in words."""
        return ENTER_LABEL if self.name == ENTER else PROJECT[self.name].label


def _money_sums() -> dict[str, Coalesce]:
    return {name: Coalesce(Sum(f"funds__{name}"), Value(Decimal(0))) for name in MONEY}


def _sum_of_funds(name: str) -> Coalesce:
    funds = ProjectFund.objects.filter(project=OuterRef("pk")).order_by()
    total = funds.values("project").annotate(total=Sum(name)).values("total")
    return Coalesce(Subquery(total), Value(Decimal(0)))
