"""What stands behind one verdict: everything a page needs to show how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Organisation, User
from indicators.engine.formula import Measure
from indicators.engine.judging import Outcome
from indicators.engine.periods import Period
from indicators.models import Judgement, Standard


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """A month that was used: its value, who typed it, who accepted the month. None where nobody is known."""

    month: date
    value: Decimal | None
    village_code: str
    entered_by: User | None = None
    entered_at: datetime | None = None
    accepted_by: User | None = None
    accepted_at: datetime | None = None
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one village adds to a wider scope's figure."""

    village_code: str
    village: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Input:
    """A figure that went into the formula: `key` names it in a what-if."""

    measure: Measure
    key: str
    name: str
    unit: str
    value: Decimal | None
    months: Sequence[MonthFigure] = ()
    parts: Sequence[Part] = ()
    is_supposed: bool = False


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """A published figure that was compared with; `value` is None where none was published."""

    name: str
    unit: str
    level: str
    area_code: str
    year: int
    value: Decimal | None
    source: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One verdict explained: sentence first, then formula, inputs, references, clause and departments."""

    standard: Standard
    year: int
    period: Period
    scope_code: str
    place: str
    outcome: Outcome
    data_month: date | None
    sentence: str
    target: str
    formula: str = ""
    calculation: str = ""
    inputs: Sequence[Input] = ()
    references: Sequence[ReferenceUse] = ()
    judgement: Judgement | None = None
    departments: Sequence[Organisation] = ()
    has_demonstration_months: bool = False
    is_early: bool = False  # part of a year stands against a published figure of a whole one

    @property
    def status(self) -> str:
        return str(self.outcome.status)

    @property
    def is_one_figure(self) -> bool:
        """Whether the formula would only repeat the indicator's name."""
        return self.standard.indicator is not None and self.formula == self.standard.indicator.name

    @property
    def clause(self) -> str:
        return self.standard.clause

    @property
    def is_demonstration(self) -> bool:
        """Whether any figure that was used is made up for the demonstration."""
        references = any(reference.is_demonstration for reference in self.references)
        return self.has_demonstration_months or references
