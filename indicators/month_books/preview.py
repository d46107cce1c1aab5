"""What a person looks at before anything is written: old and new figures, and why some are refused."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from common.templatetags.display import number
from indicators.models import DataElement, ImportedRow, WorkbookImport
from indicators.month_books import comparing
from indicators.month_books.cells import EMPTY
from indicators.month_books.mapping import BookMapping, column_letter, from_json, month_text
from indicators.month_books.rows import Staged
from villages.models import Village

LABELS = {
    comparing.NEW: ("新增", "active"),
    comparing.CHANGED: ("更改", "attention"),
    comparing.UNCHANGED: ("未变", "calm"),
    comparing.REFUSED: ("不能导入", "bad"),
    EMPTY: ("按空处理", "calm"),
    comparing.KEPT: ("保留他人改的数", "calm"),
}
SHOWN_FIRST = comparing.REFUSED + comparing.NEW + comparing.CHANGED + comparing.KEPT
_NO_REASON = "不能导入。"


@dataclass(frozen=True)
class Line:
    """One figure of the preview, or a row refused as a whole: where it stands, what it would change."""

    row: int
    letter: str
    village: str
    month: date | None
    name: str
    unit: str
    old: str
    new: str
    label: str
    tone: str
    note: str

    @property
    def place(self) -> str:
        """The name of the cell in the workbook."""
        return f"第 {self.row} 行" if not self.letter else f"{self.letter}{self.row}"


def rows_with(workbook: WorkbookImport, signs: str, words: str = "") -> QuerySet[ImportedRow]:
    """Rows that hold figures of these outcomes, of villages whose names contain `words`."""
    rows = ImportedRow.objects.filter(workbook=workbook, outcomes__regex=f"[{signs}]").order_by(
        "row", "month"
    )
    if not words:
        return rows
    named = Village.objects.filter(name__icontains=words).values("pk")
    return rows.filter(Q(label__icontains=words) | Q(village_id__in=named))


class Reader:
    """Turns rows of one import into lines; villages are looked up once for all rows of a page."""

    def __init__(self, workbook: WorkbookImport) -> None:
        self.mapping: BookMapping = from_json(workbook.mapping)
        known = DataElement.objects.filter(code__in=self.mapping.codes)
        elements = {element.code: element for element in known}
        self.elements = [elements[code] for code in self.mapping.codes]
        self.columns = {(plan.target, plan.month): plan.column for plan in self.mapping.figures}

    def lines(self, rows: Collection[ImportedRow], signs: str) -> Iterator[Line]:
        """The figures of `rows` with one of these outcomes."""
        villages = Village.objects.in_bulk({row.village_id for row in rows if row.village_id})
        for row in rows:
            if row.reason:
                yield self._whole_row(row, villages)
                continue
            for place, sign in enumerate(row.outcomes):
                if sign in signs:
                    yield self._line(row, place, sign, villages)

    def column(self, row: ImportedRow, place: int) -> int:
        """The column in which a figure of `row` stands."""
        code = self.mapping.codes[place]
        named = (code, month_text(row.month)) if row.month else (code, "")
        return self.columns.get(named, self.columns.get((code, ""), 0))

    def _whole_row(self, row: ImportedRow, villages: Mapping[int, Village]) -> Line:
        """What is wrong with all of a row is said once."""
        village, number_of = villages.get(row.village_id or 0), row.outcomes.count(comparing.REFUSED)
        label, tone = LABELS[comparing.REFUSED]
        named = str(village or row.label or "没有写村名")
        return Line(
            row.row, "", named, row.month, f"整行 {number_of} 项", "", "", "", label, tone, row.reason
        )

    def _line(self, row: ImportedRow, place: int, sign: str, villages: Mapping[int, Village]) -> Line:
        element = self.elements[place]
        village = villages.get(row.village_id or 0)
        text, _ = _remark(row, place)
        new = shown_figure(row.new[place], element)
        label, tone = LABELS[sign]
        return Line(
            row.row,
            column_letter(self.column(row, place)),
            str(village or row.label or "没有写村名"),
            row.month,
            element.name,
            element.unit,
            shown_figure(row.old[place], element),
            text if row.new[place] is None and text else new,
            label,
            tone,
            note_of(row, place, sign),
        )


def note_of(row: ImportedRow | Staged, place: int, sign: str) -> str:
    """What is said of a figure: why it is refused, or how it was read."""
    _, remark = _remark(row, place)
    if sign != comparing.REFUSED:
        return "您下载以后别人改过，表格里还是旧数，不覆盖。" if sign == comparing.KEPT else remark
    _, closed = (row.remarks or {}).get(comparing.CLOSED, ("", ""))
    if row.reason:
        return row.reason
    is_figure = row.marks[place : place + 1] == "v"
    return (closed or comparing.FROZEN) if is_figure else (remark or closed or _NO_REASON)


def shown_figure(value: Decimal | None, element: DataElement) -> str:
    """A figure as the element is read: 是 or 否, an option, a number."""
    if value is None:
        return ""
    if element.value_type == DataElement.ValueType.BOOLEAN:
        return "是" if value else "否"
    options: Sequence[str] = element.options
    if element.value_type == DataElement.ValueType.CHOICE and 1 <= value <= len(options):
        return str(options[int(value) - 1])
    return number(value)


def _remark(row: ImportedRow | Staged, place: int) -> tuple[str, str]:
    text, reason = (row.remarks or {}).get(str(place), ("", ""))
    return text, reason
