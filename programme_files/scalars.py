"""One value of a programme file: from the text that stands there to the type that is wanted."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from programme_files.document import Formula, Plain

INTEGER = re.compile(r"[+-]?\d{1,15}")
NUMBER = re.compile(r"[+-]?\d{1,14}(\.\d{1,4})?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Mismatch(Exception):
    """A value that is not what should stand there; its text is a Chinese sentence."""


def _text(value: str, tag: str) -> str:
    if tag != "str":
        raise Mismatch(f'应为文字，请加引号："{value}"。')
    if not value.isprintable():
        raise Mismatch("文字里不能有换行、制表符或其他控制字符。")
    if value != value.strip():
        raise Mismatch("文字前后不能有空格。")
    return value


def _formula(value: str, tag: str) -> Formula:
    return Formula(_text(value, "str" if tag in {"int", "float"} else tag))


def _integer(value: str, tag: str) -> int:
    if tag != "int" or not INTEGER.fullmatch(value):
        raise Mismatch(f"应为整数，不能是“{value}”。")
    return int(value)


def _decimal(value: str, tag: str) -> Decimal:
    if tag not in {"int", "float"} or not NUMBER.fullmatch(value):
        raise Mismatch(f"应为数字（最多 4 位小数，不加引号），不能是“{value}”。")
    return Decimal(value)


def _plain(value: str, tag: str) -> Plain:
    return Plain(_text(value, tag) if tag == "str" else _decimal(value, tag))


def _boolean(value: str, tag: str) -> bool:
    if tag != "bool" or value.lower() not in {"true", "false"}:
        raise Mismatch(f"应为 true 或 false，不能是“{value}”。")
    return value.lower() == "true"


def _date(value: str, tag: str) -> date:
    try:
        if not DATE.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError as error:
        raise Mismatch(f"应为日期，例如 2022-03-31，不能是“{value}”。") from error


SCALARS: dict[Any, Callable[[str, str], Any]] = {
    str: _text,
    Formula: _formula,
    Plain: _plain,
    bool: _boolean,
    int: _integer,
    Decimal: _decimal,
    date: _date,
}
