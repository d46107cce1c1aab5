"""What the rows of every list have in common: formulas, and keys that Python cannot spell as fields."""

from dataclasses import MISSING, Field, dataclass
from typing import Any, NewType

Formula = NewType("Formula", str)  # the expression language, docs/expressions.md; may be a bare number
Plain = NewType("Plain", object)  # a text or a number, whichever stands there

FORMAT = 1
NOTHING = Formula("")
ALWAYS = {"always": True}  # written out even where it is the default


@dataclass(frozen=True)
class Veto:
    """What a standard that is not met does to the grade: fails it, or caps it (`caps` names the grade)."""

    caps: str = ""

    def __str__(self) -> str:
        return f"最高评为“{self.caps}”" if self.caps else "一票否决"


def key_of(field: Field[Any]) -> str:
    """What a field is called in the file."""
    return str(field.metadata.get("key", field.name))


def default_of(field: Field[Any]) -> Any:
    """What a field is where the file leaves it out; MISSING if it may not."""
    return field.default_factory() if field.default_factory is not MISSING else field.default
