"""Rows made equal to what a file says: only what differs is written, and every difference is counted."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Manager, Model, ProtectedError, QuerySet

Row = TypeVar("Row", bound=Model)


class Changes:
    """What a load did, and what it could not remove."""

    def __init__(self) -> None:
        self.created = 0
        self.changed = 0
        self.removed = 0
        self.refusals: list[str] = []
        self._fresh: set[tuple[type[Model], object]] = set()

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)

    def counts(self) -> dict[str, int]:
        return {"created": self.created, "changed": self.changed, "removed": self.removed}

    def put(self, rows: Manager[Row] | QuerySet[Row], key: dict[str, Any], columns: dict[str, Any]) -> Row:
        """Find the row by `key` or create it, and make its columns equal to `columns`."""
        row = None if self._hangs_on_new(key) else rows.filter(**key).first()
        if row is None:
            self.created += 1
            row = rows.create(**key, **columns)
            self._fresh.add((type(row), row.pk))
            return row
        different = [name for name, value in columns.items() if getattr(row, name) != value]
        if different:
            for name in different:
                setattr(row, name, columns[name])
            row.save(update_fields=different)
            self.changed += 1
        return row

    def link(self, links: Any, wanted: Iterable[Model]) -> None:
        """Make a many-to-many relation hold exactly `wanted`."""
        ids = {row.pk for row in wanted}
        if self._is_new(links.instance):
            links.add(*ids)  # part of a row that was counted as new
        elif set(links.values_list("pk", flat=True)) != ids:
            links.set(ids)
            self.changed += 1

    def _hangs_on_new(self, key: dict[str, Any]) -> bool:
        """Whether part of the key is a row of this load: nothing can have pointed at it before."""
        return any(isinstance(part, Model) and self._is_new(part) for part in key.values())

    def _is_new(self, row: Model) -> bool:
        return (type(row), row.pk) in self._fresh

    def remove(self, rows: Iterable[Model], words: str) -> None:
        """Delete rows that vanished from the file; where something hangs on one, say what."""
        for row in rows:
            try:
                row.delete()
            except ProtectedError as error:
                self.refuse(
                    f"{words}“{row}”已从文件中删去，但{_hanging(error.protected_objects)}，不能删除。"
                )
            else:
                self.removed += 1

    def refuse(self, sentence: str) -> None:
        self.refusals.append(sentence)


def _hanging(rows: Collection[Model]) -> str:
    counts: dict[str, int] = {}
    for row in rows:
        name = str(row._meta.verbose_name)
        counts[name] = counts.get(name, 0) + 1
    return "、".join(f"还有 {count} 条{name}" for name, count in sorted(counts.items()))
