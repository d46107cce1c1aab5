"""Other tables on the same sheet, beside or below the one that was mapped: never read by its heads."""

from bisect import bisect_left

from indicators.month_books import mapping as roles
from indicators.month_books.headings import SEPARATOR, shown
from indicators.month_books.mapping import BookMapping
from indicators.month_books.reading import Row
from indicators.month_books.titles import is_name, plain

TWO_NAMES = "这一行有两个村名，看不出数据是哪个村的。并排的两张表请上下接起来，再导入。"
OTHER_TABLE = "第 {row} 行起表头变了，是另一张表。请把它放到另一个工作表里，单独导入。"


class Tables:
    """What the heads of a sheet say of columns that name a village too, and of heads that come again."""

    def __init__(self, mapping: BookMapping) -> None:
        self.columns = [plan.column for plan in mapping.figures]
        name = mapping.column_of(roles.NAME)
        self.named = -1 if name is None else name
        self.titles = {
            plan.column: [plain(part) for part in plan.title.split(SEPARATOR)] for plan in mapping.columns
        }
        last = max(self.columns, default=0) if name is not None else 0
        self.rivals = [
            plan.column
            for plan in mapping.columns
            if not plan.target and plan.column < last
            if not plan.is_personal and is_name(plan.title.rpartition(SEPARATOR)[2])
        ]
        self.begun: list[int] = []  # rows that are heads again, and whether they are other ones
        self.are_other: list[bool] = []

    def is_like_name(self, column: int) -> bool:
        """Whether a column is headed as that of the names: what stands there is a village."""
        return self.titles[column] == self.titles[self.named]

    def is_head(self, index: int, row: Row, name: str) -> bool:
        """Whether a row is the heads again; where they say something else, another table begins."""
        texts = {at: plain(shown(row[at])) if at < len(row) else "" for at in self.columns}
        said = {at: text for at, text in texts.items() if text}
        is_same = all(text in self.titles.get(at, ()) for at, text in said.items())
        is_named = name in self.titles.get(self.named, ()) or is_name(name)
        is_other = is_named and not is_same and all(map(_is_word, said.values()))
        if said and (is_same or is_other):
            self.begun.append(index)
            self.are_other.append(is_other)
        return bool(said) and (is_same or is_other)

    def other(self, index: int) -> str:
        """What to do with a row that stands under the heads of another table; "" for one that does not."""
        at = bisect_left(self.begun, index) - 1
        return OTHER_TABLE.format(row=self.begun[at] + 1) if at >= 0 and self.are_other[at] else ""


def _is_word(text: str) -> bool:
    return any(map(str.isalpha, text)) and not any(map(str.isdigit, text))
