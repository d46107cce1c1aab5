"""What the library can be searched by."""

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Organisation
from common.divisions import Level
from common.months import month_before
from projects.models import Measure, Project
from projects.workflow import ProjectStatus
from villages.models import Enrolment, Village

LATE, UNREPORTED = "late", "unreported"


def _years(request: HttpRequest) -> list[tuple[int, str]]:
    years = Project.objects.visible_to(request.user).order_by("-year").values_list("year", flat=True)
    return [(year, f"{year} 年") for year in years.distinct()]


def _measures(request: HttpRequest) -> QuerySet[Measure]:
    return Measure.objects.visible_to(request.user)


def _departments(request: HttpRequest) -> QuerySet[Organisation]:
    known = Project.objects.visible_to(request.user).order_by().values("department")
    return Organisation.objects.filter(pk__in=known)


def _villages(request: HttpRequest) -> QuerySet[Village]:
    enrolled = Enrolment.objects.values("village")
    return Village.objects.visible_to(request.user).filter(pk__in=enrolled)


class ProjectFilter(filters.FilterSet):
    q = filters.CharFilter(label="名称、编号、内容", method="filter_text")
    year = filters.ChoiceFilter(label="年度", choices=(), empty_label="全部")
    measure = filters.ModelChoiceFilter(label="工作措施", queryset=_measures, empty_label="全部")
    department = filters.ModelChoiceFilter(label="责任单位", queryset=_departments, empty_label="全部")
    village = filters.ModelChoiceFilter(
        label="村（社区）", field_name="villages", queryset=_villages, empty_label="全部"
    )
    status = filters.ChoiceFilter(label="状态", choices=ProjectStatus.choices, empty_label="全部")
    attention = filters.ChoiceFilter(
        label="需要关注",
        choices=[(LATE, "逾期未完工"), (UNREPORTED, "上月未填进度")],
        method="filter_attention",
        empty_label="不限",
    )
    order = filters.ChoiceFilter(
        label="排序",
        choices=[
            ("-budget", "预算从大到小"),
            ("percent", "形象进度从低到高"),
            ("planned_end_date", "计划完工从早到晚"),
        ],
        method="filter_order",
        empty_label="年度和编号",
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.filters["year"].extra["choices"] = _years(self.request)
        if len(self.request.user.division_code) < Level.COUNTY:
            # A county's villages and offices fit into a list; a province's are found by their names.
            del self.filters["village"], self.filters["department"]

    def filter_text(self, projects: QuerySet[Project], name: str, text: str) -> QuerySet[Project]:
        return projects.matching(text)

    def filter_attention(self, projects: QuerySet[Project], name: str, wish: str) -> QuerySet[Project]:
        if wish == LATE:
            return projects.late(today=self.today)
        return projects.without_progress(month=month_before(self.today))

    def filter_order(self, projects: QuerySet[Project], name: str, order: str) -> QuerySet[Project]:
        return projects.order_by(order, "code")
