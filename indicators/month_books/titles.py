"""What a heading says: its words without ornament, its unit, its month, and whether it names persons."""

import re
import unicodedata
from dataclasses import dataclass

from indicators.month_books import units

# B1  B3-1-1  1.  (2)  一、  （三） before the words of a heading: codes of a form, not words.
_NUMBERING = re.compile(
    r"^(?:[A-Za-z]{1,3}\d+(?:[-.]\d+)*(?=[^\dA-Za-z%])|\d+(?:\.\d+)*[.、)](?=\D)|\(\d+\)|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))[.、:]?"
)
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NAMED_UNIT = re.compile(r"(?:计量|金额|货币)?单位[:为]?(.+)$")
_TAIL_UNIT = re.compile(r"[,、/:_—-](?P<unit>[^,、/:_—-]{1,6})$")
_TAIL_MONEY = re.compile(
    r"(?<![\d.十百千万亿单美欧日港多公纪次状])(?P<unit>(?:十万|百万|千万|[百千万亿])?元)$"
)
_TAIL_PERCENT = re.compile(r"(?P<unit>%)$")
_MONTH = re.compile(
    r"(?:(?P<year>20\d\d)[年.\-/])?(?:(?P<month>1[0-2]|0?[1-9])|(?<![上下前后近每各第])(?P<named>十[一二]?|[一二三四五六七八九]))月份?"
)
_MONTHS = re.compile(r"\d月?[-~—至到]\d{1,2}月|季度|半年|全年")  # more than one: no month of a month's figure
RATES = frozenset({"增长", "增幅", "增速", "率", "占比", "比例", "比重", "人均", "户均"})
ADDED_UP = frozenset({"累计", "年初", "-月"})
# Words that make another figure of the same name: of another time, planned, compared, a part, a share.
_OTHER = re.compile(
    r"\(其中|去年|上年|上月|同期|同比|环比|增长|增幅|增速|增减|目标|计划|任务|预计|预期|年初|累计|占比|比例|比重|"
    r"率|排名|位次|名次|季度|半年|全年|人均|户均|平均|(?P<range>\d月?[-~—至到]\d{1,2}月)|20\d\d年(?!\d)"
)
_NOTE = re.compile(r"(?:备注|附注|说明|注)\d*[:.、]")
# Over numbers that are nobody's figure: of the rows, of what adds up others.
_COUNTING = re.compile(r"(?:序号?|编号|号|no\.?|#|备注|说明|合计|小计|总计)?")
YEAR_COLUMN = re.compile(r"^(?:统计|报告|所属)?(?:年|年份|年度)$")
_FILLING_DAY = re.compile(r"(?:填|制|报|送|打印|审核)\w{0,2}(?:日期|时间)")
_PERSONAL = re.compile(
    r"身份证|证件号|证号码|手机|电话|联系方式|联系人|姓名|户主|银行卡|银行账号|卡号|账号|家庭住址|居住地址|"
    r"出生(?:日期|年月)|民族|签名|签字|微信|邮箱"
)
_FILLERS = re.compile(r"本月|当月|本期|报告期末?|期末|基本|情况|总数|数量|人数|户数|数额|金额|数$|的|情况")

_PART = re.compile(r"^\(?其中")
_NEGATION = re.compile(r"[非未不无]")
# Words that say what is counted, with units that go with them.
_COUNTED = {
    "人数": ("人", "人次"),
    "户数": ("户",),
    "笔数": ("笔",),
    "金额": ("元",),
    "面积": ("亩", "平方米"),
    "个数": ("个", "次", "处", "座", "栋", "件"),
}
_MEASURED = ("元", "亩", "平方米", "%")  # what 数量 is not said of

_GENERIC = re.compile(r"(?:总|合)?(?:户数?|人数?|人口|金额|面积|数量|个数|笔数|资金|数)|合计|总计|小计")

