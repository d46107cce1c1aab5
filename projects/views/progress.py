"""Works and money of one project, month by month, as a table and as a chart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from common.templatetags.display import month_code, share_of
from projects.models import FundMovement, WorksProgress

Kind = FundMovement.Kind


@dataclass(frozen=True)
class MonthRow:
    """A month: what was recorded of the works (None where nothing was), and what was paid up to its end."""

    month: date
    works: WorksProgress | None
    paid: Decimal
    paid_share: Decimal | None


def monthly_rows(
    progress: Iterable[WorksProgress], movements: Iterable[FundMovement], budget: Decimal | int
) -> list[MonthRow]:
    """Return every month from the first to the last in which works were recorded or money was paid."""
    works = {row.month: row for row in progress}
    payments = _paid_by_month(movements)
    paid, rows = Decimal(0), []
    for month in _months({*works, *payments}):
        paid += payments.get(month, 0)
        rows.append(MonthRow(month, works.get(month), paid, share_of(paid, budget)))
    return rows


def chart(rows: list[MonthRow]) -> dict[str, Any]:
    """The chart's options: how far the works are against how much of the budget was paid."""
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [month_code(row.month) for row in rows]},
        "yAxis": {"type": "value", "min": 0, "max": 100, "name": "%"},
        "series": [
            _line("形象进度", [_number(row.works.percent if row.works else None) for row in rows]),
            _line("累计支付占预算", [_number(row.paid_share) for row in rows]),
        ],
    }


def _paid_by_month(movements: Iterable[FundMovement]) -> dict[date, Decimal]:
    paid: dict[date, Decimal] = defaultdict(Decimal)
    for movement in movements:
        paid[movement.movement_date.replace(day=1)] += movement.paid_effect
    return {month: amount for month, amount in paid.items() if amount}


def _months(known: set[date]) -> Iterator[date]:
    """Every month from the first of `known` to the last."""
    month = min(known, default=date.max)
    while month <= max(known, default=date.min):
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _line(name: str, data: list[float | None]) -> dict[str, Any]:
    return {"type": "line", "name": name, "unit": "%", "decimals": 1, "connectNulls": True, "data": data}


def _number(value: Decimal | None) -> float | None:
    """A picture needs no exact figure; the table beside it has it."""
    return None if value is None else round(float(value), 1)
