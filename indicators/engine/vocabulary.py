"""The names a formula may use."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True)
class Vocabulary:
    """Elements with their units, indicators with their formulas, codes of series and (where known) of kinds.

    `month_only` is the language of validation rules: one month's own figures, nothing about time or place.
    """

    elements: Mapping[str, str]
    indicators: Mapping[str, str] = field(default_factory=dict)
    series: Collection[str] = ()
    kinds: Collection[str] | None = None
    month_only: bool = False

    def nearest(self, code: str) -> str:
        """Suggest the known name that `code` may have been meant to be, as the end of a sentence."""
        return _suggestion(code, [*self.elements, *self.indicators])

    def nearest_series(self, code: str) -> str:
        """Suggest a series, as the end of a sentence."""
        return _suggestion(code, self.series)


def _suggestion(code: str, known: Collection[str]) -> str:
    close = get_close_matches(code, list(known), n=1, cutoff=0.75)
    return f"，是不是想写“{close[0]}”？" if close else "。"
