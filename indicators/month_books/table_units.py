"""Which units a corner, a title or a note names for a whole table, and whether that is understood."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from indicators.month_books import units
from indicators.month_books.titles import plain

_KIND = r"(?:计量|金额|货币|数量)?"
# 单位：元、亩  计量单位 元  本表金额单位均为元  金额:元
_SAID = re.compile(r"(?:单位|金额(?=\s*[:;=为]))[\s:;=为是均都]*((?:(?!单位)[^()])*)")
_COUNTED_IN = re.compile(r"以\s*(?P<unit>[^\s()]{1,6}?)\s*(?:为|作|作为)\s*" + _KIND + "单位")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_ALONE = re.compile(
    r"\(?(?:"
    + _KIND
    + r"单位(?:[:;=为是均都]|(?:人民币|rmb)*[百千万亿]*元)|金额[:;=为]|.{0,6}以.{1,6}为.{0,2}单位)"
)
# What looks like a unit of figures and is an organisation, or what one signs.
_OFFICE = re.compile(
    r"(?:填报|填表|编制|报送|制表|上报|报告|责任|主管|承办|所在|"
    r"申报|统计|主办|审核|汇总|帮扶|实施|建设|各|本)\s*单位[\s:;=为]*\S*|"
    r"单位\s*\(?(?:名称|负责|盖章|公章|意见|签|领导|电话|地址)|"
    r"单位[\s:;=为]*[^\s:]*(?:镇|乡|街道|政府|局|委|办|村|社区|中心|县|区|市|公司|合作社)"
)
_SPACED = re.compile(r"(?<=单)\s+(?=位)|(?<=[百千万亿])\s+(?=元)")
_MONEY_WORDS = re.compile(r"[元币块¥$]")


def table_units(texts: Iterable[str]) -> tuple[str, ...]:
    """The units that texts above the heads name for a whole table: 单位：元、亩, or a title with （万元）."""
    folded = _folded(texts)
    named = [word for text in _said(folded) for word in _words(text)]
    named += [word for text in folded for found in _BRACKETED.finditer(text) for word in _words(found[1])]
    lone = [units.spoken(plain(text)) for text in folded if is_unit_alone(text)]
    return tuple(dict.fromkeys([*(word for word in named if units.is_unit(word)), *lone]))


def is_unclear(texts: Iterable[str]) -> bool:
    """Whether a text speaks of a unit that is not understood: 单位：美元, 金额单位：见附注."""
    joined = _OFFICE.sub(" ", " ".join(_folded(texts)))
    return any(
        not any(map(units.is_unit, words)) or any(_is_strange(word) for word in words)
        for words in map(_words, _said([joined]))
    )


def is_table_unit(text: str) -> bool:
    """Whether a text among the heads says the unit of the table, and is no head."""
    return bool(_ALONE.match(plain(text).translate(units.BRACKETS))) and bool(table_units([text]))


def is_unit_alone(text: str) -> bool:
    """Whether a text is a unit and nothing else, as 元 in a corner."""
    return units.spoken(plain(text)) in units.NAMES


def _folded(texts: Iterable[str]) -> list[str]:
    """The texts with half-width signs, in the characters of today, without the spaces in 单 位 and 万 元."""
    folded = (unicodedata.normalize("NFKC", text).translate(units.BRACKETS) for text in texts)
    return [_SPACED.sub("", text) for text in folded]


def _said(folded: Iterable[str]) -> Iterator[str]:
    """What is said behind 单位 and the like; a label and its unit may stand in two cells."""
    joined = " ".join(folded)
    yield from (found["unit"] for found in _COUNTED_IN.finditer(joined))
    yield from (found[1] for found in _SAID.finditer(_COUNTED_IN.sub(" ", joined)))


def _words(text: str) -> list[str]:
    """The single words of a list of units, each as it is written here."""
    return [units.spoken(word) for word in re.split(r"[、,;/和\s]+", text.lower()) if word]


def _is_strange(word: str) -> bool:
    return bool(_MONEY_WORDS.search(word)) and not units.is_unit(word)
