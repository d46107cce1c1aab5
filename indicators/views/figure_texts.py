"""Figures as text, many at once: with separators and decimals, and nothing where nothing is known."""

from collections.abc import Callable
from decimal import Decimal
from operator import methodcaller

from indicators.models import DataElement

Writer = Callable[[Decimal], str]


def writer_of(element: DataElement) -> Writer:
    """The way an element's figures are written: looked up once, called for every cell."""
    if element.value_type == DataElement.ValueType.BOOLEAN:
        return lambda value: "是" if value else "否"
    if element.value_type == DataElement.ValueType.CHOICE:
        return lambda value: _option(element, value)
    return methodcaller("__format__", f",.{element.places}f")


def figure_text(value: Decimal | None, element: DataElement) -> str:
    """One figure as it stands in a cell."""
    return "" if value is None else writer_of(element)(value)


def _option(element: DataElement, value: Decimal) -> str:
    place = int(value) - 1
    return str(element.options[place]) if 0 <= place < len(element.options) else str(value.normalize())
