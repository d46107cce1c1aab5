"""Whether a village's month can still be reported today: the lock, and the permits that open it.

Beside `openness` (which figures may change) this says until when. A month that the bureau sent back is not
locked: the bureau wants it.
"""

from dataclasses import dataclass
from datetime import date

from indicators.models import LatePermit
from indicators.models.due import lock_date
from indicators.workflow import MonthStatus
from villages.models import Programme, Village, Workdays


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
    village: Village, month: date, status: str, *, today: date, workdays: Workdays | None = None
) -> Lock:
    """Read how the month stands: one query, two where it is past."""
    programmes = Programme.objects.filter(enrolments__village=village)
    found = Lock(today, status, lock_date(programmes, month, workdays))
    if not found.is_past:
        return found
    permits = LatePermit.objects.filter(village=village, month=month).valid_on(today)
    return Lock(today, status, found.locks, permits.order_by("-until").first())
