"""How figures, dates and verdicts are written on a page. Pure: no database, no clock, no request."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.timezone import is_aware, localtime

register = template.Library()

EMPTY = "—"
YUAN_IN_WAN = Decimal(10_000)

# verdict -> (mark, word); the mark is read without colour, on screen, on paper and in a workbook
VERDICTS = {
    "met": ("●", "达标"),
    "near": ("◐", "接近"),
    "unmet": ("✕", "未达标"),
    "no_data": ("○", "缺数据"),
    "not_applicable": ("–", "不适用"),
}

# what a forecast calls them: it has one mark of its own, so that it is never taken for a verdict
FORECASTS = {
    "met": "预计达标",
    "near": "预计接近",
    "unmet": "预计未达标",
    "no_data": "无法预测",
    "not_applicable": "不适用",
}


@register.filter
def number(value: Decimal | int | str | None, places: int | None = None) -> str:
    """Write 1234567.50 as 1,234,567.5, or with exactly `places` decimals; nothing as —."""
    if value is None or value == "":
        return EMPTY
    amount = Decimal(value) if places is None else _rounded(Decimal(value), int(places))
    text = f"{amount or amount.copy_abs():,f}"  # nothing has no sign
    return text.rstrip("0").rstrip(".") if "." in text and places is None else text


@register.filter
def wan(value: Decimal | int | str | None) -> str:
    """Write an amount kept in 万元 with two decimals; the unit stands in the head or beside it."""
    return number(value, 2)


@register.filter
def yuan_as_wan(value: Decimal | int | str | None) -> str:
    """Write an amount kept in 元 as 万元 with two decimals."""
    if value is None or value == "":
        return EMPTY
    return number(Decimal(value) / YUAN_IN_WAN, 2)


@register.filter
def percent(value: Decimal | int | str | None, places: int = 1) -> str:
    """Write 95.25 (already a percentage) as 95.3%."""
    text = number(value, places)
    return text if text == EMPTY else f"{text}%"


@register.filter
def month(value: date | None) -> str:
    """Write a month: 2025年11月."""
    return f"{value.year}年{value.month}月" if value else EMPTY


@register.filter
def month_short(value: date | None) -> str:
    """Write a month where the year is clear: 11月."""
    return f"{value.month}月" if value else EMPTY


@register.filter
def month_code(value: date | None) -> str:
    """Write a month as data is dated: 2025-10."""
    return f"{value:%Y-%m}" if value else EMPTY


@register.filter
def day(value: date | None) -> str:
    """Write a date, or the local day of a moment: 2025-11-12."""
    return f"{_local(value):%Y-%m-%d}" if value else EMPTY


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in local time: 2025-11-12 09:03."""
    return f"{_local(value):%Y-%m-%d %H:%M}" if value else EMPTY


@register.filter
def days_left(due: date | None, today: date) -> int | None:
    """Count the days from `today` to the deadline; negative when it has passed."""
    return (_local_day(due) - _local_day(today)).days if due else None


@register.filter
def due_in(due: date | None, today: date) -> str:
    """Say how a deadline stands: 还有 8 天, 今天到期, 逾期 2 天; nothing where there is none."""
    days = days_left(due, today)
    if days is None:
        return ""
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"逾期 {-days} 天"


@register.filter
def due_tone(due: date | None, today: date) -> str:
    """Name the tone of a deadline: overdue, soon (three days or fewer), calm."""
    days = days_left(due, today)
    if days is None or days > 3:
        return "calm"
    return "overdue" if days < 0 else "soon"


@register.filter
def minutes(length: timedelta) -> int:
    """Give a length of time in whole minutes, rounded up: what to wait, never less."""
    return -(-int(length.total_seconds()) // 60)


@register.filter
def verdict_mark(verdict: str) -> str:
    """Give the character of a verdict: ● ◐ ✕ ○ and the dash."""
    return VERDICTS[str(verdict)][0]


@register.filter
def verdict_word(verdict: str) -> str:
    """Give the word of a verdict: 达标, 接近, 未达标, 缺数据, 不适用."""
    return VERDICTS[str(verdict)][1]


@register.filter
def forecast_word(status: str) -> str:
    """Give the words of a forecast: 预计达标, 预计接近, 预计未达标, 无法预测."""
    return FORECASTS[str(status)]


@register.filter
def share_of(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """Give `part` as a percentage of `whole` for a bar; None where there is nothing to divide by."""
    if part is None or not whole:
        return None
    return Decimal(part) * 100 / Decimal(whole)


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _local(value: date) -> date:
    return localtime(value) if isinstance(value, datetime) and is_aware(value) else value


def _local_day(value: date) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local
