import hashlib
import io
import struct
import zipfile

import pytest
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from common import archives
from common.uploads import BoundedUploadHandler, check_upload, clean_name

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(64) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
LIMIT = 1024 * 1024


def package(**parts):
    """A zip with content types and `parts` (name with __ for a slash, content)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", parts.pop("types", TYPES))
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return content.getvalue()


DOCX = package(word__document="<w:document/>")
XLSX = package(xl__workbook="<workbook/>")
OFD = package(OFD="<ofd:OFD/>")


def check(name, content):
    return check_upload(SimpleUploadedFile(name, content), max_bytes=LIMIT)


def refusal_of(name, content):
    with pytest.raises(ValidationError) as refusal:
        check(name, content)
    return refusal.value.messages[0]


def said_of(name, content):
    """The refusal, or nothing where the file is taken."""
    try:
        check(name, content)
    except ValidationError as refusal:
        return refusal.messages[0]
    return ""


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("花名册.pdf", PDF, "application/pdf"),
        ("现场.jpg", JPG, "image/jpeg"),
        ("现场.JPEG", JPG, "image/jpeg"),
        ("截图.png", PNG, "image/png"),
        ("报告.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("台账.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("批复.ofd", OFD, "application/ofd"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name, content, content_type):
    upload = SimpleUploadedFile(name, content, content_type="text/html")

    checked = check_upload(upload, max_bytes=LIMIT)

    assert checked.name == name
    assert checked.content_type == content_type
    assert checked.size == len(content)
    assert checked.sha256 == hashlib.sha256(content).hexdigest()
    assert upload.tell() == 0


def test_the_stored_name_says_nothing_and_never_repeats():
    first, second = check("花名册.pdf", PDF), check("花名册.pdf", PDF)

    names = {first.stored_name, second.stored_name}

    assert len(names) == 2
    assert all(len(name) == 32 + len(".pdf") and name.endswith(".pdf") for name in names)


@pytest.mark.parametrize(
    "name", ["病毒.exe", "页面.html", "图.svg", "旧表.xls", "宏.xlsm", "无后缀", "报告.pdf.exe", ".pdf"]
)
def test_other_kinds_are_refused_by_name(name):
    refusal = refusal_of(name, PDF)

    assert refusal.startswith("不能上传这种文件")
    assert "pdf、jpg" in refusal


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("页面.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        ("程序.pdf", b"MZ" + bytes(200)),
        ("文字.jpg", "只是文字".encode()),
        ("图片.pdf", PNG),
        ("前面有东西.pdf", b"x" + PDF),
        ("两用.pdf", b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF"),
        ("两用.jpg", JPG[:20] + b"<script>alert(1)</script>"),
        ("两用.png", PNG + b"<svg onload=alert(1)>"),
        ("表格其实是文档.xlsx", DOCX),
        ("压缩包.docx", package(readme="x")),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(name, content):
    refusal = refusal_of(name, content)

    assert refusal.startswith("文件内容与扩展名不符")


def test_an_archive_hidden_behind_a_picture_is_refused():
    polyglot = JPG + DOCX

    refusal = refusal_of("现场.jpg", polyglot)

    assert "藏着压缩包" in refusal


def test_a_picture_hidden_before_an_archive_is_refused():
    polyglot = PDF + DOCX

    refusal = refusal_of("报告.docx", polyglot)

    assert refusal.startswith("文件内容与扩展名不符")


def test_half_a_pdf_is_refused():
    half = PDF[:30]

    refusal = refusal_of("花名册.pdf", half)

    assert refusal.startswith("PDF 不完整")


def test_an_empty_file_is_refused():
    nothing = b""

    refusal = refusal_of("花名册.pdf", nothing)

    assert refusal.startswith("文件是空的")


def test_a_file_above_the_bound_is_refused_and_one_at_the_bound_is_taken():
    filling = LIMIT - len(PDF)
    at_bound = PDF[:-6] + b"\n" * filling + b"%%EOF\n"

    checked = check("花名册.pdf", at_bound)
    refusal = refusal_of("花名册.pdf", at_bound + b"\n")

    assert checked.size == LIMIT
    assert refusal == "文件不能超过 1 MB，请压缩或拆分后再上传。"


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"word__document": "x", "word__vbaProject": "x"}, "宏"),
        ({"word__document": "x", "types": "application/vnd.ms-word.document.macroEnabled.main+xml"}, "宏"),
        ({"word__document": "x", "types": "application/vnd.ms-office.vbaProject"}, "宏"),
        ({"word__document": "x", "..__..__etc__passwd": "x"}, "损坏"),
        ({"word__document": "x", "__etc__passwd": "x"}, "损坏"),
        ({"word__document": "x", "..\\..\\evil": "x"}, "损坏"),
    ],
)
def test_archives_with_macros_or_paths_that_leave_them_are_refused(parts, word):
    content = package(**parts)

    refusal = refusal_of("报告.docx", content)

    assert word in refusal


def test_a_bomb_is_stopped_while_it_is_counted(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 5 * 1024 * 1024)
    bomb = package(word__document="0" * (6 * 1024 * 1024))

    refusal = refusal_of("报告.docx", bomb)

    assert len(bomb) < 10_000
    assert refusal.startswith("文件解开后过大")


def test_a_bomb_that_lies_about_its_size_is_refused():
    honest = package(word__document="0" * 100_000)
    liar = honest.replace(struct.pack("<L", 100_000), struct.pack("<L", 10))

    refusal = refusal_of("报告.docx", liar)

    assert liar != honest
    assert "损坏" in refusal


def test_too_many_entries_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    content = package(word__document="x", a="x", b="x")

    refusal = refusal_of("报告.docx", content)

    assert refusal.startswith("文件解开后过大")


def test_a_list_of_entries_that_would_not_fit_into_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", 50)
    monkeypatch.setattr(zipfile, "ZipFile", pytest.fail)

    refusal = refusal_of("报告.docx", DOCX)

    assert refusal.startswith("文件解开后过大")


def test_a_locked_archive_is_refused():
    locked = bytearray(DOCX)
    for at in range(len(locked) - 4):
        if locked[at : at + 4] == b"PK\x01\x02":
            locked[at + 8] |= 1

    refusal = refusal_of("报告.docx", bytes(locked))

    assert "去掉密码" in refusal


@pytest.mark.parametrize("cut", [10, 60, len(DOCX) - 30, len(DOCX) - 1])
def test_a_broken_archive_is_refused(cut):
    broken = DOCX[:cut]

    refusal = refusal_of("报告.docx", broken)

    assert "损坏" in refusal


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(XLSX) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_archive_is_told_or_taken_but_never_an_error(changes):
    damaged = bytearray(XLSX)
    for at, byte in changes:
        damaged[at] = byte

    said = said_of("台账.xlsx", bytes(damaged))

    assert said == "" or said.endswith("。")


@settings(max_examples=300)
@given(st.sampled_from(["a.pdf", "a.jpg", "a.png", "a.docx", "a.ofd"]), st.binary(max_size=300))
def test_noise_is_refused_with_a_sentence(name, noise):
    with pytest.raises(ValidationError) as refusal:
        check(name, b"PK\x03\x04" + noise)

    assert refusal.value.messages[0].endswith("。")


@given(st.text(max_size=400))
def test_a_cleaned_name_is_short_printable_and_without_folders(name):
    cleaned = clean_name(name)

    assert 0 < len(cleaned) <= 120
    assert cleaned.isprintable()
    assert not set("/\\") & set(cleaned)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\张三\\花名册.pdf", "花名册.pdf"),
        ("花\x00名\r\n册\x1b.pdf", "花名 册.pdf"),
        ("花名册\u202efdp.exe", "花名册fdp.exe"),
        ("  .花名册.pdf. ", "花名册.pdf"),
        ("..", "未命名"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(name, expected):
    cleaned = clean_name(name)

    assert cleaned == expected


def test_a_request_beyond_the_bound_is_cut_off_unread(settings):
    settings.REQUEST_MAX_BYTES = 1000
    handler = BoundedUploadHandler()

    with pytest.raises(RequestDataTooBig):
        handler.handle_raw_input(io.BytesIO(), {}, 1001, "")

    assert handler.handle_raw_input(io.BytesIO(), {}, 1000, "") is None
