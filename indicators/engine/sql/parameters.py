"""Values of a statement: bound by the driver, never written into the text."""

from decimal import Decimal
from typing import Any


class Parameters:
    """Collects values and gives each a placeholder."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: Any) -> str:
        """Keep `value` and return its placeholder."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def number(self, value: Decimal | int | None) -> str:
        """Keep a number for exact arithmetic: without the cast a whole one would be an integer."""
        return self.add(value) + "::numeric"

    def integers(self, values: list[int]) -> str:
        return self.add(values) + "::bigint[]"
