"""Months as people write them: 2022.3, 2022年3月, 202203, 3月, a day, a serial number of Excel."""

import re
from datetime import date, timedelta
from decimal import Decimal

from indicators.month_books.reading import Cell
from indicators.month_books.titles import CHINESE_MONTHS, is_filling_day, plain

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
# 2025.10  2025-10  202510  2025年10; no code, no amount, no number of a document, no stretch of years.
_BY_SIGNS = re.compile(
    r"(?<![\da-z\[号第码])(?<![a-z][.\-_/])(?P<year>20\d\d)"
    r"(?:[.\-/](?P<month>1[0-2]|0?[1-9])|(?<!\d[.\-_/]20\d\d)(?P<run>1[0-2]|0[1-9])|年(?P<bare>1[0-2]|0?[1-9]))"
    r"(?P<day>[.\-/]\d{1,2}[日号]?)?(?!\d|[.\-/]\d|[%万亿元亩号吨倍个件公]|项(?!目))"
)
_AFTER_BARE = re.compile(r"$|[)\]】_.,、:;-]|统计|报|汇总|台账|情况|数据|表")
_TO = re.compile(r"[-~—至到](?:20\d\d|\d{1,2}(?!\d))")
_STRETCH = re.compile(
    r"[\d一二三四五六七八九十]月?份?[-~—至到](?:20\d\d年)?[\d一二三四五六七八九十]{1,2}月|季度|季报|半年|全年|累计|"
    r"20\d\d[.\-/年]\d{1,2}月?[-~—至到]20\d\d[.\-/年]\d"
)
_WHOLE_YEAR = re.compile(r"年度|年报")
_BARE = re.compile(r"1[0-2]|0?[1-9]")
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
    return _by_signs(words)


def _by_signs(words: str) -> date | None:
    """A month without 月: 2025.10, 202510; of a stretch the last."""
    for found in _BY_SIGNS.finditer(words):
        before, rest = words[: found.start()], words[found.end() :]
        is_day = (found["day"] and "截" not in before) or is_filling_day(before)
        is_count = found["bare"] and not _AFTER_BARE.match(rest)
        if not (is_day or is_count or _TO.match(rest)):
            return date(int(found["year"]), int(found["month"] or found["run"] or found["bare"]), 1)
    return None


def bare_month(text: str) -> int | None:
    """A number from 1 to 12 that stands alone, as in the name of a sheet."""
    words = plain(text)
    return int(words) if _BARE.fullmatch(words) else None


def is_stretch(text: str) -> bool:
    """Whether a title is about more than one month: 1-9月, 第三季度, 上半年; 年度 where it names no month."""
    words = plain(text)
    return bool(_STRETCH.search(words) or (_WHOLE_YEAR.search(words) and month_in(words, 2000) is None))


def years_in(text: str) -> list[int]:
    """The years in a title: 2024年统计表."""
    return [int(year) for year in re.findall(r"(?<![\d\[])(20\d\d)(?=年|统计|月报)", plain(text))]


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
