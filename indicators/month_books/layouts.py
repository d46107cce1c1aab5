"""Layouts that are not read: villages across, a sheet for each village, a row for each figure; what to do."""

import re

from accounts.models import User
from indicators.month_books.headings import SEPARATOR
from indicators.month_books.mapping import BookMapping
from indicators.month_books.titles import plain
from indicators.month_books.villages import Finder

ACROSS = "村名横着排在表头里。请把表转置（复制，选择性粘贴，勾选“转置”），让每个村占一行，再上传。"
BY_SHEET = "这是一个村一张工作表。请合到一张表里，每个村占一行，再上传。"
LONG = "这是一行一个指标的表。请改成每个村占一行、每个指标占一列（可以用数据透视表），再上传。"
_FIGURE_NAMES = re.compile(r"指标|指标名称|项目|项目名称|数据项|统计项目|内容")


def advice(mapping: BookMapping, user: User) -> list[str]:
    """How to lay out anew a sheet that cannot be read as it stands; nothing where something else is wrong."""
    finder = Finder(user)
    titles = [title for plan in mapping.columns for title in plan.title.split(SEPARATOR) if title]
    if any(found.village_id for found in finder.find([(None, title, None) for title in titles])):
        return [ACROSS]
    if any(found.village_id for found in finder.find([(None, mapping.sheet, None)])):
        return [BY_SHEET]
    return [LONG] if any(_FIGURE_NAMES.fullmatch(plain(title)) for title in titles) else []
