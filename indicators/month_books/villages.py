"""Whose row it is: villages found by code or name, as people write them, inside what the user may see."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.db.models import QuerySet
from pypinyin import Style, lazy_pinyin, pinyin

from accounts.models import User
from common.divisions import Level
from indicators.month_books.reading import Cell
from indicators.month_books.titles import plain
from villages.models import Village

_ENDINGS = (
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
    "嘎查委员会",
    "委员会",
    "行政村",
    "建制村",
    "社区",
    "嘎查",
    "村",
    "居",
)
# A community of a town and a village are not one and the same, whatever stands before these.
_URBAN = ("社区", "居民委员会", "居委会")
_RURAL = ("村", "村民委员会", "村委会", "嘎查", "嘎查委员会")
_ORNAMENT = re.compile(
    r"^(?:\d+[.、)]|\(\d+\)|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))(?=\D)|^[★☆*●■]+|[★☆*]+$"
)
_TOWN_ENDINGS = ("街道办事处", "街道办", "办事处", "街道", "镇", "乡", "苏木")
_TOTAL = re.compile(
    r"(?:.{0,12})(?:合计|小计|总计|共计|累计|总数|汇总|平均|均值)[:(（].*|(?:.{0,12})(?:合计|小计|总计|共计|累计|汇总|平均[值数]?|均值)|计|全(?:镇|乡|街道|县|市|区|县区)"
)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+")
NAMELESS = "这一行没有写是哪个村（社区）。"
SHOWN = 12  # signs of what stands in place of a code: fewer than a number of a person has
MOST_KEPT = 3_000  # villages held for looking up names
LEAST_DIGITS = 3  # of a code that lost its beginning


def is_total(texts: Iterable[str]) -> bool:
    """Whether a row adds up others: 合计, 小 计, 全镇 in one of its first texts."""
    return any(bool(_TOTAL.fullmatch(plain(text))) for text in texts if text)


def bare_name(text: str) -> str:
    """A name without what some write and others do not: 泾灵南村村民委员会 is 泾灵南."""
    name = _ORNAMENT.sub("", plain(text).strip("\"'“”"))
    while ending := next((e for e in _ENDINGS if name.endswith(e) and len(name) > len(e)), ""):
        name = name[: -len(ending)]
    return name


def initials(name: str) -> str:
    """The first letters of a name in pinyin: 泾灵南村 is jlnc."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).lower()


