"""Asking the child process for a table: its outline, or its rows in a stream."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import IO, Any

CHILD = Path(__file__).with_name("child.py")
SECONDS = 120  # by the clock; the child itself has a limit of processor time
FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN)
PLAIN_LENGTH = 16  # of a number as written: more digits than Excel keeps are noise of binary fractions

Cell = str | Decimal | date | None
Row = list[Cell]


class UnreadableBook(Exception):
    """The workbook cannot be read; the text says what to do."""


CANNOT = "表格读不出来，可能已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。"
TOO_LARGE = "表格太大，读不完。请删去空白的行、列和不用的工作表，或者分成几份再上传。"


@dataclass(frozen=True)
class SheetOutline:
    """What a sheet shows at its top; places are counted from 0, merges are ((top, left), (bottom, right))."""

    name: str
    height: int
    width: int
    is_hidden: bool
    head: list[Row]
    merges: list[Any]


@dataclass
class RowStream:
    """The rows of one sheet, numbered from 0, with its merged cells."""

    height: int
    rows: Iterator[tuple[int, Row]]
    merges: list[Any] = field(default_factory=list)


def read_outlines(path: str, kind: str) -> list[SheetOutline]:
    """The sheets of a file, in its order."""
    with _child(path, "outline", kind) as lines:
        return [
            _outline(json.loads(line, parse_float=number, parse_int=Decimal, parse_constant=str))
            for line in lines
        ]


@contextmanager
def read_rows(path: str, kind: str, sheet: str) -> Iterator[RowStream]:
    """Open the stream of one sheet's rows; nothing but one piece of it is held."""
    with _child(path, "rows", kind, sheet) as lines:
        about = json.loads(next(lines, "{}"))
        if not about:
            raise UnreadableBook(f"文件里没有工作表“{sheet}”。")
        yield RowStream(about["height"], _numbered(lines), about["merges"])


def number(text: str) -> Decimal:
    """A number as Excel shows it: with fifteen digits, so that 0.1 + 0.2 is 0.3."""
    if len(text) > PLAIN_LENGTH:
        return FIFTEEN.create_decimal(text)
    return Decimal(text[:-2] if text.endswith(".0") else text)


def _numbered(lines: Iterator[str]) -> Iterator[tuple[int, Row]]:
    index = 0
    for line in lines:
        for row in json.loads(
            line, parse_float=number, parse_int=Decimal, parse_constant=str, object_hook=_day
        ):
            yield index, row
            index += 1


def _outline(about: Mapping[str, Any]) -> SheetOutline:
    return SheetOutline(
        name=about["name"],
        height=int(about["height"]),
        width=int(about["width"]),
        is_hidden=about["is_hidden"],
        head=[[_cell(cell) for cell in row] for row in about["head"]],
        merges=[[[int(at) for at in corner] for corner in merge] for merge in about["merges"]],
    )


def _cell(value: Any) -> Cell:
    return _day(value) if isinstance(value, dict) else value


def _day(value: Mapping[str, Any]) -> Any:
    if set(value) != {"d"}:
        return value
    try:
        return date.fromisoformat(value["d"])
    except ValueError:
        return value["d"]


@contextmanager
def _child(path: str, *arguments: str) -> Iterator[Iterator[str]]:
    """Run the child on a file, closed off from our environment; UnreadableBook when it does not end well."""
    command = [sys.executable, "-I", str(CHILD), *arguments]
    with Path(path).open("rb") as file, _started(command, file) as process:
        clock = threading.Timer(SECONDS, process.kill)
        clock.start()
        try:
            yield _lines(process)
        finally:
            clock.cancel()
            process.kill()


@contextmanager
def _started(command: list[str], file: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={},
    ) as process:
        yield process


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What the child prints; when it ends, whether it ended well."""
    yield from process.stdout or ()
    code = process.wait()
    if code:
        raise UnreadableBook(CANNOT if code == 1 else TOO_LARGE)
