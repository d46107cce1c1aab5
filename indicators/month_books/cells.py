"""One cell read as a figure of an element: what counts as empty, ticks, units, shares, words for numbers.

The last word on a figure is `indicators.validation`'s, the same as for a typed one. What is said of a cell:
VALUE a figure, EMPTY a word that stands for nothing (never zero), REFUSED with the reason, NOTHING a blank.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from common.templatetags.display import number
from indicators.models import DataElement
from indicators.month_books import units
from indicators.month_books.mapping import ColumnPlan
from indicators.month_books.reading import Cell
from indicators.month_books.titles import plain
from indicators.validation import MOST_DIGITS, FigureError, bounds, check_figure, parse_figure

VALUE, EMPTY, REFUSED, NOTHING = "v", "e", "r", "-"
MOST_KNOWN = 4_000  # readings of a column that are remembered
SHOWN = 40
_NOTHING_WORDS = {
    "-",
    "--",
    "---",
    "\u2014",
    "\u2014\u2014",
    "\u2013",
    "/",
    "\\",
    "无",
    "暂无",
    "未填",
    "空",
    "缺",
    "n/a",
    "na",
    "null",
    "none",
    "…",
    "......",
    "*",
    "待定",
    "未统计",
}
_YES = {
    "是",
    "√",
    "✓",
    "✔",
    "☑",
    "■",
    "●",
    "▲",
    "有",
    "1",
    "true",
    "y",
    "yes",
    "v",
    "对",
    "已完成",
    "完成",
    "已",
}
_NO = {
    "否",
    "×",
    "✕",
    "✗",
    "✘",
    "x",
    "☒",
    "□",
    "☐",
    "○",
    "无",
    "没有",
    "0",
    "false",
    "n",
    "no",
    "未完成",
    "未",
}
_CHOSEN = re.compile(r"[■☑√✓✔]\)?(?P<word>[^■□☑☐√✓✔]+)")
_CHOSEN_BEFORE = re.compile(r"(?P<word>[^■□☑☐√✓✔()]+)\(?[■☑√✓✔]")  # 是☑ 否□
_BOX_LAST = re.compile(r"^[^■□☑☐√✓✔(].*(?:[■□☑☐√✓✔]|\([√✓✔]?\))$")
_LEVELS = {
    "一": "1",
    "二": "2",
    "两": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
}
_STARS = re.compile(r"[★☆⭐]+")
# Numbers of persons that must not be kept even where they stand in a wrong column.
_PERSONAL = re.compile(r"[1-9]\d{16}[\dXx]|1[3-9]\d{9}")
_PERSONS = ((re.compile(r"[1-9]\d{16}[\dx]"), "身份证号"), (re.compile(r"1[3-9]\d{9}"), "手机号"))
_LONGEST_USUAL = 10  # digits of a figure before it may be a number of a person
OF_A_PERSON = "像是{kind}，没有写入。请核对这一列是不是对应错了。"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: the mark, the figure, and what there is to say of it."""

    mark: str
    value: Decimal | None = None
    text: str = ""
    reason: str = ""


BLANK = Reading(NOTHING)


