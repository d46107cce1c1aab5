import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from common.archives import CHUNK, check_sheet_reach
from common.uploads import check_text
from tests.common.test_uploads import XLSX

SHEET = '<?xml version="1.0"?><worksheet>{}<sheetData>{}</sheetData></worksheet>'


def workbook(cells, before="", encoding="utf-8"):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(before, cells).encode(encoding))
    return content


@pytest.mark.parametrize(
    "cells",
    [
        "",
        '<row r="1"><c r="A1" s="9140625"><v>1048576</v></c></row>',
        '<row r="100000"><c r="ZZ100000"/></row>',
        '<row r="2" spans="1:16384" customHeight="1048577"/>',
    ],
)
def test_a_table_of_usual_size_passes(cells):
    content = workbook(cells, before='<dimension ref="A1:ZZ100000"/>')

    refusal = check_sheet_reach(content)

    assert refusal is None


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="XFD1048576"/>',
        '<c r="A1048576"/>',
        '<c r="AAA1"/>',
        '<row r="100001"/>',
        "<row r = '100001'/>",
        '<c r="&#88;FD1048576"/>',
        f'{"<c/>" * (CHUNK // 4)}<c r="XFD1048576"/>',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(cells):
    content = workbook(cells)

    with pytest.raises(ValidationError, match="很远的单元格"):
        check_sheet_reach(content)


@pytest.mark.parametrize(
    ("before", "encoding"),
    [
        ('<dimension ref="A1:XFD1048576"/>', "utf-8"),
        ('<!DOCTYPE x [<!ENTITY far "XFD1048576">]>', "utf-8"),
        ('<dimension ref="A1:XFD1048576"/>', "utf-16"),
    ],
)
def test_what_hides_a_far_cell_is_refused_too(before, encoding):
    content = workbook("", before, encoding)

    with pytest.raises(ValidationError, match="很远的单元格"):
        check_sheet_reach(content)


def test_a_table_written_as_text_passes():
    upload = SimpleUploadedFile("参照值.csv", "年份,数值\n2025,9.1\n".encode())

    refusal = check_text(upload, max_bytes=1000)

    assert refusal is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (XLSX, "文件内容与扩展名不符"),
        (b"a,b\x00", "文件内容与扩展名不符"),
        (b"", "文件是空的"),
        (b"a" * 2000, "文件不能超过"),
    ],
)
def test_what_is_no_text_is_refused(content, sentence):
    upload = SimpleUploadedFile("参照值.csv", content)

    with pytest.raises(ValidationError, match=sentence):
        check_text(upload, max_bytes=1500)
