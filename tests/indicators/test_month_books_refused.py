"""Files that are no workbook, or are dangerous ones: each refused before it is kept, with what to do."""

import io
import re
import struct
import warnings
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.models import WorkbookImport
from indicators.month_books.content import check_book
from tests.indicators.book_scene import HEADS, NORTH, SOUTH, BookScene, book

DEFLATED = zipfile.ZIP_DEFLATED
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
OLD = OLE + b"\0" * 504 + "Workbook".encode("utf-16-le") + b"\0" * 2000
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = book([HEADS, SOUTH, NORTH])


def changed(parts: dict[str, bytes], *, drop: tuple[str, ...] = (), content: bytes = PLAIN) -> bytes:
    """A workbook with some of its parts put in place of others."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts and name not in drop:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return result.getvalue()


def sheet(cells: str, before: str = "") -> bytes:
    """The XML of a sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    return f'<?xml version="1.0"?>{before}{body}'.encode()


def text(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def with_sheet(cells: str, before: str = "") -> bytes:
    return changed({SHEET: sheet(cells, before)})


def encrypted_entries() -> bytes:
    """The same workbook, its entries flagged as encrypted as zip programs do."""
    content = bytearray(PLAIN)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", content, at + offset)[0]
            struct.pack_into("<H", content, at + offset, flags | 1)
            at = content.find(signature, at + 4)
    return bytes(content)


def twice() -> bytes:
    """Two parts of one name: one reader takes the first, another the last."""
    result = io.BytesIO(PLAIN)
    with warnings.catch_warnings(), zipfile.ZipFile(result, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, sheet(f'<row r="1">{text("A1", "村名")}</row>'))
    return result.getvalue()


def crowd(entries: int = 30_000) -> bytes:
    """Nothing but a long list of entries, which is read whole before anybody can count it."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for number in range(entries):
            archive.writestr(f"{number}", b"")
    return result.getvalue()


def bomb(size: int = 260) -> bytes:
    """Half a megabyte that unpacks to hundreds."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as part:
            for _ in range(size):
                part.write(b" " * 1024 * 1024)
    return result.getvalue()


def small_by_its_own_account(content: bytes) -> bytes:
    """The same zip, its list naming a thousand bytes for its last entry."""
    at = content.rindex(b"PK\x01\x02") + 24
    return content[:at] + (1_000).to_bytes(4, "little") + content[at + 4 :]


MACRO_TYPES = b'<Types><Default ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
REFERENCE = '<row r="1"><c r="&#88;FD1"><v>1</v></c></row>'
WIDE = sheet("<row/>").decode().encode("utf-16")
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SPLIT_FAR = f'<row r="1"><c {" " * 300_000} r="XFD1048576"><v>1</v></c></row>'
REFUSED = {
    "an old workbook": ("旧表.xls", OLD, "另存为"),
    "an old workbook under a new name": ("旧表.xlsx", OLD, "旧格式（.xls）"),
    "a WPS workbook": ("表.et", OLD, "WPS 专用格式"),
    "an encrypted workbook": ("表.xlsx", ENCRYPTED, "打开密码"),
    "an encrypted old workbook": ("表.xls", ENCRYPTED, "打开密码"),
    "encrypted entries": ("表.xlsx", encrypted_entries(), "密码"),
    "a workbook with macros": ("表.xlsm", PLAIN, "带宏"),
    "macros under another name": ("表.xlsx", changed({"xl/vbaProject.bin": b"x"}), "宏"),
    "macros as content types tell": (
        "表.xlsx",
        changed({"[Content_Types].xml": MACRO_TYPES}),
        "宏",
    ),
    "a binary workbook": ("表.xlsb", PLAIN, ".xlsb"),
    "a document": ("表.docx", PLAIN, "只能导入"),
    "a page": ("表.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "不是 Excel 表格"),
    "a zip of something else": ("表.xlsx", changed({}, drop=("xl/workbook.xml",)), "另存一份"),
    "half a workbook": ("表.xlsx", PLAIN[: len(PLAIN) // 2], "打不开"),
    "an empty file": ("表.xlsx", b"", "文件是空的"),
    "a bomb": ("表.xlsx", bomb(), "过大"),
    "a bomb that calls itself small": ("表.xlsx", small_by_its_own_account(bomb()), "打不开"),
    "a far cell": ("表.xlsx", with_sheet(FAR), "很远的单元格"),
    "a far cell behind a long tag": ("表.xlsx", with_sheet(SPLIT_FAR), "很远的单元格"),
    "a far cell written with references": ("表.xlsx", with_sheet(REFERENCE), "很远的单元格"),
    "a document type": ("表.xlsx", with_sheet("<row/>", '<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "不该有的内容"),
    "two parts of one name": ("表.xlsx", twice(), "打不开"),
    "a crowd of entries": ("表.xlsx", crowd(), "过大"),
    "another encoding": ("表.xlsx", changed({SHEET: WIDE}), "不该有的内容"),
    "a table of text that is a zip": ("表.csv", PLAIN, "不是 CSV"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_what_to_do(name, content, words):
    upload = SimpleUploadedFile(name, content)

    with pytest.raises(ValidationError) as refusal:
        check_book(upload)

    assert words in " ".join(refusal.value.messages)


def test_a_good_workbook_passes():
    checked = check_book(SimpleUploadedFile("十月.xlsx", PLAIN))

    assert (checked.name, checked.kind, checked.uncached, checked.errors) == ("十月.xlsx", "xlsx", {}, {})


def test_one_that_is_too_large_is_refused(settings):
    settings.WORKBOOK_MAX_BYTES = 1024 * 1024

    with pytest.raises(ValidationError, match="不能超过 1 MB"):
        check_book(SimpleUploadedFile("表.xlsx", PLAIN + b"\0" * 1024 * 1024))


def test_a_filter_over_whole_columns_is_no_far_cell():
    plain = sheet('<row r="1"><c r="A1"><v>1</v></c></row>')
    filtered = plain.replace(b"</worksheet>", b'<autoFilter ref="A1:Z1048576"/></worksheet>')

    checked = check_book(SimpleUploadedFile("表.xlsx", changed({SHEET: filtered})))

    assert checked.kind == "xlsx"


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576" ht="14" customHeight="1"/>',
        '<row r="2"><c r="XFD2" s="0"/></row>',
        '<row r="1048576"><c r="A1048576" s="0"/></row>',
        "".join(f'<row r="{row}"><c r="XFC{row}" s="0"/></row>' for row in range(2, 30_000)),
    ],
)
def test_formats_far_out_over_nothing_are_no_far_cells(far):
    content = with_sheet(f'<row r="1"><c r="A1"><v>1</v></c></row>{far}')

    assert check_book(SimpleUploadedFile("表.xlsx", content)).kind == "xlsx"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cell", ['<x:c r="B2"><x:f>1+1</x:f></x:c>', "<x:c t='e' r='B2'><x:v>#N/A</x:v></x:c>"]
)
def test_results_that_are_missing_are_named_however_the_tags_are_written(cell):
    scene = BookScene()
    heads = f'<row r="1">{text("A1", "村名")}{text("B1", "参保人数")}</row>'
    rows = sheet(f'{heads}<row r="2">{text("A2", "泾灵南村")}CELL</row>').decode()
    prefixed = re.sub(r"<(/?)(\w+)(?=[ />])", r"<\1x:\2", rows).replace("xmlns=", "xmlns:x=")

    workbook = scene.confirm(scene.upload(changed({SHEET: prefixed.replace("CELL", cell).encode()})))

    assert scene.outcomes(workbook) == {2: "r"}


@pytest.mark.django_db
def test_a_sign_that_no_database_takes_is_left_out():
    scene = BookScene()
    heads = f'<row r="1">{text("A1", "村名")}{text("B1", "参保_x0000_人数")}</row>'
    cells = f'{heads}<row r="2">{text("A2", "泾灵南村")}{text("B2", "14_x0000_10")}</row>'

    workbook = scene.confirm(scene.upload(with_sheet(cells)))

    assert scene.counts(workbook) == {"new": 1}


@pytest.mark.django_db
def test_a_workbook_that_lost_the_list_of_its_sheets_is_refused_with_a_sentence():
    scene = BookScene()
    broken = with_sheet('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')

    with pytest.raises(ValidationError, match="读不出来"):
        scene.upload(changed({}, drop=("xl/_rels/workbook.xml.rels",), content=broken))


@pytest.mark.django_db
def test_what_was_refused_leaves_nothing_behind():
    scene = BookScene()

    with pytest.raises(ValidationError):
        scene.upload(bomb())

    assert not WorkbookImport.objects.exists()


@pytest.mark.django_db
def test_a_workbook_that_only_the_parser_refuses_is_refused_too():
    scene = BookScene()
    broken = with_sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c><c r="Z')

    with pytest.raises(ValidationError, match=r"读不出来|太大|可以导入"):
        scene.upload(broken)


@pytest.mark.django_db
def test_more_memory_than_allowed_ends_the_child_not_us():
    """Two cells far apart, each of them near enough: the reader would ask for gigabytes."""
    scene = BookScene()
    apart = with_sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="99999"><c r="ZZ99999"><v>1</v></c></row>'
    )

    with pytest.raises(ValidationError, match="太大"):
        scene.upload(apart)


@pytest.mark.django_db
def test_empty_and_hidden_sheets_hold_nothing_to_import():
    scene = BookScene()

    with pytest.raises(ValidationError, match="没有可以导入的工作表"):
        scene.upload(book([]))


@pytest.mark.django_db
def test_formulas_without_result_are_named_where_they_stand():
    scene = BookScene()
    workbook = scene.read([HEADS, SOUTH, ["泾灵北村", "=990+1", 950, 40]])

    assert scene.outcomes(workbook) == {2: "nnn", 3: "rnn"}
    [reason] = scene.reasons(workbook)
    assert reason.startswith("这里是公式，文件里没有存它的结果")


@pytest.mark.django_db
def test_a_formula_whose_result_is_stored_is_a_figure():
    scene = BookScene()
    heads = f'<row r="1">{text("A1", "村名")}{text("B1", "参保人数")}</row>'
    cells = f'{heads}<row r="2">{text("A2", "泾灵南村")}<c r="B2"><f>1400+10</f><v>1410</v></c></row>'

    workbook = scene.confirm(scene.upload(with_sheet(cells)))

    assert scene.counts(workbook) == {"new": 1}


@pytest.mark.django_db
def test_a_workbook_of_nothing_but_such_formulas_is_refused_as_a_whole():
    rows = [["村名", "参保人数"], *(["泾灵南村", f"={number}+1"] for number in range(1_100))]

    with pytest.raises(ValidationError, match="B2"):
        check_book(SimpleUploadedFile("表.xlsx", book(rows)))