CODE = re.compile(r"村代码|村编码|村码|行政区划|区划代?码|^\d*位?(?:统计)?(?:代码|编码|区划码)$|^code$")
NAME = re.compile(
    r"^(?:村名|村名称|村居名?称?|村别|村社区名?称?|行政村名?称?|建制村|社区名?称?|嘎查名?称?|村|"
    r"单位名?称?|填报单位|名称|村庄名?称?|所属村|所在村|地区|统计用区划名称)$"
)
TOWNSHIP = re.compile(r"^(?:所属|所在)?(?:乡镇|镇街|镇乡|乡镇街道|镇|乡|街道)(?:名称?)?$")
MONTH_COLUMN = re.compile(
    r"^(?:(?:统计|报告|所属|填报)?(?:月份|月度|月|报告期|期间|年月)|(?:统计|报告|所属)?(?:日期|时间))$"
)
CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def plain(text: str) -> str:
    """The text with half-width signs and without spaces, in small letters."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if not sign.isspace() and sign.isprintable()).lower()


def is_counting(text: str) -> bool:
    """Whether a heading says that the numbers below it count rows or add up others, or says nothing."""
    return bool(_COUNTING.fullmatch(plain(text)))


@dataclass(frozen=True)
class Title:
    """A heading taken apart: `words` without code, unit and month, whose year is 0 where none is said."""

    words: str
    unit: str = ""
    month: tuple[int, int] | None = None


def read_title(text: str) -> Title:
    """Take a heading apart: “B20 村集体经济收入（元）” is 村集体经济收入 in 元."""
    before, _, last = text.strip().rpartition(" ")
    if before and units.is_unit(plain(last)):
        text = f"{before}({last})"  # 收入 元
    words = _NUMBERING.sub("", plain(text).translate(units.BRACKETS))
    unit = ""
    for bracket in _BRACKETED.finditer(words):
        named = units.spoken(_NAMED_UNIT.sub(r"\1", bracket[1]))
        if units.is_unit(named):
            unit, words = named, words.replace(bracket[0], "", 1)
            break
    for tail in (_TAIL_UNIT.search(words), _TAIL_PERCENT.search(words), _TAIL_MONEY.search(words)):
        named = units.spoken(_NAMED_UNIT.sub(r"\1", tail["unit"])) if tail else ""
        if tail and not unit and units.is_unit(named):
            unit, words = named, words[: tail.start()]
    if not unit and units.is_unit(units.spoken(words)):
        return Title("", units.spoken(words))
    return _without_month(words, unit)


def _without_month(words: str, unit: str) -> Title:
    found = _MONTH.search(words)
    if not found or words.startswith("0") or _MONTHS.search(words):
        return Title(words, unit)
    rest = (words[: found.start()] + words[found.end() :]).strip("()-_年度/.")
    month = int(found["month"]) if found["month"] else CHINESE_MONTHS.index(found["named"]) + 1
    return Title(rest, unit, (int(found["year"] or 0), month))


def is_note(text: str) -> bool:
    """Whether a text below a table tells its unit: 注：金额单位为元."""
    return "单位" in text and bool(_NOTE.match(plain(text)))


def other_words(text: str) -> frozenset[str]:
    """The words of a heading that make another figure of it; a stretch of months is one of them."""
    found = _OTHER.finditer(plain(text))
    return frozenset("-月" if word["range"] else word[0] for word in found)


def is_of_unknown_unit(words: str) -> bool:
    """Whether brackets end as a unit does that we do not know: （美元）."""
    said = [bracket[1] for bracket in _BRACKETED.finditer(words) if bracket[1] not in units.NAMES]
    return any(part.endswith(tuple(units.NAMES)) for one in said for part in one.split("/"))


def added(words: str, name: str) -> bool:
    """Whether words in brackets say what a name does not: 参保人数（女）."""
    return any(bracket[1] not in name for bracket in _BRACKETED.finditer(words) if bracket[1])


def is_generic(title: str) -> bool:
    """Whether a head alone does not say of what it is the number: 户数, 金额（万元）."""
    return bool(_GENERIC.fullmatch(read_title(title).words))


def caption(text: str) -> str:
    """A title above the heads without its figures, by which one table is told from another."""
    return re.sub(r"[\d\W]", "", plain(text))


def is_part(text: str) -> bool:
    """Whether a head is a part of what stands before it: 其中：特色产业."""
    return bool(_PART.match(plain(text)))


def contradicts(words: str, name: str, unit: str) -> bool:
    """Whether words deny what a name does not, or count something else: 户数 of an element in 人."""
    bare = _BRACKETED.sub("", words)
    if set(_NEGATION.findall(bare)) != set(_NEGATION.findall(name)):
        return True
    said = [word for word in _COUNTED if word in words and word not in name]
    fits = all(any(units.are_alike(unit, one) for one in _COUNTED[word]) for word in said)
    is_amount = any(units.are_alike(unit, one) for one in _MEASURED)
    return not fits or ("数量" in words and "数量" not in name and is_amount)


def is_personal(text: str) -> bool:
    """Whether a column so headed holds data of persons: it is named, and never read."""
    return bool(_PERSONAL.search(plain(text)))


def is_name(title: str) -> bool:
    """Whether a head says that villages' names stand below it."""
    return bool(NAME.search(plain(title).replace("(", "").replace(")", "")))


def is_filling_day(text: str) -> bool:
    """Whether a text is the label of the day on which a form was filled in, not of its month."""
    return bool(_FILLING_DAY.search(plain(text)))


def core(words: str) -> str:
    """What is left of a name without the words that every form puts differently."""
    return _FILLERS.sub("", _BRACKETED.sub("", words)) or words


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: the share of their pairs of neighbouring signs."""
    if one == other:
        return 1.0
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
