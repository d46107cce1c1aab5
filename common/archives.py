"""Zip files from strangers: walked in a stream, counting what really comes out, never unpacked whole."""

import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError

MAX_ENTRIES = 5_000
MAX_DIRECTORY_BYTES = 1024 * 1024  # the list of entries is the one thing that is read whole
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_TYPES_BYTES = 1024 * 1024
CHUNK = 64 * 1024
# A place as cells, rows and the sheet's own dimension write it: r="XFD1048576", r="12", ref="A1:C9".
PLACE = re.compile(rb"""\br(?:ef)?\s*=\s*["'](?:[A-Z]+[0-9]+:)?([A-Z]*)([0-9]+)["']""")
# What would hide one from that pattern: a wide encoding, a document type, characters written as numbers.
DISGUISE = re.compile(rb"""\x00|<!DOCTYPE|\br(?:ef)?\s*=\s*["'][^"']*&""")
LONGEST_PLACE = 64
LAST_ROW = 100_000
FAR_COLUMN_LETTERS = 2  # ZZ is the 702nd

END_SIGNATURE = b"PK\x05\x06"
END_LENGTH = 22
LONGEST_COMMENT = 0xFFFF
CONTENT_TYPES = "[Content_Types].xml"
# What zipfile raises on damage, beside its own error: positions before the file, names in no encoding.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
TOO_FAR = "表格里有很远的单元格，请把数据复制到一张新表再上传。"
DAMAGED = "文件打不开，可能已损坏，请重新保存后再上传。"
TOO_BIG = "文件解开后过大，可能有问题，请另存一份再上传。"


def ends_as_archive(file: IO[bytes], size: int) -> bool:
    """Say whether the file ends with the end record of a zip, whatever it begins with."""
    return _directory_size(file, size) is not None


def check_archive(file: IO[bytes], size: int, *, required: str) -> None:
    """Raise ValidationError unless this is an honest zip with the entry `required` and without macros."""
    check_directory(file, size)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            check_names(archive, required)
            _count_bytes(archive)
    except BROKEN as error:
        raise ValidationError(DAMAGED) from error


def check_directory(file: IO[bytes], size: int) -> None:
    """Raise ValidationError where the list of entries is missing, or too long to be read."""
    directory = _directory_size(file, size)
    if directory is None:
        raise ValidationError(DAMAGED)
    if directory > MAX_DIRECTORY_BYTES:
        raise ValidationError(TOO_BIG)


def check_sheet_reach(file: IO[bytes]) -> None:
    """Raise ValidationError where a workbook has cells so far out that reading it would take all memory."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                _check_reach(archive, entry)


def _check_reach(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    kept = b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            text = kept + chunk
            if DISGUISE.search(text) or any(_is_far(*place.groups()) for place in PLACE.finditer(text)):
                raise ValidationError(TOO_FAR)
            kept = text[-LONGEST_PLACE:]


def _is_far(column: bytes, row: bytes) -> bool:
    return len(column) > FAR_COLUMN_LETTERS or int(row) > LAST_ROW


def _directory_size(file: IO[bytes], size: int) -> int | None:
    """How long the list of entries is, by the end record that closes the file exactly; None without one."""
    file.seek(max(size - END_LENGTH - LONGEST_COMMENT, 0))
    tail = file.read()
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) - at < END_LENGTH:
        return None
    directory, _, comment = struct.unpack("<LLH", tail[at + 12 : at + END_LENGTH])
    return directory if at + END_LENGTH + comment == len(tail) else None


def check_names(archive: zipfile.ZipFile, required: str) -> None:
    """Raise ValidationError where the list says enough: too many, encrypted, macros, names that lead out."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise ValidationError(TOO_BIG)  # by its own account; what it conceals is counted as it comes out
    if required not in names:
        raise ValidationError("文件内容与扩展名不符，请用 WPS 或 Office 另存一份再上传。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError("文件加了密码，请去掉密码后再上传。")
    if any(_leaves(name) for name in names) or len(set(names)) < len(names):
        raise ValidationError(DAMAGED)  # of two parts of one name every reader chooses another
    if any("vbaproject" in name.lower() for name in names):
        raise ValidationError("文件里有宏，请另存为不带宏的格式再上传。")
    _check_types(archive)


def _leaves(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts


def _check_types(archive: zipfile.ZipFile) -> None:
    """Macros may hide under another name; the list of content types says what a part is."""
    if CONTENT_TYPES not in archive.namelist():
        return
    with archive.open(CONTENT_TYPES) as part:
        text = part.read(MAX_TYPES_BYTES).lower()
    if b"vbaproject" in text or b"macroenabled" in text:
        raise ValidationError("文件里有宏，请另存为不带宏的格式再上传。")


def _count_bytes(archive: zipfile.ZipFile) -> None:
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED_BYTES:
                    raise ValidationError(TOO_BIG)
