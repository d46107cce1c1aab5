"""What a figure must be before it is written, asked in one place by the form, the service and the importer.

This layer stands between models and services: whatever way a figure takes into the ledger, its text is read
and its bounds are held by the same words. It reads nothing and writes nothing. What figures say to each other
and to their past is found in `indicators.findings`.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from common.templatetags.display import number
from indicators.models import DataElement
from villages.models import Programme

LONGEST_TEXT = 40
SHOWN_TEXT = 20
MOST_DIGITS = 14  # before the decimal point: what the ledger's columns hold

# Full-width forms become plain ones; a Chinese full stop and the signs that keyboards offer for minus do too.
_PLAIN = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | str.maketrans(
    {"。": ".", "，": ",", "\u2212": "-", "\u2013": "-", "\u2014": "-", "\ufeff": "", "\u200b": ""}
)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([ ,][0-9]{3})+(\.[0-9]*)?")
_YES_NO = {"是": Decimal(1), "否": Decimal(0), "有": Decimal(1), "无": Decimal(0)}
# Bounds of a type where the element itself names none: a count is never negative.
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    DataElement.ValueType.INTEGER: (0, None),
    DataElement.ValueType.DECIMAL: (None, None),
    DataElement.ValueType.BOOLEAN: (0, 1),
    DataElement.ValueType.LEVEL: (1, 5),
}


class FigureError(Exception):
    """A figure that cannot be taken; its text is a Chinese sentence for the cell."""


def parse_figure(text: str, element: DataElement) -> Decimal | None:
    """Return the figure typed as `text`, None for an empty cell, or raise FigureError."""
    plain = " ".join(text.translate(_PLAIN).split())
    if not plain:
        return None
    if element.value_type == DataElement.ValueType.BOOLEAN and plain in _YES_NO:
        return _YES_NO[plain]
    if plain in element.options:
        return Decimal(element.options.index(plain) + 1)
    bare = _without_unit(plain, element)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "").replace(" ", "")
    if len(bare) > LONGEST_TEXT or not _NUMBER.fullmatch(bare):
        raise FigureError(_not_a_figure(text.strip(), element))
    value = Decimal(bare)
    check_figure(value, element)
    return value + 0  # "-0" is zero


def check_figure(value: Decimal, element: DataElement) -> None:
    """Raise FigureError unless `value` is one that `element` can have."""
    if not value.is_finite() or value.adjusted() >= MOST_DIGITS:
        raise FigureError("数字太大，请核对数字和计量单位。")
    _check_places(value, element)
    low, high = bounds(element)
    if element.value_type == DataElement.ValueType.CHOICE and not (low or 0) <= value <= (high or 0):
        raise FigureError(f"请从{'、'.join(element.options)}中选一个。")
    if low is not None and value < low:
        raise FigureError("不能是负数。" if low == 0 else f"不能小于 {number(low)}{element.unit}。")
    if high is not None and value > high:
        raise FigureError(f"不能大于 {number(high)}{element.unit}，填的是 {number(value)}{element.unit}。")


def bounds(element: DataElement) -> tuple[Decimal | None, Decimal | None]:
    """The smallest and the largest value: the element's own, else those of its type."""
    if element.value_type == DataElement.ValueType.CHOICE:
        return Decimal(1), Decimal(len(element.options))
    low, high = (None if bound is None else Decimal(bound) for bound in _BOUNDS[element.value_type])
    return (
        low if element.minimum is None else element.minimum,
        high if element.maximum is None else element.maximum,
    )


def month_refusal(programmes: Iterable[Programme], month: date, today: date) -> str:
    """Say why a village of `programmes` has no report of `month`; "" where it has one."""
    first_years = [programme.first_year for programme in programmes]
    if not first_years:
        return "这个村（社区）没有参加创建方案，不用填报月报。"
    if month > today:
        return f"{month.year}年{month.month}月还没有到，{month:%Y-%m-%d} 起才能填报。"
    earliest = min(first_years) - 1  # growth in the first year needs the figures of the year before
    if month.year < earliest:
        return f"创建方案从 {earliest + 1} 年开始，只填报 {earliest} 年 1 月以后的月份。"
    return ""


def _without_unit(plain: str, element: DataElement) -> str:
    if element.unit and plain.endswith(element.unit):
        return plain.removesuffix(element.unit).rstrip()
    if plain.endswith("%"):
        raise FigureError(f"这一项按“{element.unit or '数'}”填报，不填百分数。")
    return plain


def _not_a_figure(text: str, element: DataElement) -> str:
    shown = text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}…"
    if element.value_type == DataElement.ValueType.CHOICE:
        return f"没有“{shown}”这个选项，请从{'、'.join(element.options)}中选一个。"
    unit = f"（单位：{element.unit}）" if element.unit else ""
    return f"“{shown}”不是数字，请只填数字{unit}。"


def _check_places(value: Decimal, element: DataElement) -> None:
    places = max(0, -int(value.normalize().as_tuple().exponent))
    if element.value_type == DataElement.ValueType.BOOLEAN and value not in (0, 1):
        raise FigureError("请选“是”或“否”。")
    if element.value_type == DataElement.ValueType.DECIMAL:
        if places > element.places:
            raise FigureError(f"最多保留 {element.places} 位小数。" if element.places else "不能带小数。")
    elif places:
        is_choice = element.value_type == DataElement.ValueType.CHOICE
        raise FigureError("请选一个选项。" if is_choice else "应填整数，不能带小数。")
