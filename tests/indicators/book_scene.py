"""A township that sends workbooks: two villages, their elements, a clerk, and short ways to send files."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from indicators.models import ImportedRow, LedgerLine, WorkbookImport
from indicators.month_books import comparing
from indicators.month_books.mapping import from_json
from indicators.services import imports
from tests.factories import EnrolmentFactory, VillageFactory
from tests.indicators.month_scene import NOW, OCTOBER, Scene, set_scene
from villages.models import Village

HEADS = ("村名", "应参保人数（人）", "参保人数（人）", "绿化覆盖率（%）")
SOUTH = ("泾灵南村", 1480, 1410, 45.5)
NORTH = ("泾灵北村", 990, 950, 40)


class BookScene:
    """`scene.send(rows)` uploads these rows as the clerk; `scene.read(rows)` also has them read."""

    def __init__(self) -> None:
        self.months: Scene = set_scene()
        self.south = self.months.village
        self.north = self.village("640181101220", "泾灵北村")
        self.clerk = self.months.clerk

    def village(self, code: str, name: str, township: str = "郝家桥镇") -> Village:
        village = VillageFactory(code=code, name=name, township_name=township)
        return EnrolmentFactory(programme=self.months.programme, village=village).village

    def send(
        self, rows: Iterable[Sequence[Any]], *, actor=None, month: date = OCTOBER, **more: Any
    ) -> WorkbookImport:
        return self.upload(book(rows, **more), actor=actor, month=month)

    def upload(
        self, content: bytes, name: str = "报表.xlsx", *, actor=None, month: date = OCTOBER
    ) -> WorkbookImport:
        file = SimpleUploadedFile(name, content)
        return imports.import_upload(upload=file, month=month, actor=actor or self.clerk, now=NOW)

    def read(self, rows: Iterable[Sequence[Any]], **more: Any) -> WorkbookImport:
        return self.confirm(self.send(rows, **more))

    def confirm(self, workbook: WorkbookImport, mapping=None) -> WorkbookImport:
        """Take the mapping as it was proposed, and have the sheet read."""
        workbook = WorkbookImport.objects.get(pk=workbook.pk)
        if workbook.state == "mapping":
            imports.import_map(
                workbook=workbook,
                mapping=mapping or from_json(workbook.mapping),
                month=workbook.month,
                actor=workbook.by,
                now=NOW,
            )
        return self.run(workbook)

    def apply(self, workbook: WorkbookImport) -> WorkbookImport:
        imports.import_apply(workbook=workbook, actor=workbook.by, now=NOW)
        return self.run(workbook)

    def run(self, workbook: WorkbookImport) -> WorkbookImport:
        imports.import_run(import_id=workbook.pk, tick=lambda: NOW)
        return WorkbookImport.objects.get(pk=workbook.pk)

    def value(self, village: Village, code: str, month: date = OCTOBER) -> Decimal | None:
        element = next(one for one in self.months.elements if one.code == code)
        return LedgerLine.objects.month_values(village, month).get(element.pk)

    @staticmethod
    def targets(workbook: WorkbookImport) -> list[str]:
        return [plan["target"] for plan in workbook.mapping["columns"]]

    @staticmethod
    def outcomes(workbook: WorkbookImport) -> dict[int, str]:
        """The signs of each row of the sheet, months one after the other."""
        found: dict[int, str] = {}
        for row in ImportedRow.objects.filter(workbook=workbook).order_by("row", "month"):
            found[row.row] = found.get(row.row, "") + row.outcomes
        return found

    @staticmethod
    def counts(workbook: WorkbookImport) -> dict[str, int]:
        return {name: workbook.counts[name] for name in comparing.NAMES.values() if workbook.counts[name]}

    @staticmethod
    def reasons(workbook: WorkbookImport) -> list[str]:
        rows = ImportedRow.objects.filter(workbook=workbook).order_by("row")
        return [
            reason
            for row in rows
            for reason in (row.reason, *(r for _, r in (row.remarks or {}).values()))
            if reason
        ]


def book(
    rows: Iterable[Sequence[Any]],
    *,
    merges: Iterable[str] = (),
    title: str = "Sheet1",
    more: dict | None = None,
) -> bytes:
    """An .xlsx of these rows."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    for name, other in (more or {}).items():
        extra = workbook.create_sheet(name)
        for row in other:
            extra.append(list(row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
