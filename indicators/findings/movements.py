"""Findings over time: a cumulative figure that falls, a jump, a figure unlike all its own past."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from common.months import month_before
from common.templatetags.display import month as month_words
from common.templatetags.display import number
from indicators.findings.finding import HARD, Finding, ending, figure
from indicators.findings.past import Past
from indicators.models import DataElement, ValidationRule

LEAST_KNOWN = 6  # months without which nothing is said to be unusual
MAD_TO_DEVIATION = Decimal("1.4826")
# Where more than half of the past is one same figure the MAD is 0: one per cent of the median stands in for
# it, so that what always stood still may move a little; where the median is 0, every other figure is unusual.
STAND_IN = Decimal("0.01")
# What is no quantity has no distance.
WITHOUT_DISTANCE = frozenset(
    {DataElement.ValueType.BOOLEAN, DataElement.ValueType.LEVEL, DataElement.ValueType.CHOICE}
)


def fallen(past: Past, village: int, element: DataElement, month: date, value: Decimal) -> Iterator[Finding]:
    """A figure cumulative over the year that is below an earlier month of the same year."""
    earlier = past.earlier_this_year(village, element.pk, month) if element.is_cumulative else None
    if earlier and value < earlier[1]:
        sentence = (
            f"{element.name}是从年初起的累计数，{month_words(month)}（{figure(value, element)}）"
            f"不能比{month_words(earlier[0])}（{figure(earlier[1], element)}）少，请核对后改正。"
        )
        yield Finding(HARD, (element.code,), sentence)


def changed(
    rule: ValidationRule, past: Past, village: int, element: DataElement, month: date, value: Decimal
) -> Iterator[Finding]:
    """A figure that moved by more than the limit; silent where there is nothing to compare with."""
    before = _compared_with(rule, past, village, element, month)
    if before is None or value == before or element.value_type in WITHOUT_DISTANCE:
        return
    against = rule.Against(rule.against).label
    moved = f"（{number(before)} → {figure(value, element)}）"
    if before == 0:
        what = f"{element.name}{against}是 0，本月是 {figure(value, element)}"
    elif abs(value - before) * 100 > (rule.limit or 0) * abs(before):
        way = "增加" if value > before else "减少"
        what = f"{element.name}比{against}{way} {_percent(value, before)}%{moved}"
    else:
        return
    yield Finding(rule.severity, (element.code,), what + _what_to_do(rule), rule.code)


def unusual(
    rule: ValidationRule, past: Past, village: int, element: DataElement, month: date, value: Decimal
) -> Iterator[Finding]:
    """A figure further from the median of its own past than the limit times its usual deviation."""
    alone = past.of_month_alone(village, element, month, value)
    known = past.monthly(village, element, month)
    if alone is None or len(known) < LEAST_KNOWN or element.value_type in WITHOUT_DISTANCE:
        return
    middle = median(known)
    if abs(alone - middle) > (rule.limit or 0) * MAD_TO_DEVIATION * _spread(known, middle):
        added = "增加" if element.is_cumulative and month.month > 1 else "是"
        sentence = (
            f"{element.name}本月{added} {figure(alone, element)}，和以往相差太大"
            f"（过去 {len(known)} 个月的中位数是 {number(_rounded(middle, element.places))}{element.unit}）"
        )
        yield Finding(rule.severity, (element.code,), sentence + _what_to_do(rule), rule.code)


def _what_to_do(rule: ValidationRule) -> str:
    """The rule's own words, else those of its severity."""
    return f"。{rule.message}" if rule.message else ending(rule.severity)


def _compared_with(
    rule: ValidationRule, past: Past, village: int, element: DataElement, month: date
) -> Decimal | None:
    """Last month's figure, or that of a year ago; what adds up over a year begins anew in January."""
    if rule.against == rule.Against.YEAR:
        return past.at(village, element.pk, month.replace(year=month.year - 1))
    if element.is_cumulative and month.month == 1:
        return None
    return past.at(village, element.pk, month_before(month))


def _spread(known: Sequence[Decimal], middle: Decimal) -> Decimal:
    return median(abs(value - middle) for value in known) or abs(middle) * STAND_IN


def _percent(value: Decimal, before: Decimal) -> str:
    return number(_rounded(abs(value - before) * 100 / abs(before), 1))


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