@dataclass
class ColumnReader:
    """Reads the cells of one column, each text once."""

    element: DataElement
    plan: ColumnPlan
    known: dict[Cell, Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._low, self._high = bounds(self.element)
        self._grain = Decimal(1).scaleb(-self.element.places)
        kinds = DataElement.ValueType
        counted = self.element.value_type in (kinds.INTEGER, kinds.DECIMAL)
        self._is_plain = counted and self.plan.multiplier == 1

    def read(self, cell: Cell) -> Reading:
        """What `known` does not hold yet is read, and remembered."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        reading = self.known[cell] = self._read(cell)
        return reading

    def _read(self, cell: Cell) -> Reading:
        if cell is None:
            return BLANK
        if isinstance(cell, date):
            return Reading(REFUSED, text=f"{cell}", reason="这里是日期，不是数字。")
        if kind := self._person_number(cell):
            return Reading(REFUSED, text=masked(cell), reason=OF_A_PERSON.format(kind=kind))
        try:
            if isinstance(cell, Decimal):
                if self._is_plain and self._is_usual(cell):
                    return Reading(VALUE, cell)
                value, reason = self._number(cell)
            else:
                value, reason = self._text(cell)
        except FigureError as error:
            return Reading(REFUSED, text=masked(cell), reason=without_persons(str(error)))
        if value is None:
            return Reading(EMPTY, text=masked(cell), reason=reason) if reason else BLANK
        return Reading(VALUE, value, masked(cell) if reason else "", reason)

    def _person_number(self, cell: Cell) -> str:
        """Which number of a person stands there; an amount of money may be as long as a telephone's."""
        if isinstance(cell, Decimal) and (not cell.is_finite() or cell.adjusted() < _LONGEST_USUAL):
            return ""
        digits = plain(f"{cell:f}" if isinstance(cell, Decimal) else str(cell)).replace("-", "")
        kind = next((kind for pattern, kind in _PERSONS if pattern.fullmatch(digits)), "")
        return "" if kind == "手机号" and units.is_money(self.element.unit) else kind

    def _is_usual(self, cell: Decimal) -> bool:
        """Whether it is plainly a figure of the element; what is not is judged by its words elsewhere."""
        if not cell.is_finite() or cell.adjusted() >= MOST_DIGITS:
            return False
        fits = (self._low is None or cell >= self._low) and (self._high is None or cell <= self._high)
        return fits and not cell % self._grain

    def _number(self, cell: Decimal) -> tuple[Decimal | None, str]:
        return self._scaled(cell, self.plan.multiplier)

    def _text(self, cell: str) -> tuple[Decimal | None, str]:
        cell = _visible(cell)
        words = plain(cell)
        if not words:
            return None, ""
        kind = self.element.value_type
        if kind == DataElement.ValueType.BOOLEAN:
            return _ticked(words, self.element), ""
        if words in _NOTHING_WORDS:
            return None, f"“{cell.strip()[:SHOWN]}”按没有填处理，不是 0，不改动已有的数据。"
        if kind in (DataElement.ValueType.LEVEL, DataElement.ValueType.CHOICE):
            return parse_figure(_level(words, cell, kind), self.element), ""
        return self._with_unit(cell, words)

    def _with_unit(self, cell: str, words: str) -> tuple[Decimal | None, str]:
        """A text may name its own unit, which then counts before that of the column."""
        bare, unit = units.split_unit(words)
        own = units.factor(unit, self.element.unit) if unit and self.element.unit else None
        is_share = unit == self.element.unit == "%"  # 95.27%, as a cell shows that holds more than is kept
        if own is not None and (is_share or unit != self.element.unit) and not _is_marked(cell):
            return self._scaled(_decimal(bare, cell, self.element), own)
        if self.plan.multiplier == 1 or unit or _is_marked(cell):
            return parse_figure(cell, self.element), ""
        return self._scaled(_decimal(words, cell, self.element), self.plan.multiplier)

    def _scaled(self, amount: Decimal, factor: Decimal) -> tuple[Decimal, str]:
        """Multiply exactly; what then has more decimals than the element keeps is rounded, and said."""
        value = amount * factor
        if factor == 1 and self.element.value_type != DataElement.ValueType.DECIMAL:
            check_figure(value, self.element)
            return value + 0, ""
        grain = Decimal(1).scaleb(-self.element.places)
        rounded = (
            value.quantize(grain, ROUND_HALF_UP) if value.is_finite() and value.adjusted() < 20 else value
        )
        check_figure(rounded, self.element)
        if rounded == value:
            return rounded.normalize() + 0, ""
        said, unit = "表格里是" if factor == 1 else "换算得", self.element.unit
        kept = f"按 {self.element.places} 位小数记为 {number(rounded)}{unit}。"
        return rounded, f"{said} {number(value)}{unit}，{kept}"


def readers(plans: list[ColumnPlan], elements: Mapping[str, DataElement]) -> list[ColumnReader]:
    """One reader for every column of figures."""
    return [ColumnReader(elements[plan.target], plan) for plan in plans]


def masked(cell: Cell) -> str:
    """The text as it is kept and shown: short, and without numbers of persons."""
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell).strip()
    text = without_persons(text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def without_persons(text: str) -> str:
    """The text without numbers of identity cards and telephones."""
    return _PERSONAL.sub(lambda found: f"{found[0][:3]}****", text)


def _decimal(words: str, cell: str, element: DataElement) -> Decimal:
    """A number in another unit than the element's: the same words, but not yet the element's bounds."""
    free = DataElement(
        name=element.name, unit="", value_type=DataElement.ValueType.DECIMAL, places=12, options=[]
    )
    try:
        value = parse_figure(words, free)
    except FigureError:
        raise FigureError(str(_refusal(cell, element))) from None
    return Decimal(0) if value is None else value


def _visible(cell: str) -> str:
    """The text without signs that nobody sees, as web pages leave them, and without the ' of a text."""
    return "".join(sign for sign in cell if unicodedata.category(sign) != "Cf").removeprefix("'")


def _is_marked(cell: str) -> bool:
    """Whether a sign such as ① or ² stands there: a mark at a number, and no digit of it."""
    return any(unicodedata.category(sign) == "No" for sign in cell)


def _refusal(cell: str, element: DataElement) -> FigureError:
    unit = f"（单位：{element.unit}）" if element.unit else ""
    return FigureError(f"“{masked(cell)}”不是数字，请只填数字{unit}。")


def _ticked(words: str, element: DataElement) -> Decimal | None:
    chosen = (_CHOSEN_BEFORE if _BOX_LAST.search(words) else _CHOSEN).search(words)
    word = chosen["word"].partition("(")[0].strip("、,;/") if chosen and len(words) > 1 else words
    if word in _YES:
        return Decimal(1)
    if word in _NO:
        return Decimal(0)
    if words in _NOTHING_WORDS:
        return None
    return parse_figure(words, element)


def _level(words: str, cell: str, kind: str) -> str:
    """三星级, ★★★ and 3星 are 3; an option stays as it is."""
    if kind == DataElement.ValueType.CHOICE:
        return _CHOSEN.sub(lambda found: found["word"], cell.strip()) if _CHOSEN.fullmatch(words) else cell
    if _STARS.fullmatch(words):
        return str(words.count("★") + words.count("⭐"))
    bare = words.removesuffix("级").removesuffix("星")
    return _LEVELS.get(bare, bare)
