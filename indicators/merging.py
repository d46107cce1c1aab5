"""Two people on one month: what can be kept of both, and what somebody has to choose.

Pure, below services: the service decides by it whether to write, the page shows by it what to choose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.models import ValueChange


@dataclass(frozen=True)
class Merge:
    """Two people's work on one month: what can be saved, what both changed, what only others changed."""

    version: int
    values: dict[int, Decimal | None] = field(default_factory=dict)
    conflicts: dict[int, ValueChange] = field(default_factory=dict)
    taken: dict[int, ValueChange] = field(default_factory=dict)

    @property
    def others(self) -> str:
        """Who changed it, by name."""
        return names_of([*self.conflicts.values(), *self.taken.values()])


def merge(mine: Mapping[int, Decimal | None], changes: Iterable[ValueChange], *, version: int) -> Merge:
    """Put what I sent over what others changed since I read: cells that I left alone are theirs."""
    base: dict[int, Decimal | None] = {}
    theirs: dict[int, ValueChange] = {}
    for change in changes:
        base.setdefault(change.element_id, change.old)
        theirs[change.element_id] = change
    merged = Merge(version, {pk: value for pk, value in mine.items() if pk not in theirs})
    for pk, change in theirs.items():
        if change.new == base[pk]:  # changed, and changed back: as I read it
            merged.values.update({pk: mine[pk]} if pk in mine else {})
        elif pk not in mine or mine[pk] in (base[pk], change.new):
            merged.taken[pk] = change
        else:
            merged.conflicts[pk] = change
    return merged


def names_of(changes: Iterable[ValueChange]) -> str:
    """The people behind `changes`, each once."""
    return "、".join(dict.fromkeys(str(change.by) for change in changes))
