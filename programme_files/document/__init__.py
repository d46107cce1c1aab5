"""What a programme file says, as typed rows. Pure data: no YAML, no database.

A field without a default is a key the file must give. `columns()` gives the fields of the model that a row
becomes, `KEY` names the key that tells rows of one list apart, `WORDS` what a row is called in a sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from programme_files.document.catalogue import (
    TOWNSHIP,
    ElementRow,
    IndicatorRow,
    RuleRow,
    SeriesRow,
    ValueRow,
)
from programme_files.document.form import FORMAT, Formula, Plain, Veto
from programme_files.document.people import (
    AttributeRow,
    CalendarRow,
    KindRow,
    OrganisationRow,
    ProgrammeRow,
    VillageRow,
)
from programme_files.document.scorecards import GradeRow, SectionRow
from programme_files.document.standards import MeasureRow, StandardRow

__all__ = [
    "FORMAT", "TOWNSHIP", "AttributeRow", "CalendarRow", "ElementRow", "Formula", "GradeRow", "IndicatorRow",
    "KindRow", "MeasureRow", "OrganisationRow", "Plain", "ProgrammeDocument", "ProgrammeRow", "RuleRow",
    "SectionRow", "SeriesRow", "StandardRow", "ValueRow", "Veto", "VillageRow",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ProgrammeDocument:
    """A whole file."""

    format: int
    programme: ProgrammeRow
    village_kinds: tuple[KindRow, ...]
    attributes: tuple[AttributeRow, ...] = ()
    organisations: tuple[OrganisationRow, ...]
    villages: tuple[VillageRow, ...]
    elements: tuple[ElementRow, ...]
    rules: tuple[RuleRow, ...] = ()
    reference_series: tuple[SeriesRow, ...] = ()
    indicators: tuple[IndicatorRow, ...]
    standards: tuple[StandardRow, ...]
    measures: tuple[MeasureRow, ...] = ()
    scorecards: tuple[SectionRow, ...] = ()

    def all_standards(self) -> Iterator[StandardRow]:
        """Yield the standards, then the targets inside the measures."""
        yield from self.standards
        for measure in self.measures:
            yield from measure.targets

    def sections(self) -> Iterator[SectionRow]:
        """Yield the scorecards, each followed by its parts, in the order of the file."""
        for scorecard in self.scorecards:
            yield from scorecard.walk()