def are_initials(words: str, name: str) -> bool:
    """Whether these letters may stand for the name, whichever way its characters are read: 长 is c and z."""
    read = pinyin(name, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return len(words) == len(read) and all(
        letter in letters for letter, letters in zip(words, read, strict=True)
    )


@dataclass(frozen=True)
class Found:
    """A row's village, or why there is none."""

    village_id: int | None = None
    reason: str = ""
    is_unknown: bool = False  # a name that a person can still assign


Place = tuple[Cell, Cell, Cell]  # a row's code, name and township


@dataclass
class Finder:
    """Finds villages for many rows at a time; `decided` are names that a person has assigned to codes."""

    user: User
    decided: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _few(self) -> list[Village] | None:
        """All villages that may be meant, where they are few enough to be kept."""
        mine = list(self._mine()[: MOST_KEPT + 1])
        return mine if len(mine) <= MOST_KEPT else None

    def find(self, rows: Collection[Place]) -> list[Found]:
        """The villages of `rows`, in their order, with a few queries however many they are."""
        known = self._candidates(rows)
        return [self._one(known, *row) for row in rows]

    @cached_property
    def _towns(self) -> set[str]:
        names = {plain(village.township_name) for village in self._few or ()}
        return names | {plain(str(self.user.organisation))}

    def is_township(self, words: str) -> bool:
        """Whether these words are a township's name: a row of its own for it adds up its villages."""
        return bool(words) and words in self._towns

    def _mine(self) -> QuerySet[Village]:
        mine = Village.objects.visible_to(self.user).filter(enrolments__isnull=False)
        return mine.distinct().only("code", "name", "township_name").order_by("code")

    def _candidates(self, rows: Collection[Place]) -> "_Index":
        codes = {code for row in rows if len(code := code_digits(row[0])) == Level.VILLAGE}
        codes |= {self.decided[name] for row in rows if (name := plain(_text(row[1]))) in self.decided}
        found = list(Village.objects.filter(code__in=codes).only("code", "name", "township_name"))
        known = {village.code: village for village in found}
        unsure = [row for row in rows if not _agrees(known.get(code_digits(row[0])), _text(row[1]))]
        return _Index(found, self._by_name(unsure) if unsure else [])

    def _by_name(self, rows: Collection[Place]) -> list[Village]:
        """The user's villages, and of the county around those that bear the names of `rows`."""
        names = {way for row in rows if (text := _text(row[1])) for way in _full_names(text)}
        mine = self._few if self._few is not None else list(self._mine().filter(name__in=names))
        around = Village.objects.filter(
            name__in=names, code__startswith=self.user.division_code[: Level.COUNTY]
        )
        return mine + list(around.only("code", "name", "township_name")[:MOST_KEPT])

    def _one(self, known: "_Index", code: Cell, name: Cell, township: Cell) -> Found:
        digits, text = code_digits(code), _text(name)
        by_code = known.by_code(digits) if digits else None
        if by_code and _agrees(by_code, text):
            return self._allowed(by_code)
        by_name = known.by_name(text, _text(township), self.decided) if text else []
        mine = [village for village in by_name if self.user.reaches(village.code)] or by_name
        if by_code and text and by_code not in by_name:
            reason = f"村代码是{by_code}的，名称却写着“{text[:20]}”，请核对是哪个村。"
            return Found(reason=reason, is_unknown=not by_name)
        village = by_code or (mine[0] if len(mine) == 1 else None)
        if village:
            reason = _elsewhere(village, digits, _text(township))
            return Found(reason=reason) if reason else self._allowed(village)
        return Found(reason=_unknown(text, digits, _text(code), mine), is_unknown=bool(text))

    def _allowed(self, village: Village) -> Found:
        if not self.user.reaches(village.code):
            return Found(reason=f"{village.township_name}{village}不在您单位的管辖范围，不能导入。")
        return Found(village.pk)


class _Index:
    """Villages by code, by the end of a code, and by every way to write their names."""

    def __init__(self, coded: Collection[Village], named: Collection[Village]) -> None:
        self.codes = {village.code: village for village in (*coded, *named)}
        self.names: dict[str, dict[str, Village]] = {}
        for village in named:
            for name in _ways_to_write(village):
                self.names.setdefault(name, {})[village.code] = village

    def by_code(self, digits: str) -> Village | None:
        if digits in self.codes:
            return self.codes[digits]
        if len(digits) < LEAST_DIGITS or len(digits) >= Level.VILLAGE:
            return None
        ending = [village for code, village in self.codes.items() if code.endswith(digits)]
        return ending[0] if len(ending) == 1 else None

    def by_name(self, text: str, township: str, decided: Mapping[str, str]) -> list[Village]:
        written = plain(text)
        if written in decided:
            return [self.codes[decided[written]]] if decided[written] in self.codes else []
        for way in (written, bare_name(text)):
            if found := _of_kind(written, self.names.get(way, {}).values()):
                return _of_township(found, township)
        place, rest = _split_place(written, township)
        found = _of_kind(rest, self.names.get(bare_name(rest), {}).values()) if place else []
        return _of_township([village for village in found if _is_in(village, place)], township)


def _agrees(village: Village | None, name: str) -> bool:
    """Whether a village found by its code bears the name beside it; where none stands there, it does."""
    if village is None:
        return False
    return name in ("", village.name) or plain(name) in _ways_to_write(village)


def _full_names(text: str) -> set[str]:
    """The names that a village so written may have in full."""
    stems = {plain(text), bare_name(text), bare_name(_split_place(plain(text), "")[1])}
    return {
        stem + ending
        for stem in stems
        for ending in ("", "村", "社区", "嘎查", "村民委员会", "居民委员会", "村委会")
    }


def _ways_to_write(village: Village) -> set[str]:
    name, bare = plain(village.name), bare_name(village.name)
    town = plain(village.township_name)
    towns = {town, *(town.removesuffix(ending) for ending in _TOWN_ENDINGS)}
    return {name, bare, *(place + one for place in towns for one in (name, bare))}


def _split_place(written: str, township: str) -> tuple[str, str]:
    """The township or county that some write before the name, and the name."""
    town = plain(township)
    if town and written.startswith(town):
        return town, written[len(town) :]
    for ending in _TOWN_ENDINGS:
        place, found, rest = written.partition(ending)
        if found and place and len(rest) >= 2:
            return place + ending, rest
    return "", written


def _is_in(village: Village, place: str) -> bool:
    """Whether a village may lie in the township so written; what names no township says nothing."""
    town, words = plain(village.township_name), plain(place)
    stem = next((town.removesuffix(end) for end in _TOWN_ENDINGS if town.endswith(end)), town)
    return not words.endswith(_TOWN_ENDINGS) or stem in words or words in town


def _elsewhere(village: Village, digits: str, township: str) -> str:
    """What beside a village's name says that one of the same name is meant, in another township."""
    if not _is_in(village, township):
        return f"名称是{village.township_name}{village}的，乡镇却写着“{township[:20]}”，请核对是哪个村。"
    if len(digits) == Level.VILLAGE and digits[: Level.TOWNSHIP] != village.code[: Level.TOWNSHIP]:
        return f"名称是{village.township_name}{village}的，村代码“{digits}”却是别的乡镇的，请核对是哪个村。"
    return ""


def _of_kind(written: str, villages: Iterable[Village]) -> list[Village]:
    """Those that are no villages where a community is written, and the other way round."""
    unlike = _RURAL if written.endswith(_URBAN) else _URBAN if written.endswith(_RURAL) else ()
    return [village for village in villages if not plain(village.name).endswith(unlike)]


def _of_township(found: list[Village], township: str) -> list[Village]:
    """Of villages of the same name, those whose township is named beside."""
    town = plain(township)
    if len(found) == 1 or not town:
        return found
    named = [v for v in found if town in plain(v.township_name) or plain(v.township_name) in town]
    return named or found


def code_digits(cell: Cell) -> str:
    """The digits of a code, also where it became a number or 6.40181101219E+11; "" where there are none."""
    if isinstance(cell, Decimal):
        return f"{cell:f}" if cell == cell.to_integral_value() and cell > 0 else ""
    if isinstance(cell, str) and cell.isascii() and cell.isdigit():
        return cell
    text = plain(_text(cell)).lstrip("'`")
    if _SCIENTIFIC.fullmatch(text):
        return _unfolded(text)
    return text if text.isascii() and text.isdigit() else ""


def _unfolded(text: str) -> str:
    """A code in scientific notation, where it kept all its digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    kept = len(number.as_tuple().digits)
    return f"{number:f}" if kept >= Level.VILLAGE - 2 and number.adjusted() == Level.VILLAGE - 1 else ""


def _unknown(text: str, digits: str, code: str, several: list[Village]) -> str:
    if several:
        towns = "、".join(sorted({village.township_name for village in several}))
        return f"叫“{text[:20]}”的村有 {len(several)} 个（{towns}），请在表里写明乡镇或村代码。"
    if text:
        return f"没有找到“{text[:20]}”，请核对村名，或在“对应村名”里选定。"
    if _SCIENTIFIC.fullmatch(plain(code)):
        return f"村代码变成了“{code}”，后几位已经丢失，请把这一列改成文本格式重新填写。"
    if digits or code:
        return f"没有代码为“{digits or code[:SHOWN]}”的村（社区），请核对。"
    return NAMELESS


def _text(cell: Cell) -> str:
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell).strip()
