"""The plan's measures: who answers for them, what they aim at, and the projects that serve them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Organisation, User
from accounts.permissions import Permission, authorize
from indicators.models import Standard
from projects.models import Measure, Project


@dataclass(frozen=True)
class Target:
    """A standard or target of a measure; its page opens only for who may see it."""

    standard: Standard
    is_visible: bool


@dataclass(frozen=True)
class MeasureRow:
    measure: Measure
    is_own: bool
    departments: list[Organisation]
    targets: list[Target]
    projects: dict[str, Any] | None


@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """List the measures, those of the reader's own office first."""
    authorize(request.user, Permission.VIEW_WORK)
    rows = list(_rows(request.user))
    own = [row for row in rows if row.is_own]
    only_own = "own" in request.GET
    context = {
        "rows": own if only_own else rows,
        "own_count": len(own),
        "all_count": len(rows),
        "only_own": only_own,
        "organisation": request.user.organisation,
    }
    return render(request, "projects/measure_list.html", context)


def _rows(user: User) -> Iterator[MeasureRow]:
    money = Project.objects.visible_to(user).counted().money_by_measure()
    visible = set(Standard.objects.visible_to(user).values_list("pk", flat=True))
    measures = Measure.objects.visible_to(user).own_first(user.organisation)
    for measure in measures.prefetch_related("departments", "standards"):
        yield MeasureRow(
            measure=measure,
            is_own=measure.is_own,
            departments=list(measure.departments.all()),
            targets=[Target(standard, standard.pk in visible) for standard in measure.standards.all()],
            projects=money.get(measure.pk),
        )
