"""Reads across the rooms for home and the leaders' dashboard; every figure keeps to the reader's scope."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.timezone import localdate

from accounts.models import User
from assessments.models import Application, Award
from assessments.workflow import ApplicationStatus
from indicators.models import MonthlyReport, Standard, Verdict, VerdictStatus
from indicators.views.verdict_matrix import Group, matrix_of
from projects.models import Project
from villages.models import Enrolment, Programme, Village

MOST_VILLAGES = 30  # on one screen; the whole matrix has a page of its own
OPEN_VERDICTS = (VerdictStatus.UNMET, VerdictStatus.NEAR, VerdictStatus.NO_DATA)


@dataclass(frozen=True)
class YearOfPlan:
    """How many villages the plan means to create in a year, and how many were awarded."""

    year: int
    planned: int
    awarded: int


@dataclass(frozen=True)
class ReferenceComparison:
    """A standard that compares villages with a published figure, over the years."""

    standard: Standard
    years: list[int]
    reference: list[Decimal | None]
    villages: dict[str, list[Decimal | None]]


def current_programme(user: User, code: str, *, at: datetime) -> Programme | None:
    """The programme asked for, else the one running now, else any that the user may see."""
    seen = Programme.objects.visible_to(user)
    if code:
        return seen.filter(code=code).first()
    return seen.running_in(localdate(at).year).first() or seen.last()


def verdicts_of_villages(user: User, programme: Programme, year: int) -> Any:
    """The verdicts on the measured creation standards of villages; what reviewers judge is left out."""
    verdicts = Verdict.objects.visible_to(user).of_year(programme, year)
    return verdicts.filter(
        standard__section=Standard.Section.STANDARD,
        standard__scope=Standard.Scope.VILLAGE,
        standard__indicator__isnull=False,
    )


def verdict_counts(user: User, programme: Programme, year: int) -> Counter[str]:
    """How many verdicts of each status there are in the year."""
    rows = verdicts_of_villages(user, programme, year).order_by().values_list("status")
    return Counter(dict(rows.annotate(count=Count("pk"))))


def creation_matrix(user: User, programme: Programme, year: int) -> Group | None:
    """At most MOST_VILLAGES villages against the creation standards; None before anything was computed."""
    enrolments = Enrolment.objects.visible_to(user).filter(programme=programme).for_list()[:MOST_VILLAGES]
    matrix = matrix_of(user, programme, year, list(enrolments))
    return matrix.groups[0] if matrix.is_computed and matrix.groups else None


def hardest_standards(user: User, programme: Programme, year: int, *, limit: int = 3) -> list[dict[str, Any]]:
    """The standards that most villages still miss: rows of code, name, unmet, near and no_data."""
    rows = verdicts_of_villages(user, programme, year).order_by()
    counted = rows.values("standard_id", "standard__code", "standard__name").annotate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in OPEN_VERDICTS},
        missing=Count("pk", filter=Q(status__in=OPEN_VERDICTS)),
    )
    return list(counted.filter(missing__gt=0).order_by("-missing", "-unmet", "standard__code")[:limit])


def one_standard_short(user: User, programme: Programme, year: int) -> list[Verdict]:
    """The one open verdict of each village that misses a single standard (还差一项就达标)."""
    open_verdicts = verdicts_of_villages(user, programme, year).filter(status__in=OPEN_VERDICTS)
    short = open_verdicts.order_by().values("village").annotate(count=Count("pk"), the_one=Min("pk"))
    ones = short.filter(count=1).values("the_one")
    return list(verdicts_of_villages(user, programme, year).filter(pk__in=ones))


def plan_and_awards(user: User, programme: Programme) -> list[YearOfPlan]:
    """The programme's years with what was planned and what was awarded (titles in force)."""
    awards = Award.objects.visible_to(user).in_force().filter(application__programme=programme)
    by_year = dict(awards.order_by().values_list("application__year").annotate(count=Count("pk")))
    return [YearOfPlan(year, programme.quota_of(year), by_year.get(year, 0)) for year in programme.years]


def income_against_reference(user: User, programme: Programme) -> ReferenceComparison | None:
    """The creation standard with a reference series that runs over most years, village by village."""
    standard = Standard.objects.visible_to(user).compared_with_reference(programme).first()
    if standard is None:
        return None
    years = list(programme.years)
    rows = Verdict.objects.visible_to(user).filter(standard=standard, village__isnull=False)
    found = rows.values_list("village__name", "year", "value", "threshold").order_by("scope_code")
    lines: dict[str, list[Decimal | None]] = {}
    reference: list[Decimal | None] = [None] * len(years)
    for name, year, value, threshold in found:
        place = years.index(year)
        lines.setdefault(name, [None] * len(years))[place] = value
        reference[place] = reference[place] if threshold is None else threshold
    return ReferenceComparison(standard, years, reference, lines)


def applications_of(user: User, programme: Programme, year: int) -> Any:
    """Where each application of the year stands."""
    seen = Application.objects.visible_to(user).for_list()
    return seen.filter(programme=programme, year=year)


def money(user: User, programme: Programme) -> dict[str, Decimal]:
    """Budget, allocated and paid of the programme's projects, in 万元."""
    return Project.objects.visible_to(user).counted().filter(programme=programme).money()


def money_by_source(user: User, programme: Programme) -> list[dict[str, Any]]:
    """Rows of source, budget, allocated and paid, in 万元."""
    return Project.objects.visible_to(user).counted().filter(programme=programme).money_by_source()


def overdue_by_township(user: User, *, at: datetime) -> Mapping[str, int]:
    """How many months are overdue, by township, the most first."""
    today = localdate(at)
    due = MonthlyReport.objects.months_due(user, at=at)
    return dict(Counter(d.village.township_name for d in due if d.is_overdue(today)).most_common())


def data_until(user: User, programme: Programme, year: int) -> date | None:
    """The latest month whose figures went into the year's verdicts (数据截至)."""
    return verdicts_of_villages(user, programme, year).aggregate(latest=Max("data_month"))["latest"]


def month_states(user: User, month: date) -> Counter[str]:
    """How many of the user's villages have their month in each state; `not_begun` has no report yet."""
    villages = Village.objects.visible_to(user).filter(enrolments__isnull=False).distinct().count()
    reports = MonthlyReport.objects.visible_to(user).filter(month=month).order_by()
    states = Counter(dict(reports.values_list("status").annotate(count=Count("pk"))))
    states["not_begun"] = villages - states.total()
    return states


def in_review(user: User, programme: Programme, year: int) -> int:
    """How many applications of the year are under way in a review."""
    review = (
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.MUNICIPAL_REVIEW,
        ApplicationStatus.MUNICIPAL_PASSED,
        ApplicationStatus.CITY_REVIEW,
    )
    return applications_of(user, programme, year).filter(status__in=review).count()
