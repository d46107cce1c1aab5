"""The hidden row by which a workbook of ours is known again: nothing has to be mapped."""

import re
from collections.abc import Sequence
from datetime import date

from indicators.models import DataElement
from indicators.month_books import mapping as roles
from indicators.month_books.headings import shown
from indicators.month_books.mapping import BookMapping, ColumnPlan
from indicators.month_books.periods import month_in
from indicators.month_books.reading import SheetOutline
from indicators.month_books.titles import plain

CHANGED = (
    "{letter} 列的表头“{title}”和填报表不一致，这一列是“{head}”。"
    "请重新下载填报表填写；或者删去隐藏的第一行，作为自己的表格上传。"
)
MOST_SHOWN = 40
FIRST_ROW = 4  # of figures, counted from 0: the hidden row, the title, groups, names
_MARK = re.compile(r"sfc-month-1:(?P<month>20\d\d-(?:0[1-9]|1[0-2]))")


def mark(month: date) -> str:
    """What stands in the first cell."""
    return f"sfc-month-1:{month:%Y-%m}"


def is_mark(text: str) -> bool:
    return bool(_MARK.fullmatch(text))


def own_book(sheets: Sequence[SheetOutline]) -> tuple[BookMapping, date] | None:
    """The mapping and month of a workbook that was downloaded here; None for any other."""
    for sheet in sheets:
        codes = [shown(cell).strip() for cell in (sheet.head[0] if sheet.head else [])]
        found = _MARK.fullmatch(codes[0]) if codes else None
        if found:
            return _mapping(sheet, codes), roles.month_from(found["month"])
    return None


def changed_title(sheets: Sequence[SheetOutline], mapping: BookMapping, month: date) -> list[str]:
    """What to do where somebody has written another month over the figures of the one that was downloaded."""
    head = next(sheet.head for sheet in sheets if sheet.name == mapping.sheet)
    texts = (shown(cell) for row in head[1 : FIRST_ROW - 1] for cell in row)
    said = next((found for text in texts if (found := month_in(text, month.year))), month)
    if said == month:
        return []
    was, now = f"{month.year}年{month.month}月", f"{said.year}年{said.month}月"
    return [
        f"标题写的是{now}，表格却是从{was}的月报下载的，会记到{was}。请下载{now}的月报表格填写，或把标题改回{was}。"
    ]


def head_of(element: DataElement) -> str:
    """What stands over an element's figures."""
    return f"{element.name}（{element.unit}）" if element.unit else element.name


def changed_heads(mapping: BookMapping, elements: Sequence[DataElement]) -> list[str]:
    """What to do where a head no longer fits the hidden code of its column: columns or heads were moved."""
    wanted = {element.code: head_of(element) for element in elements}
    found = (
        (plan, wanted[plan.target])
        for plan in mapping.figures
        if plan.target in wanted and plain(plan.title) != plain(wanted[plan.target])
    )
    plan, head = next(found, (None, ""))
    if plan is None:
        return []
    return [CHANGED.format(letter=plan.letter, title=plan.title.strip()[:MOST_SHOWN], head=head)]


def _mapping(sheet: SheetOutline, codes: Sequence[str]) -> BookMapping:
    titles = [shown(cell) for cell in (sheet.head[FIRST_ROW - 1] if len(sheet.head) >= FIRST_ROW else [])]
    columns = tuple(
        ColumnPlan(at, titles[at] if at < len(titles) else "", roles.CODE if at == 0 else code)
        for at, code in enumerate(codes)
    )
    return BookMapping(sheet.name, 0, FIRST_ROW - 1, columns, is_own=True)
