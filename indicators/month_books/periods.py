"""Months as people write them: 2022.3, 2022年3月, 202203, 3月, a day, a serial number of Excel."""

import re
from datetime import date, timedelta
from decimal import Decimal

from indicators.month_books.reading import Cell
from indicators.month_books.titles import CHINESE_MONTHS, plain

_FULL = re.compile(
    r"(?P<year>20\d\d)(?:年|[.\-/])(?P<month>1[0-2]|0?[1-9])(?:月份?|[.\-/]\d{1,2}日?|月\d{1,2}日)?"
)
_RUN_TOGETHER = re.compile(r"(?P<year>20\d\d)(?P<month>1[0-2]|0[1-9])(?:[0-3]\d)?")
_ALONE = re.compile(r"(?P<month>1[0-2]|0?[1-9])月?份?")
_CHINESE = {name: at for at, name in enumerate(CHINESE_MONTHS, start=1)}
_IN_TITLE = re.compile(
    r"(?:(?P<year>20\d\d)[年.\-/])?(?:\d{1,2}月?[-~—至到])?"
    r"(?<![\d件表])(?P<month>1[0-2]|0?[1-9]|(?<![上下前后近每各第])(?:十[一二]?|[一二三四五六七八九]))月"
    r"(?P<day>\d{1,2}[日号])?(?P<until>[-~—至到]|[底末]?(?:以|之)?前)?"
)
_EPOCH = date(1899, 12, 30)
_TENTH = Decimal("0.1")
_SERIALS = range(36526, 73051)  # 2000 to 2099


def read_month(cell: Cell, year: int) -> date | None:
    """The first day of the month in `cell`, of `year` where it names none; None where there is no month."""
    if isinstance(cell, date):
        return cell.replace(day=1)
    if isinstance(cell, Decimal):
        return _from_number(cell, year)
    return _from_text(plain(cell or ""), year)


def month_in(text: str, year: int | None = None) -> date | None:
    """A month in a title: 郝家桥镇2025年10月统计表; of 1月至9月 the last; of `year` where none is named.

    A day is when a form was filled in, 填报日期：2025年11月3日, unless it says 截至.
    """
    words = plain(text)
    for found in _IN_TITLE.finditer(words):
        named = found["year"] or year
        is_day = bool(found["day"]) and "截" not in words[: found.start()]
        if named and not is_day and not found["until"]:
            return date(int(named), _CHINESE.get(found["month"]) or int(found["month"]), 1)
    return None


def year_in(text: str) -> int | None:
    """A year in a title: 2024年统计表."""
    found = re.search(r"(?<!\d)(20\d\d)年", plain(text))
    return int(found[1]) if found else None


def _from_number(number: Decimal, year: int) -> date | None:
    if number == number.to_integral_value() and int(number) in _SERIALS:
        return (_EPOCH + timedelta(days=int(number))).replace(day=1)
    if number % 1 == _TENTH:
        return None  # 2025.10 as a number is 2025.1: January or October
    return _from_text(f"{number:f}", year)


def _from_text(text: str, year: int) -> date | None:
    for form in (_FULL, _RUN_TOGETHER):
        if found := form.fullmatch(text):
            return date(int(found["year"]), int(found["month"]), 1)
    if found := _ALONE.fullmatch(text):
        return date(year, int(found["month"]), 1)
    named = _CHINESE.get(text.removesuffix("份").removesuffix("月"))
    return date(year, named, 1) if named and "月" in text else None
