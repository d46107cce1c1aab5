"""Units that headings and cells name, and by what one becomes another: always an exact Decimal."""

import re
from decimal import Decimal
from typing import NamedTuple

# A family shares one measure; the number is how many of the smallest it stands for.
_FAMILIES: tuple[dict[str, str], ...] = (
    {"元": "1", "百元": "100", "千元": "1000", "万元": "10000", "百万元": "1000000", "亿元": "100000000"},
    {"公斤": "1", "千克": "1", "kg": "1", "斤": "0.5", "吨": "1000", "t": "1000", "万吨": "10000000"},
    {"亩": "1", "万亩": "10000", "公顷": "15", "ha": "15"},
    {"人": "1", "名": "1", "万人": "10000"},
    {"户": "1", "家": "1", "万户": "10000"},
    {"人次": "1", "万人次": "10000"},
    {"立方米": "1", "m³": "1", "m3": "1", "方": "1", "万立方米": "10000"},
    {"平方米": "1", "㎡": "1", "m2": "1", "平米": "1", "万平方米": "10000"},
    {"米": "1", "m": "1", "公里": "1000", "千米": "1000", "km": "1000"},
    {"%": "1", "百分比": "1", "小数": "100", "‰": "0.1"},
    {"个": "1", "项": "1"},
)
_ALONE = {
    "次",
    "星",
    "栋",
    "座",
    "处",
    "件",
    "年",
    "月",
    "天",
    "分",
    "级",
    "头",
    "只",
    "株",
    "套",
    "本",
    "册",
    "辆",
    "盏",
    "条",
    "期",
    "场",
    "度",
    "kwh",
    "℃",
    "是/否",
    "类",
    "名次",
}
_SIZES = {
    unit: (family, Decimal(size)) for family, units in enumerate(_FAMILIES) for unit, size in units.items()
}
NAMES = frozenset(_SIZES)
LONGEST = max(map(len, _SIZES))
# Large numbers that stand before a unit, or alone where everybody knows of what: 百人, （万）.
_SCALES = {
    scale: Decimal(times)
    for scale, times in {
        "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000,
        "亿": 100_000_000,
    }.items()
}  # fmt: skip
# Other brackets around a unit, and characters of old, as they are read here.
BRACKETS = str.maketrans("\u3014\u3015《》〖〗<>{}「」〈〉單萬畝戶", "()()()()()()()单万亩户")
_SPOKEN = re.compile(r"(?:以|均?为|人民币|rmb|cny)*(?P<unit>.+?)(?:\(人民币\)|整|计|为单位)*")
_MONEY = "元"


class Factor(NamedTuple):
    """By what a column's figures are multiplied, as the mapping form offers it."""

    value: str
    label: str


PLAIN = Factor("1", "不换算")
SHARES = "100"  # by which 0.16 becomes 16 %
FACTORS = (
    PLAIN,
    Factor("0.0001", "÷10000（如元→万元）"),
    Factor("10000", "×10000（如万元→元）"),
    Factor("100", "×100（如 0.16→16%）"),
    Factor("0.01", "÷100"),
    Factor("1000", "×1000（如吨→公斤）"),
    Factor("0.001", "÷1000（如公斤→吨）"),
    Factor("15", "×15（公顷→亩）"),
    Factor("0.1", "÷10（如千元→万元）"),
    Factor("10", "×10"),
    Factor("0.5", "÷2（斤→公斤）"),
    Factor("0.0005", "÷2000（斤→吨）"),
    Factor("100000", "×100000（如十万元→元）"),
    Factor("1000000", "×1000000（如百万元→元）"),
    Factor("10000000", "×10000000（如万吨→公斤）"),
    Factor("100000000", "×100000000（亿元→元）"),
)
VALUES = {factor.value: factor.label for factor in FACTORS}


def spoken(text: str) -> str:
    """The unit that a short text means, as it is written here: 人民币元, 元整 and ¥ are 元; else the text."""
    found = _SPOKEN.fullmatch(text)
    unit = found["unit"] if found else text
    unit = _MONEY if unit in ("¥", "块") else unit
    return unit if is_unit(unit) else text


def is_money(unit: str) -> bool:
    """Whether a unit counts money: 元, 万元."""
    return are_alike(unit, _MONEY)


def is_unit(text: str) -> bool:
    """Whether a short text is a unit that we know, or a large number of one: 人, 百人, 万."""
    return text in _SIZES or text in _ALONE or text in _SCALES or _base(text) != text


def factor(given: str, wanted: str) -> Decimal | None:
    """By what a figure in `given` is multiplied to be in `wanted`; None where they differ in kind."""
    if given == wanted or not given:
        return Decimal(1)
    if given in _SCALES:  # 万 of whatever is counted: 万元 where that is wanted, ten thousand 人
        return _exact(_SCALES[given], _scale(wanted))
    (kind, size), (other, whole) = _measure(given), _measure(wanted)
    if kind == other:
        return _exact(size, whole)
    is_counted = kind in _ALONE and size == 1  # 座, 处 and the like go with whatever is counted
    return None if wanted and not is_counted and is_unit(given) else Decimal(1)


def are_alike(one: str, other: str) -> bool:
    """Whether two units measure the same: 元 and 万元."""
    return bool(one) and _measure(one)[0] == _measure(other)[0]


def split_unit(text: str) -> tuple[str, str]:
    """Cut a known unit off the end of a cell's text: “3.5万元” is 3.5 and 万元."""
    for length in range(min(LONGEST, len(text) - 1), 0, -1):
        if text[-length:] in _SIZES or text[-length:] in _SCALES:
            return text[:-length].rstrip(), text[-length:]
    return text, ""


def _measure(unit: str) -> tuple[int | str, Decimal]:
    """What a unit measures, and how many of the smallest of that it stands for."""
    if unit in _SIZES:
        return _SIZES[unit]
    kind, size = _SIZES.get(_base(unit), (_base(unit), Decimal(1)))
    return kind, size * _scale(unit)


def _base(unit: str) -> str:
    """The unit without the large number before it."""
    rests = (unit.removeprefix(scale) for scale in _SCALES)
    return next((rest for rest in rests if rest != unit and (rest in _SIZES or rest in _ALONE)), unit)


def _scale(unit: str) -> Decimal:
    """The large number before a unit."""
    return _SCALES.get(unit.removesuffix(_base(unit)), Decimal(1))


def _exact(size: Decimal, whole: Decimal) -> Decimal | None:
    found = size / whole
    return found if found * whole == size else None
