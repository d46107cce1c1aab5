"""Many months accepted together: each as carefully as one, and none waits for another's fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, authorize
from common.transitions import TransitionError
from indicators.engine.sql.area_sums import area_sums_kept
from indicators.models import MonthlyReport
from indicators.services.compliance import compute_request_month
from indicators.services.headers import require_version
from indicators.services.months import take_acceptance
from villages.models import Village


@dataclass(frozen=True)
class BatchAccepted:
    """The months that were accepted, and why others were not."""

    accepted: list[MonthlyReport]
    refused: dict[MonthlyReport, str]


@transaction.atomic
def month_accept_batch(
    *, reports: Sequence[MonthlyReport], seen_versions: Mapping[int, int], actor: User, now: datetime
) -> BatchAccepted:
    """Accept `reports`, each as it was seen (`seen_versions` by id); verdicts are asked for once a village.

    One that changed, or that this actor submitted, stays behind with its reason; the others go on.
    """
    for report in reports:
        authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    rows = MonthlyReport.objects.filter(pk__in=[report.pk for report in reports]).select_related("village")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    result = BatchAccepted([], {})
    _accept_years(found, sorted({report.month.year for report in found}), seen_versions, actor, now, result)
    for village, months in _by_village(result.accepted).items():
        compute_request_month(village=village, months=months, now=now)
    return result


def _accept_years(
    reports: Sequence[MonthlyReport],
    years: Sequence[int],
    seen: Mapping[int, int],
    actor: User,
    now: datetime,
    result: BatchAccepted,
) -> None:
    """Year by year, as what areas add up to is kept; locked in one order, so that nobody waits in a ring."""
    for year in years:
        with area_sums_kept({report.village for report in reports}, year):
            for report in reports:
                if report.month.year == year:
                    _accept(report, seen.get(report.pk), actor, now, result)


def _accept(
    report: MonthlyReport, seen: int | None, actor: User, now: datetime, result: BatchAccepted
) -> None:
    try:
        with transaction.atomic():
            require_version(report, -1 if seen is None else seen)
            take_acceptance(report, actor=actor, now=now)
    except (TransitionError, PermissionDenied) as refusal:
        result.refused[report] = str(refusal)
    else:
        result.accepted.append(report)


def _by_village(reports: Sequence[MonthlyReport]) -> dict[Village, list[date]]:
    months: dict[Village, list[date]] = {}
    for report in reports:
        months.setdefault(report.village, []).append(report.month)
    return months
