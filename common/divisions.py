"""Statistical division codes: a prefix hierarchy that says where something is (行政区划代码).

A code is kept at its own length, without padding: 2 digits province, 4 prefecture, 6 county, 9 township,
12 village. What lies inside a division is what its code is a prefix of.
"""

from enum import IntEnum

from django.core.validators import RegexValidator
from django.db.models import Q


class Level(IntEnum):
    """Levels of the hierarchy; the value is the length of a code."""

    NATION = 0
    PROVINCE = 2
    PREFECTURE = 4
    COUNTY = 6
    TOWNSHIP = 9
    VILLAGE = 12


validate_division_code = RegexValidator(
    r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})\Z",
    "行政区划代码应为 2、4、6、9 或 12 位数字（省、市、县、乡、村）。",
)
validate_village_code = RegexValidator(r"^[0-9]{12}\Z", "村代码应为 12 位数字。")


def parse_division_code(text: str) -> str:
    """Return the code found in `text` (spaces dropped), or raise ValidationError in Chinese."""
    code = text.strip()
    validate_division_code(code)
    return code


def ancestor(code: str, level: Level) -> str:
    """Return the code of the division at `level` that contains `code`; ValueError if `code` is above it."""
    if len(code) < level:
        raise ValueError(f"{code} is above level {level.name}")
    return code[:level]


def contains(outer: str, inner: str) -> bool:
    """Say whether the division `outer` contains `inner`; the empty code is the nation."""
    return inner.startswith(outer)


def within(code: str, *, field: str = "division_code") -> Q:
    """Return the condition that the row's division lies in `code`: one indexed prefix comparison."""
    return Q(**{f"{field}__startswith": code}) if code else Q()
