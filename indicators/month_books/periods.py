"""Months as people write them: 2022.3, 2022年3月, 202203, 3月, a day, a serial number of Excel."""

import re
from datetime import date, timedelta
from decimal import Decimal

from indicators.month_books.reading import Cell
from indicators.month_books.titles import plain

_FULL = re.compile(
    r"(?P<year>20\d\d)(?:年|[.\-/])(?P<month>1[0-2]|0?[1-9])(?:月份?|[.\-/]\d{1,2}日?|月\d{1,2}日)?"
)
_RUN_TOGETHER = re.compile(r"(?P<year>20\d\d)(?P<month>1[0-2]|0[1-9])(?:[0-3]\d)?")
_ALONE = re.compile(r"(?P<month>1[0-2]|0?[1-9])月?份?")
_CHINESE = {
    "十二": 12,
    "十一": 11,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73051)  # 2000 to 2099


def read_month(cell: Cell, year: int) -> date | None:
    """The first day of the month in `cell`, of `year` where it names none; None where there is no month."""
    if isinstance(cell, date):
        return cell.replace(day=1)
    if isinstance(cell, Decimal):
        return _from_number(cell, year)
    return _from_text(plain(cell or ""), year)


def month_in(text: str) -> date | None:
    """A month with its year somewhere in a title: 郝家桥镇2025年10月统计表."""
    found = re.search(r"(20\d\d)年\s*(1[0-2]|0?[1-9])月", text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _from_number(number: Decimal, year: int) -> date | None:
    if number == number.to_integral_value() and int(number) in _SERIALS:
        return (_EPOCH + timedelta(days=int(number))).replace(day=1)
    return _from_text(f"{number:f}", year)


def _from_text(text: str, year: int) -> date | None:
    for form in (_FULL, _RUN_TOGETHER):
        if found := form.fullmatch(text):
            return date(int(found["year"]), int(found["month"]), 1)
    if found := _ALONE.fullmatch(text):
        return date(year, int(found["month"]), 1)
    named = _CHINESE.get(text.removesuffix("份").removesuffix("月"))
    return date(year, named, 1) if named and "月" in text else None
