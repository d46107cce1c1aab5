"""What a workbook that leaves the house contains."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from common.workbooks import Band, Cell, Column, Sheet, safe_filename, workbook_bytes, workbook_response


def _read(sheet: Sheet):
    return openpyxl.load_workbook(BytesIO(workbook_bytes([sheet]))).worksheets[0]


def _sheet(*rows, **more) -> Sheet:
    columns = [Column("村(社区)", 18), Column("参保率", places=1, group="社会保障(%)")]
    return Sheet(name="达标", title="2025年达标情况", columns=columns, rows=rows, **more)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "http://example.com"])
def test_text_stays_text_whatever_it_begins_with(text):
    sheet = _read(_sheet([text, Decimal("93.2")]))

    cell = sheet.cell(4, 1)
    assert cell.data_type == "s"
    assert cell.value.endswith(text.strip())
    assert cell.hyperlink is None


def test_negative_numbers_stay_numbers_and_keep_their_decimals():
    sheet = _read(_sheet(["泾灵南村", Decimal("-93.25")]))

    assert (sheet["B4"].value, sheet["B4"].number_format) == (-93.25, "#,##0.0")


def test_heads_stay_in_view_and_repeat_on_paper():
    sheet = _read(_sheet(["泾灵南村", None]))

    assert sheet["A1"].value == "2025年达标情况"
    assert (sheet["A2"].value, sheet["B2"].value, sheet["B3"].value) == ("村(社区)", "社会保障(%)", "参保率")
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet["B4"].value is None


def test_demonstration_figures_are_marked_and_the_source_stands_below():
    sheet = _read(
        _sheet(
            Band("创建标准"),
            ["泾灵南村", Cell("● 达标", tone="met")],
            is_demonstration=True,
            notes=["来源:月报"],
        )
    )

    assert "演示数据" in sheet["A2"].value
    assert [sheet.cell(row, 1).value for row in (5, 6, 7)] == ["创建标准", "泾灵南村", "来源:月报"]
    assert sheet["B6"].fill.start_color.rgb == "FFE1F3E6"


def test_a_day_is_a_day():
    sheet = _read(_sheet([date(2025, 10, 1), 1]))

    assert (sheet["A4"].value.date(), sheet["A4"].number_format) == (date(2025, 10, 1), "yyyy-mm-dd")


def test_the_answer_is_a_download_with_its_chinese_name():
    response = workbook_response(safe_filename("灵武", "2025年/达标") + ".xlsx", [_sheet(["泾灵南村", 1])])

    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%81%B5%E6%AD%A6-2025")
