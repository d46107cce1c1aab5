"""How the figures of a standard are written on a page: an option by its name, yes or no, else the amount."""

from decimal import Decimal

from django import template

from common.templatetags.display import EMPTY, number
from indicators.models import Standard

register = template.Library()


@register.filter
def figure_of(value: Decimal | None, standard: Standard) -> str:
    """Write an actual value or a target: 是, 良, 93.2."""
    return number(value) if value is None else standard.names.get(value) or number(value)


@register.filter
def gap_of(gap: Decimal | None, standard: Standard) -> str:
    """Write how much is missing; between things that are chosen nothing can be counted."""
    return EMPTY if standard.names else number(gap)
