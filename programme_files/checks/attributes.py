"""What the programme knows of its villages: attributes, and the values that each village has."""

from decimal import Decimal

from programme_files.checks.context import Context, is_name
from programme_files.document import AttributeRow, VillageRow
from villages.models import ProgrammeAttribute

NOT_A_NAME = "代码应以字母开头，由字母、数字和下划线组成，且不是公式里的关键字。"
RESERVED = {"kind", "year"}


def check(context: Context) -> None:
    for row in context.document.attributes:
        _check_attribute(context, row)
    known = {row.code: row for row in context.document.attributes}
    for village in context.document.villages:
        _check_values(context, village, known)


def _check_attribute(context: Context, row: AttributeRow) -> None:
    if not is_name(row.code):
        context.report(row, "code", NOT_A_NAME)
    elif row.code in RESERVED:
        context.report(row, "code", f"{row.code} 在公式里另有所指，请换一个代码。")
    context.check_columns(context.path(row), row, ProgrammeAttribute, code=row.code)
    if len(set(row.choices)) < len(row.choices):
        context.report(row, "choices", "同一个可选值写了两次。")
    if "" in row.choices:
        context.report(row, "choices", "可选值不能为空。")
    if row.type == ProgrammeAttribute.ValueType.NUMBER and row.choices:
        context.report(row, "choices", "type 为 number 时不能写 choices。")


def _check_values(context: Context, village: VillageRow, known: dict[str, AttributeRow]) -> None:
    for code, value in village.attributes.items():
        if code not in known:
            if code not in context.attributes:  # a broken one was reported where it stands
                context.report(village, "attributes", f"文件里没有村情属性“{code}”。")
        elif sentence := _mismatch(known[code], value):
            context.report(village, f"attributes.{code}", sentence)


def _mismatch(row: AttributeRow, value: object) -> str:
    if row.type == ProgrammeAttribute.ValueType.NUMBER:
        return "" if isinstance(value, Decimal) else f"{row.name}应为数字（不加引号），不能是“{value}”。"
    if not isinstance(value, str):
        return f'{row.name}应为文字，请加引号："{value}"。'
    if not value:
        return "不能为空；不清楚的，不要写这个属性。"
    if row.choices and value not in row.choices:
        return f"{row.name}没有“{value}”，可用的值：{'、'.join(row.choices)}。"
    return ""
