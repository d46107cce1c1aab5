"""COPY: the quickest way into PostgreSQL and out of it."""

import io
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection


class Lines(io.RawIOBase):
    """An iterator of text lines as the file that COPY reads: nothing is held but one piece."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines: Iterator[str] = iter(lines)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces, length = [self.rest], len(self.rest)
        for line in self.lines:
            encoded = line.encode()
            pieces.append(encoded)
            length += len(encoded)
            if length >= size:
                break
        whole = b"".join(pieces)
        self.rest = whole[size:]
        return whole[:size]


def copy_in(table: str, columns: str, lines: Iterable[str]) -> None:
    """Load text lines into a table."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", Lines(lines))


def execute(sql: str, values: Sequence[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
