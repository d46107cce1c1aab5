"""What stands behind one verdict: everything a page needs to show how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Organisation, User
from common.templatetags.display import number
from indicators.engine.explaining.sentences import with_unit
from indicators.engine.formula import Measure
from indicators.engine.interpreting.judging import Outcome
from indicators.engine.periods import Period
from indicators.models import Exemption, Judgement, Standard, VerdictStatus
from indicators.models.catalogue import Names


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
    names: Names = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The figure; what is chosen by its name."""
        return number(self.value) if self.value is None else self.names.get(self.value) or number(self.value)


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
    names: Names = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The figure with its unit; what is chosen by its name."""
        if self.value is None:
            return number(self.value)
        return self.names.get(self.value) or with_unit(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class StandardUse:
    """Another standard that the formula asks for, as it stands here: nothing where that is not known."""

    code: str
    name: str
    applies: bool | None
    is_met: bool | None

    @property
    def status(self) -> VerdictStatus:
        if self.applies is False:
            return VerdictStatus.NOT_APPLICABLE
        if self.applies is None or self.is_met is None:
            return VerdictStatus.NO_DATA
        return VerdictStatus.MET if self.is_met else VerdictStatus.UNMET


@dataclass(frozen=True, slots=True)
class PollUse:
    """A question that was asked of every village: who says yes, who no, of whom nobody knows.

    `left_out` are villages that were not asked, because the standard is not asked of them.
    """

    name: str
    yes: Sequence[str]
    no: Sequence[str]
    unknown: Sequence[str]
    left_out: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Something that was read besides figures, in words: an attribute, a sum over an area."""

    name: str
    value: str


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
    """One verdict explained: sentence first, then formula, inputs, references."""

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
    standards: Sequence[StandardUse] = ()
    polls: Sequence[PollUse] = ()
    known: Sequence[Known] = ()
    exemption: Exemption | None = None
    judgement: Judgement | None = None
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
    def is_rounded(self) -> bool:
        """Whether an amount is compared, not whether something holds."""
        return self.standard.comparator != Standard.Comparator.HOLDS

    @property
    def departments(self) -> list[Organisation]:
        """Those that answer for the standard; only asked for where they are printed."""
        return list(self.standard.departments.all())

    @property
    def clause(self) -> str:
        return self.standard.clause

    @property
    def is_demonstration(self) -> bool:
        """Whether any figure that was used is made up for the demonstration."""
        references = any(reference.is_demonstration for reference in self.references)
        return self.has_demonstration_months or references
