"""A finding: what is seen in a month's figures, how grave it is, which cells it is about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from common.templatetags.display import number
from indicators.models import DataElement, ValidationRule

HARD, SOFT = ValidationRule.Severity.HARD, ValidationRule.Severity.SOFT
CORRECT = "，请核对后改正。"
EXPLAIN = "，请核对；确属实际请写明原因。"


@dataclass(frozen=True)
class Finding:
    """One sentence about a month's figures; `codes` are the elements it names, `rule` the rule's code."""

    severity: str
    codes: tuple[str, ...]
    sentence: str
    rule: str = ""

    @property
    def is_hard(self) -> bool:
        return self.severity == HARD


def unexplained(found: Iterable[Finding], explained: Collection[str]) -> list[Finding]:
    """The soft findings none of whose elements has a remark; `explained` are codes of elements that have."""
    return [one for one in found if not one.is_hard and not set(one.codes) & set(explained)]


def ending(severity: str) -> str:
    """What to do about it, at the end of the sentence."""
    return CORRECT if severity == HARD else EXPLAIN


def figure(value: Decimal, element: DataElement) -> str:
    """A figure with its unit: 1,480人."""
    return f"{number(value)}{element.unit}"
