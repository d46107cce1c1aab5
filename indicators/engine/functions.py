"""The functions of the language: how many arguments each takes, and what kind (docs/expressions.md)."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a function works on."""

    VALUES = "values"  # any expressions: one value in, one value out
    TIME = "time"  # an expression, looked at a year earlier
    ELEMENT = "element"  # one data element's months
    REFERENCE = "reference"  # a reference series
    PLACE = "place"  # no argument: something about where and when


@dataclass(frozen=True, slots=True)
class Function:
    """One function: kind, fewest and most arguments, and its arguments in words for error sentences."""

    kind: Kind
    least: int
    most: int
    usage: str


MANY = 20

FUNCTIONS = {
    "if": Function(Kind.VALUES, 3, 3, "if(条件, 成立时的值, 不成立时的值)"),
    "min": Function(Kind.VALUES, 2, MANY, "min(甲, 乙, …)"),
    "max": Function(Kind.VALUES, 2, MANY, "max(甲, 乙, …)"),
    "round": Function(Kind.VALUES, 2, 2, "round(数, 小数位数)"),
    "abs": Function(Kind.VALUES, 1, 1, "abs(数)"),
    "previous": Function(Kind.TIME, 1, 1, "previous(公式)"),
    "growth": Function(Kind.TIME, 1, 1, "growth(公式)"),
    "total": Function(Kind.ELEMENT, 1, 1, "total(数据项)"),
    "last": Function(Kind.ELEMENT, 1, 1, "last(数据项)"),
    "average": Function(Kind.ELEMENT, 1, 1, "average(数据项)"),
    "lowest": Function(Kind.ELEMENT, 1, 1, "lowest(数据项)"),
    "month_count": Function(Kind.ELEMENT, 1, 1, "month_count(数据项)"),
    "ref": Function(Kind.REFERENCE, 2, 2, "ref(参照序列, 级别)"),
    "kind": Function(Kind.PLACE, 0, 0, "kind()"),
    "year": Function(Kind.PLACE, 0, 0, "year()"),
}

LEVELS = {
    "nation": "全国",
    "province": "省（自治区）",
    "city": "地级市",
    "county": "县（市、区）",
    "township": "乡镇（街道）",
    "local": "当地",
}
# level -> lengths of the division codes that are asked, the first with a value answers
LOCAL_LEVELS = {
    "nation": (0,),
    "province": (2,),
    "city": (4,),
    "county": (6,),
    "township": (9,),
    "local": (6, 4, 2, 0),
}
ROUNDED_TO = 12
