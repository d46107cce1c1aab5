"""What a sheet consists of, read the same way wherever it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission, allows
from assessments.scores import FrozenScore
from common.templatetags.display import number
from indicators.models import Standard, VerdictStatus

MET = frozenset({VerdictStatus.MET, VerdictStatus.NOT_APPLICABLE})


@dataclass(frozen=True)
class EvidenceRow:
    """A file as it stood: who reads the page fetches it by `id`, and `sha256` says whether it is the same."""

    id: int
    title: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class SheetRow:
    """One standard with its verdict, and what the township says about it."""

    id: int
    code: str
    name: str
    clause: str
    rule: str
    threshold_text: str
    unit: str
    is_judged: bool
    departments: dict[int, str]
    status: str
    value: Decimal | None
    threshold: Decimal | None
    gap: Decimal | None
    data_month: date | None
    explanation: dict[str, Any]
    statement: str
    evidence: tuple[EvidenceRow, ...]
    points: Decimal | None = None
    least_points: Decimal | None = None
    names: Mapping[Decimal, str] = field(default_factory=dict)  # of a figure that is chosen, not counted
    score: Decimal | None = None

    @property
    def target(self) -> str:
        """The target in words: 不低于 95%. What was frozen says it in the engine's words."""
        if self.is_judged or self.explanation:
            return str(self.explanation.get("target", self.rule))
        wanted = number(self.threshold) if self.threshold is not None else self.threshold_text
        return f"{self.rule} {wanted}{self.unit}".strip()

    @property
    def actual(self) -> str:
        """The figure as people write it, without its unit."""
        return number(self.value) if self.value is None else self.names.get(self.value) or number(self.value)

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """The figures that went into it, by name; a round frozen without words has numbers."""
        return [
            (used["name"], used.get("shown") or _shown(used)) for used in self.explanation.get("inputs", ())
        ]

    @property
    def gap_unit(self) -> str:
        """A gap between percentages is counted in points."""
        return "个百分点" if self.unit == "%" else self.unit

    @property
    def is_open(self) -> bool:
        """Whether the figures alone do not show the standard as met; a judged one waits for the reviewer."""
        return not self.is_judged and self.status not in MET


def _shown(used: dict[str, Any]) -> str:
    return (
        number(used["value"]) if used["value"] is None else f"{number(used['value'])} {used['unit']}".rstrip()
    )


@dataclass(frozen=True)
class Sheet:
    """The rows in the order of the standards, the self-check report, and whether figures are made up."""

    rows: tuple[SheetRow, ...]
    report: str = ""
    is_demonstration: bool = False
    version: int | None = None  # of the programme, for what was frozen
    scores: tuple[FrozenScore, ...] = ()

    def visible_to(self, user: User) -> "Sheet":
        """The same for a reader; a department officer sees the standards the department answers for.

        And no totals, which say something about every standard.
        """
        if allows(user, Permission.VIEW_EVERY_STANDARD):
            return self
        return replace(self.about(Standard.objects.visible_to(user)), scores=())

    def about(self, standards: QuerySet[Standard]) -> "Sheet":
        """The same with these standards only."""
        ids = set(standards.values_list("pk", flat=True))
        return replace(self, rows=tuple(row for row in self.rows if row.id in ids))
