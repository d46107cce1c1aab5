"""Whether a village's month can still be reported today: the lock, and the permits that open it.

Beside `openness` (which figures may change) this says until when. A month that the bureau sent back is not
locked: the bureau wants it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from indicators.models import LatePermit, MonthlyReportStep
from indicators.models.due import lock_date
from indicators.workflow import MonthStatus
from villages.models import Programme, Village, Workdays

# Written out: every cell that saves itself asks this, and putting such a query together takes longer than it.
_PROGRAMMES = """
    SELECT programme.* FROM villages_programme programme
    JOIN villages_enrolment enrolled ON enrolled.programme_id = programme.id
    WHERE enrolled.village_id = %s
"""


@dataclass(frozen=True)
class Lock:
    """How a month stands on a day: the day it locks (None: never), and the permit that opens it."""

    today: date
    status: str
    locks: date | None
    permit: LatePermit | None = None

    @property
    def is_past(self) -> bool:
        """Whether the time for reporting the month is over."""
        waits = self.status in {"", MonthStatus.DRAFT}
        return waits and self.locks is not None and self.today > self.locks

    @property
    def is_closed(self) -> bool:
        """Whether nobody may type or submit now."""
        return self.is_past and self.permit is None

    @property
    def refusal(self) -> str:
        """Why nothing can be typed or submitted, and what to do; "" where it can."""
        if not self.is_closed:
            return ""
        return (
            f"本月已过 {self.locks:%Y-%m-%d} 的补报期限，已锁定。确需补报的，请写明理由向振兴局申请补报许可。"
        )


def month_lock(
    village: Village, month: date, status: str, *, today: date, programmes: Iterable[Programme] | None = None
) -> Lock:
    """Read how the month stands: a query for programmes unless given, two more where it is past."""
    known = Programme.objects.raw(_PROGRAMMES, [village.pk]) if programmes is None else programmes
    found = Lock(today, status, lock_date(known, month))
    if not found.is_past:
        return found
    if _sent_back().filter(report__village=village, report__month=month).exists():
        return replace(found, locks=None)
    permits = LatePermit.objects.filter(village=village, month=month).valid_on(today)
    return replace(found, permit=permits.order_by("-until").first())


def _sent_back() -> QuerySet[MonthlyReportStep]:
    """Returns of months that are open again: one that was submitted and taken back is still wanted."""
    return MonthlyReportStep.objects.filter(name="return", report__status=MonthStatus.DRAFT)


class Locks:
    """The same for many villages and months of one page: the permits are read once, and only if need be."""

    def __init__(self, today: date) -> None:
        self.today, self._workdays = today, Workdays()

    @cached_property
    def _permits(self) -> Mapping[tuple[int, date], LatePermit]:
        valid = LatePermit.objects.valid_on(self.today).order_by("until")
        return {(permit.village_id, permit.month): permit for permit in valid}

    @cached_property
    def _wanted(self) -> frozenset[tuple[int, date]]:
        return frozenset(_sent_back().values_list("report__village", "report__month"))

    def lock(self, village: Village, month: date, status: str, programmes: Iterable[Programme]) -> Lock:
        found, place = (
            Lock(self.today, status, lock_date(programmes, month, self._workdays)),
            (village.pk, month),
        )
        if not found.is_past:
            return found
        return (
            replace(found, locks=None)
            if place in self._wanted
            else replace(found, permit=self._permits.get(place))
        )
