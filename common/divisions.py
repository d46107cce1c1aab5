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


MUNICIPALITIES = {"11", "12", "31", "50"}
AUTONOMOUS_REGIONS = {"15", "45", "54", "64", "65"}
INNER_MONGOLIA = "15"
UNDER_PROVINCE = "90"  # counties and cities without a prefecture: 仙桃市 429004
# Up to which last digits of a code a division is called what: GB/T 2260 for counties and above, the
# statistical division codes for townships.
CALLED = {
    Level.PREFECTURE: {20: "市", 50: "州"},
    Level.COUNTY: {20: "区", 80: "县", 99: "市"},
    Level.TOWNSHIP: {99: "街道", 199: "镇", 399: "乡"},
}


def whole(code: str) -> str:
    """Return how people there say "all of it": 全市, 全县, 全区, 全省; 全域 where the code does not tell."""
    return f"全{_called(code) or '域'}"


def _called(code: str) -> str | None:
    level = Level(len(code))
    if level == Level.PROVINCE:
        return "市" if code in MUNICIPALITIES else "区" if code in AUTONOMOUS_REGIONS else "省"
    last = int(code[-3:] if level == Level.TOWNSHIP else code[-2:] or 0)
    word = next((word for most, word in CALLED.get(level, {}).items() if last <= most), None)
    if word == "区" and code[2:4] == UNDER_PROVINCE:
        return "市"
    return "旗（县）" if word == "县" and code.startswith(INNER_MONGOLIA) else word


def within(code: str, *, field: str = "division_code") -> Q:
    """Return the condition that the row's division lies in `code`: one indexed prefix comparison."""
    return Q(**{f"{field}__startswith": code}) if code else Q()
