"""The functions of the language: how many arguments each takes, and what kind (docs/expressions.md)."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a function works on."""

    VALUES = "values"  # any expressions: one value in, one value out
    TIME = "time"  # an expression, looked at a year earlier
    ELEMENT = "element"  # one data element's months
    REFERENCE = "reference"  # a reference series
    PLACE = "place"  # something about where and when
    AREA = "area"  # what all villages of the own area add up to
    STANDARD = "standard"  # other standards at this place
    VILLAGES = "villages"  # counts over the villages of a wider scope
    SCORE = "score"  # what was found, in the formula of a score


@dataclass(frozen=True, slots=True)
class Function:
    """One function: kind, fewest and most arguments, and its arguments in words for error sentences."""

    kind: Kind
    least: int
    most: int
    usage: str


MANY = 20
LONG_LIST = 60

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
    "attribute": Function(Kind.PLACE, 1, 1, "attribute(村情属性)"),
    "any_of": Function(Kind.VALUES, 2, LONG_LIST, "any_of(数, 值, 值, …)"),
    "case": Function(Kind.VALUES, 3, LONG_LIST, "case(数, 值, 结果, 值, 结果, …, 其他情况的结果)"),
    "band": Function(Kind.VALUES, 4, LONG_LIST, "band(数, 起点, 结果, 起点, 结果, …, 其余的结果)"),
    "at_least": Function(Kind.VALUES, 2, LONG_LIST, "at_least(个数, 条件, 条件, …)"),
    "met": Function(Kind.STANDARD, 1, 1, "met(标准)"),
    "applies": Function(Kind.STANDARD, 1, 1, "applies(标准)"),
    "meets": Function(Kind.STANDARD, 2, LONG_LIST, "meets(个数, 标准, 标准, …)"),
    "meets_all": Function(Kind.STANDARD, 1, LONG_LIST, "meets_all(标准, 标准, …)"),
    "count_villages": Function(Kind.VILLAGES, 0, 0, "count_villages()"),
    "count": Function(Kind.VILLAGES, 1, 1, "count(条件)"),
    "count_known": Function(Kind.VILLAGES, 1, 1, "count_known(条件)"),
    "share": Function(Kind.VILLAGES, 1, 2, "share(条件, 其中的条件)"),
    "share_met": Function(Kind.VILLAGES, 1, 1, "share_met(标准)"),
    "area_sum": Function(Kind.AREA, 2, 2, "area_sum(数据项, 级别)"),
    "area_average": Function(Kind.AREA, 2, 2, "area_average(数据项, 级别)"),
    "area_count": Function(Kind.AREA, 2, 2, "area_count(数据项, 级别)"),
    "value": Function(Kind.SCORE, 0, 0, "value()"),
    "threshold": Function(Kind.SCORE, 0, 0, "threshold()"),
    "is_met": Function(Kind.SCORE, 0, 0, "is_met()"),
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
# levels whose areas add up their villages -> length of the area's code
AREA_LEVELS = {"nation": 0, "province": 2, "city": 4, "county": 6, "township": 9}
ROUNDED_TO = 12
