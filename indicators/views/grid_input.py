"""What a grid sends: cells as they were typed, by village and month, with the version that was seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import BadRequest

MOST_BATCHES, MOST_CELLS, LONGEST_TEXT = 120, 400, 200
MOST_DIGITS = 9


@dataclass(frozen=True)
class Batch:
    """Cells of one village's month: text by element id, typed over `version`."""

    village: str
    month: date
    version: int
    cells: Mapping[int, str]


@dataclass(frozen=True)
class Sent:
    """Everything in one request, and who the page was opened by."""

    user: int
    batches: list[Batch]


def read_sent(body: bytes) -> Sent:
    """Read the body of a request, or raise BadRequest: a script of ours never sends anything else."""
    found = read_json(body)
    batches = found.get("batches")
    if not isinstance(batches, list) or len(batches) > MOST_BATCHES:
        raise BadRequest("没有看懂送来的数据。")
    return Sent(_whole(found.get("user")), [read_batch(batch) for batch in batches])


def read_json(body: bytes) -> dict[str, Any]:
    """Read an object, or raise BadRequest."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("没有看懂送来的数据。") from error
    if not isinstance(found, dict):
        raise BadRequest("没有看懂送来的数据。")
    return found


def read_batch(found: Any) -> Batch:
    """Read the cells of one village's month, or raise BadRequest."""
    if not isinstance(found, dict):
        raise BadRequest("没有看懂送来的数据。")
    cells = found.get("cells")
    if not isinstance(cells, dict) or len(cells) > MOST_CELLS:
        raise BadRequest("没有看懂送来的数据。")
    texts = {_whole(pk): _text(text) for pk, text in cells.items()}
    return Batch(_text(found.get("village")), _month(found.get("month")), _whole(found.get("version")), texts)


def _whole(value: Any) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    raise BadRequest("没有看懂送来的数据。")


def _text(value: Any) -> str:
    if isinstance(value, str) and "\x00" not in value:
        return value[:LONGEST_TEXT]
    raise BadRequest("没有看懂送来的数据。")


def _month(value: Any) -> date:
    year, _, month = _text(value).partition("-")
    try:
        return date(_whole(year), _whole(month), 1)
    except ValueError as error:
        raise BadRequest("没有看懂送来的数据。") from error
