"""What an uploaded file must pass before it is kept: size, name, and content that is what the name says."""

import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import puremagic
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from common.archives import check_archive, ends_as_archive

HEAD_BYTES = 1024
TAIL_BYTES = 2048
NAME_LENGTH = 120
MEGABYTE = 1024 * 1024
ZIP = b"PK\x03\x04"
OFFICE = "application/vnd.openxmlformats-officedocument."
MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|script|body|iframe|svg)", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: its endings, media type, first bytes, and what a zip of it holds."""

    label: str
    extensions: tuple[str, ...]
    content_type: str
    signature: bytes
    required_entry: str = ""


KINDS = (
    Kind("PDF", (".pdf",), "application/pdf", b"%PDF-"),
    Kind("照片", (".jpg", ".jpeg"), "image/jpeg", b"\xff\xd8\xff"),
    Kind("图片", (".png",), "image/png", b"\x89PNG\r\n\x1a\n"),
    Kind("Word 文档", (".docx",), f"{OFFICE}wordprocessingml.document", ZIP, "word/document.xml"),
    Kind("Excel 表格", (".xlsx",), f"{OFFICE}spreadsheetml.sheet", ZIP, "xl/workbook.xml"),
    Kind("OFD 公文", (".ofd",), "application/ofd", ZIP, "OFD.xml"),
)
TAKEN = {extension: kind for kind in KINDS for extension in kind.extensions}
ACCEPT = ",".join(TAKEN)
REFUSED_KIND = f"不能上传这种文件，请上传 {'、'.join(e.removeprefix('.') for e in TAKEN)} 格式的文件。"


@dataclass(frozen=True)
class CheckedFile:
    """What is known of a file that passed; `stored_name` says nothing about its content or its sender."""

    name: str
    stored_name: str
    content_type: str
    size: int
    sha256: str


def check_upload(upload: UploadedFile, *, max_bytes: int) -> CheckedFile:
    """Return what is kept beside the file, or raise ValidationError with a sentence for the sender."""
    name = clean_name(upload.name or "")
    extension = PurePosixPath(name).suffix.lower()
    kind = TAKEN.get(extension)
    if kind is None:
        raise ValidationError(REFUSED_KIND)
    size, digest = measure(upload, max_bytes)
    _check_content(upload, size, kind)
    upload.seek(0)
    return CheckedFile(name, f"{uuid.uuid4().hex}{extension}", kind.content_type, size, digest)


def check_text(upload: UploadedFile, *, max_bytes: int) -> None:
    """Raise ValidationError unless this may be a table written as text, and no archive in disguise."""
    size, _ = measure(upload, max_bytes)
    upload.seek(0)
    if b"\x00" in upload.read(HEAD_BYTES) or ends_as_archive(upload, size):
        raise ValidationError("文件内容与扩展名不符，请重新保存后再上传。")


def clean_name(name: str) -> str:
    """Drop folders, control and direction characters; keep the ending when the name is too long."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    printable = "".join(c for c in " ".join(base.split()) if unicodedata.category(c)[0] != "C").strip(" .")
    path = PurePosixPath(printable or "未命名")
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix


def measure(upload: UploadedFile, max_bytes: int) -> tuple[int, str]:
    """Count and digest what really is there; ValidationError where it is too much, or nothing."""
    digest, size = hashlib.sha256(), 0
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise ValidationError(f"文件不能超过 {max_bytes // MEGABYTE} MB，请压缩或拆分后再上传。")
    if not size:
        raise ValidationError("文件是空的，请重新选择。")
    return size, digest.hexdigest()


def _check_content(file: IO[bytes], size: int, kind: Kind) -> None:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head.startswith(kind.signature) or not _sniffed_as(head, kind) or MARKUP.search(head):
        raise ValidationError("文件内容与扩展名不符，请重新保存后再上传。")
    if kind.required_entry:
        check_archive(file, size, required=kind.required_entry)
    elif ends_as_archive(file, size):
        raise ValidationError("文件后面还藏着压缩包，请重新保存后再上传。")
    elif kind.signature == b"%PDF-":
        _check_pdf_end(file, size)


def _sniffed_as(head: bytes, kind: Kind) -> bool:
    """Ask the library of signatures; of a zip the entries decide later which one it is."""
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return ".zip" in found if kind.required_entry else bool(found & set(kind.extensions))


def _check_pdf_end(file: IO[bytes], size: int) -> None:
    file.seek(max(size - TAIL_BYTES, 0))
    if b"%%EOF" not in file.read():
        raise ValidationError("PDF 不完整，请重新保存后再上传。")


class BoundedUploadHandler(FileUploadHandler):
    """Refuses a request that is too long before a byte of it is written to the disk."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict,
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.REQUEST_MAX_BYTES:
            raise RequestDataTooBig("the request is longer than REQUEST_MAX_BYTES")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
