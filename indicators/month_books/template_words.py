"""What the workbook of a month says: drop-downs, bounds, relations between figures, how to fill it in."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

from indicators.models import DataElement, ValidationRule
from indicators.month_books.template_rows import VillageRow
from indicators.validation import bounds

_SIMPLE = re.compile(r"\s*([a-z][-\w]*)\s*(<=|<|>=|>)\s*([a-z][-\w]*)\s*")
_LIST_LENGTH = 255  # that Excel takes in a drop-down written out
Relation = tuple[str, DataElement]  # the sign, and the figure on its right


def drop_down(element: DataElement) -> list[str]:
    """What there is to choose from; nothing where a number is typed."""
    kind = DataElement.ValueType
    if element.value_type == kind.BOOLEAN:
        return ["是", "否"]
    if element.value_type == kind.CHOICE and len(",".join(element.options)) <= _LIST_LENGTH:
        return list(element.options)
    if element.value_type == kind.LEVEL:
        low, high = bounds(element)
        return [str(level) for level in range(int(low or 0), int(high or 0) + 1)]
    return []


def bound_tests(cell: str, low: Decimal | None, high: Decimal | None) -> Iterator[str]:
    if low is not None:
        yield f"{cell}>={low.normalize():f}"
    if high is not None:
        yield f"{cell}<={high.normalize():f}"


def relations(
    rows: Sequence[VillageRow], element: DataElement, elements: Collection[DataElement]
) -> list[Relation]:
    """Relations of two figures that hold `element` on the left: the sign and the other."""
    known = {one.code: one for one in elements}
    programmes = {programme for row in rows for programme in row.asked.programmes}
    rules = ValidationRule.objects.filter(
        programme__in=programmes, kind=ValidationRule.Kind.RELATION, severity=ValidationRule.Severity.HARD
    )
    found = []
    for rule in rules:
        simple = _SIMPLE.fullmatch(rule.expression)
        if simple and simple[1] == element.code and simple[3] in known:
            found.append((simple[2], known[simple[3]]))
    return found


_SIGNS = {"<=": "不能大于", "<": "必须小于", ">=": "不能小于", ">": "必须大于"}


def hint(element: DataElement, rules: Sequence[Relation]) -> str:
    low, high = bounds(element)
    said = ["填数字" + (f"，单位：{element.unit}" if element.unit else "")]
    if low is not None or high is not None:
        least = f"不小于 {low.normalize():f}" if low is not None else ""
        most = f"不大于 {high.normalize():f}" if high is not None else ""
        said.append("，".join(part for part in (least, most) if part))
    said.append(f"最多 {element.places} 位小数" if element.places else "填整数")
    said += [f"{_SIGNS[sign]}“{other.name}”" for sign, other in rules]
    return "；".join(said) + "。"


def note_on(element: DataElement, rows: Sequence[VillageRow]) -> str:
    """Help, and who provides it where it is not the person."""
    owners = {row.asked.others[element.code] for row in rows if element.code in row.asked.others}
    owner = f"由{'、'.join(sorted(owners))}填报。" if owners else ""
    return f"{element.help}{owner}"


def instructions(month: date) -> list[str]:
    return [
        f"这是 {month.year}年{month.month}月月报的填报表。",
        "在“月报”里填白色的格子，保存后在平台“月报 → 导入表格”里上传。",
        "灰色的格子不用填：已上报的月份、由其他单位提供的数据、不要求这个村（社区）填报的数据。",
        "空着的格子不改动平台上已有的数据；没有就空着，不要填 0。要清除一个已填的数，请在平台上清除。",
        "上传以后先看清楚会新增、更改哪些数，确认了才写入。您下载以后别人在平台上改过的数，不会被这张表里的旧数覆盖。",
        "工作表没有密码，但请不要增删行列，也不要改第一行（隐藏）和前两列（隐藏）。",
    ]
