"""What an uploaded file must be before it is kept as a workbook, each refusal with what to do."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from common.archives import ends_as_archive
from common.uploads import MEGABYTE, clean_name, measure
from common.workbook_zip import MOST_NOTED, look_through
from indicators.month_books.child import WIDE, sheet_parts

HEAD_BYTES = 8192
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SAVE_AS = "请用 Excel 或 WPS 打开，选“另存为”，类型选“Excel 工作簿（.xlsx）”，再上传。"
_OTHERS = {
    ".xls": f"这是旧格式（.xls）的表格。{SAVE_AS}",
    ".et": f"这是 WPS 专用格式（.et）的表格。{SAVE_AS}",
    ".ett": f"这是 WPS 模板（.ett）。{SAVE_AS}",
    ".xlsm": f"这是带宏的表格（.xlsm），为了安全不能上传。{SAVE_AS}",
    ".xltm": f"这是带宏的模板（.xltm），为了安全不能上传。{SAVE_AS}",
    ".xlsb": f"这是二进制格式（.xlsb）的表格。{SAVE_AS}",
    ".xltx": f"这是模板（.xltx）。{SAVE_AS}",
    ".ods": f"这是 .ods 格式的表格。{SAVE_AS}",
    ".numbers": "这是 Numbers 表格，请在 Numbers 里选“导出为 Excel”，再上传。",
}
ACCEPT = ".xlsx,.csv"
NO_WORKBOOK = "只能导入 Excel 表格（.xlsx）或 CSV 文件。"
NOT_ONE = f"文件内容不是 Excel 表格，改扩展名没有用。{SAVE_AS}"
LOCKED = "表格加了打开密码。请在 Excel 或 WPS 里取消密码（文件 → 加密），保存后再上传。"
MANY_FORMULAS = (
    "表格里有很多公式没有存结果（例如 {place}）。请用 Excel 或 WPS 打开表格，等它算完，保存一次再上传。"
)


@dataclass(frozen=True)
class CheckedBook:
    """What is known of a file that passed: its name, xlsx or csv, and by sheet cells without a result."""

    name: str
    kind: str
    uncached: dict[str, list[str]]
    errors: dict[str, list[str]]


def check_book(upload: UploadedFile) -> CheckedBook:
    """Return what is kept beside the file, or raise ValidationError with a sentence for the sender."""
    name = clean_name(upload.name or "")
    ending = PurePosixPath(name).suffix.lower()
    if ending in _OTHERS:
        raise ValidationError(LOCKED if _is_encrypted(upload) else _OTHERS[ending])
    if ending not in (".xlsx", ".csv"):
        raise ValidationError(NO_WORKBOOK)
    size, _ = measure(upload, settings.WORKBOOK_MAX_BYTES)
    if ending == ".csv":
        return _checked_text(upload, size, name)
    return _checked_workbook(upload, name)


def _checked_text(upload: UploadedFile, size: int, name: str) -> CheckedBook:
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    is_wide = head.startswith(WIDE)
    if head.startswith((ZIP, OLE)) or (b"\x00" in head and not is_wide) or ends_as_archive(upload, size):
        raise ValidationError("文件内容不是 CSV，改扩展名没有用。Excel 表格请直接上传 .xlsx。")
    return CheckedBook(name, "csv", {}, {})


def _checked_workbook(upload: UploadedFile, name: str) -> CheckedBook:
    upload.seek(0)
    head = upload.read(len(OLE))
    if head.startswith(OLE):
        raise ValidationError(
            LOCKED if _is_encrypted(upload) else f"文件其实是旧格式（.xls）的表格。{SAVE_AS}"
        )
    if not head.startswith(ZIP):
        raise ValidationError(NOT_ONE)
    looked = look_through(upload)
    parts = _parts(upload) if looked.uncached or looked.errors else {}
    uncached, errors = _by_sheet(parts, looked.uncached), _by_sheet(parts, looked.errors)
    full = next((places for places in uncached.values() if len(places) >= MOST_NOTED), None)
    if full:
        raise ValidationError(MANY_FORMULAS.format(place="、".join(full[:3])))
    return CheckedBook(name, "xlsx", uncached, errors)


def _is_encrypted(upload: UploadedFile) -> bool:
    """An encrypted workbook is an OLE container that names the package it hides."""
    upload.seek(0)
    content = upload.read(min(upload.size or 0, settings.WORKBOOK_MAX_BYTES))
    return content.startswith(OLE) and ENCRYPTED in content


def _by_sheet(parts: Mapping[str, str], places: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Places by the sheet's name instead of its part."""
    return {parts[part]: found for part, found in places.items() if found and part in parts}


def _parts(file: IO[bytes]) -> dict[str, str]:
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        return sheet_parts(archive)


def too_large() -> str:
    """The sentence for a request that was cut off."""
    return (
        f"表格不能超过 {settings.WORKBOOK_MAX_BYTES // MEGABYTE} MB，请删去图片和多余的表，或拆成几份再上传。"
    )
