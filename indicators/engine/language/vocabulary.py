"""The names a formula may use."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple, TypeVar

VILLAGE = "village"  # the scope of standards that are judged village by village


class StandardTexts(NamedTuple):
    """A standard as formulas may name it: its scope, and its own formulas, which may name others."""

    scope: str
    texts: tuple[str, ...] = ()


Item = TypeVar("Item")


class Later(Mapping[str, Item]):
    """Names that are only looked up once a formula asks for one of them."""

    def __init__(self, load: Callable[[], Mapping[str, Item]]) -> None:
        self._load = load

    @cached_property
    def _found(self) -> Mapping[str, Item]:
        return self._load()

    def __getitem__(self, code: str) -> Item:
        return self._found[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True)
class Vocabulary:
    """Elements with their units, indicators with their formulas, codes of series and (where known) of kinds.

    `options` are those of elements of type choice. `attributes` maps a text to its possible values (none
    listed: any), a number to None. `scope` is that of the standard whose formula it is, None where that is
    not known, as in an indicator. `in_score` allows what only a score's formula may ask. `month_only` is the
    language of validation rules: one month's own figures, nothing about time or place.
    """

    elements: Mapping[str, str]
    indicators: Mapping[str, str] = field(default_factory=dict)
    series: Collection[str] = ()
    kinds: Collection[str] | None = None
    month_only: bool = False
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    attributes: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    standards: Mapping[str, StandardTexts] = field(default_factory=dict)
    scope: str | None = None
    in_score: bool = False

    def nearest(self, code: str) -> str:
        """Suggest the known name that `code` may have been meant to be, as the end of a sentence."""
        return suggestion(code, [*self.elements, *self.indicators])

    def nearest_series(self, code: str) -> str:
        """Suggest a series, as the end of a sentence."""
        return suggestion(code, self.series)


def suggestion(code: str, known: Collection[str]) -> str:
    """Suggest one of the known names, as the end of a sentence."""
    close = get_close_matches(code, list(known), n=1, cutoff=0.75)
    return f"，是不是想写“{close[0]}”？" if close else "。"
