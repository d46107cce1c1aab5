"""Exact arithmetic, the same as PostgreSQL's numeric: + - * are exact, a quotient is rounded to 12 places."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache

QUOTIENT_PLACES = 12
# Wide enough for the longest formula; should a result ever not fit, it raises instead of being wrong.
EXACT = Context(prec=50_000, rounding=ROUND_DOWN, traps=[Inexact, InvalidOperation, Overflow])
ROUNDING = Context(prec=50_000, rounding=ROUND_HALF_UP, traps=[InvalidOperation, Overflow])
ONE_MORE_PLACE = Decimal(1).scaleb(QUOTIENT_PLACES + 1)
# What the columns of a verdict can hold; a figure beyond is no data, in both readers.
LARGEST = Decimal(10) ** 17


def add(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.add(left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.subtract(left, right)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.multiply(left, right)


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """Return the quotient rounded half away from zero to 12 places, or None for a division by zero."""
    if right == 0:
        return None
    # One more digit, cut off, decides the rounding exactly: no digit behind it can.
    longer = EXACT.divide_int(EXACT.multiply(left, ONE_MORE_PLACE), right)
    return rounded(longer.scaleb(-QUOTIENT_PLACES - 1, context=EXACT), QUOTIENT_PLACES)


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half away from zero (四舍五入) to `places` decimals."""
    return value.quantize(_unit(places), context=ROUNDING)


@lru_cache
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
