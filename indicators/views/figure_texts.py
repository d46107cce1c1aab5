"""Figures as text, many at once: with separators and decimals, and nothing where nothing is known."""

from collections.abc import Callable
from decimal import Decimal

from indicators.models import DataElement

Writer = Callable[[str], str]  # of a plain text: 1410 or 45.5


YES_NO = {"": "", "0": "否"}


def writer_of(element: DataElement) -> Writer:
    """The way an element's figures are written: looked up once, called for every cell; "" stays ""."""
    if element.value_type == DataElement.ValueType.BOOLEAN:
        return lambda text: YES_NO.get(text, "是")
    if element.value_type == DataElement.ValueType.CHOICE:
        return lambda text: _option(element, text)
    if element.places:
        return lambda text: text and f"{Decimal(text):,.{element.places}f}"
    return _whole


def figure_text(value: Decimal | None, element: DataElement) -> str:
    """One figure as it stands in a cell."""
    if value is None:
        return ""
    text = f"{value:f}"
    return writer_of(element)(text.rstrip("0").rstrip(".") if "." in text else text)


def _whole(text: str) -> str:
    return f"{int(text):,}" if text.isdigit() else text and f"{Decimal(text):,.0f}"


def _option(element: DataElement, text: str) -> str:
    place = int(Decimal(text or 0)) - 1
    return str(element.options[place]) if 0 <= place < len(element.options) else text
