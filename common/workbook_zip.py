"""An .xlsx from a stranger, looked through before anything parses it: one pass over what really comes out.

Counted are the bytes; refused are document types, strange encodings and cells so far out that a reader would
ask for all memory. Formulas whose result was never stored are noted on the way, with their places.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.core.exceptions import ValidationError

from common.archives import (
    BROKEN,
    CHUNK,
    DAMAGED,
    MAX_UNPACKED_BYTES,
    TOO_BIG,
    TOO_FAR,
    check_directory,
    check_names,
)

REQUIRED = "xl/workbook.xml"
KEPT = 512  # of one piece, looked at again with the next: a match may lie across the cut
MOST_NOTED = 1_000  # formulas without result, by sheet

# A quoted place with three letters or six digits; whose it is, is looked up only then.
_FAR = re.compile(
    rb"""["'](?:[A-Za-z]+[0-9]+:)?(?:[A-Za-z]{3,}[0-9]|[A-Za-z]*0*[1-9][0-9]{5}|[A-Za-z]*0{64})"""
)
_ATTRIBUTE = re.compile(rb"""<(?:\w+:)?(\w+)[^<]*?\s([\w:]+)\s*=\s*\Z""")
_HIDDEN = re.compile(rb"""\sr(?:ef)?\s*=\s*["'][^"'<>]*&""")  # a place written with character references
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")
_KNOWN_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii"}
_FORMULA = re.compile(
    rb"""<(?P<space>(?:\w+:)?)c(?P<attributes>\s[^<>]*)>\s*<(?P=space)f(?:\s[^<>]*)?(?:/>|>[^<]*</(?P=space)f>)"""
    rb"""\s*(?:<(?P=space)v\s*/>|<(?P=space)v>\s*</(?P=space)v>)?\s*</(?P=space)c>"""
)
_ERROR = re.compile(rb"""<(?:\w+:)?c((?=[^<>]*\st=["']e["'])\s[^<>]*)>""")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]+[0-9]+)["']""")
_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")  # a formula whose result is the empty text has a result


@dataclass
class Looked:
    """What one pass found, by the part that holds the sheet: formulas without result, and errors."""

    unpacked: int = 0
    uncached: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


def look_through(file: IO[bytes]) -> Looked:
    """Return what the archive holds, or raise ValidationError with what to do."""
    check_directory(file, file.seek(0, io.SEEK_END))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            check_names(archive, REQUIRED)
            return _walk(archive)
    except BROKEN as error:
        raise ValidationError(DAMAGED) from error


def _walk(archive: zipfile.ZipFile) -> Looked:
    looked = Looked()
    for entry in archive.infolist():
        is_sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
        is_markup = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        for number, piece in enumerate(_pieces(archive, entry, looked)):
            if is_markup and number == 0:
                _check_encoding(piece)
            if is_markup:
                _check_markup(piece)
            if is_sheet:
                _check_reach(piece)
                _note_formulas(piece, entry.filename, looked)
    return looked


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, looked: Looked) -> Iterator[bytes]:
    """The entry's bytes, each piece with the end of the one before, counted as they come out."""
    kept = b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK * 4):
            looked.unpacked += len(chunk)
            if looked.unpacked > MAX_UNPACKED_BYTES:
                raise ValidationError(TOO_BIG)
            yield kept + chunk
            kept = chunk[-KEPT:]


def _check_encoding(beginning: bytes) -> None:
    declared = _ENCODING.match(beginning)
    if declared and declared[1].lower() not in _KNOWN_ENCODINGS:
        raise ValidationError(DAMAGED)


def _check_markup(piece: bytes) -> None:
    if b"\x00" in piece or b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise ValidationError("文件里夹带了不该有的内容，请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")


def _check_reach(piece: bytes) -> None:
    if any(_is_cell(piece, *far.span()) for far in _FAR.finditer(piece)):
        raise ValidationError(TOO_FAR)
    if b"&" in piece and _HIDDEN.search(piece):
        raise ValidationError(TOO_FAR)


def _is_cell(piece: bytes, at: int, to: int) -> bool:
    """Whether the far place is that of a cell that holds something; readers ask for memory up to it.

    Where its tag begins further back than we see, it is one.
    """
    tag = piece.rfind(b"<", 0, at)
    if tag >= 0 and b">" in piece[tag:at]:
        return False  # a text between tags
    named = _ATTRIBUTE.search(piece[tag:at]) if tag >= 0 else None
    if named is None:
        return tag >= 0 or to > KEPT  # else it was looked at with the piece before, where its tag begins
    if named[1] != b"c" or named[2] != b"r":
        return False
    end = piece.find(b">", at)
    if end < 0 and len(piece) - tag < KEPT:
        return False  # the tag is cut here, and whole in the next piece
    return piece[end - 1 : end] != b"/"  # formatted, and empty


def _note_formulas(piece: bytes, part: str, looked: Looked) -> None:
    if b"<f" in piece or b":f" in piece:
        empty = (cell["attributes"] for cell in _FORMULA.finditer(piece))
        _note((one for one in empty if not _TEXT.search(one)), looked.uncached.setdefault(part, []))
    if b't="e"' in piece or b"t='e'" in piece:
        _note((cell[1] for cell in _ERROR.finditer(piece)), looked.errors.setdefault(part, []))


def _note(cells: Iterator[bytes], known: list[str]) -> None:
    for attributes in cells:
        place = _PLACE.search(attributes)
        if place and len(known) < MOST_NOTED:
            name = place[1].decode()
            if name not in known[-20:]:  # the same cell, seen again in the next piece
                known.append(name)
