"""Each list of a programme file written to its table, from what others point at to what points at them."""

from collections.abc import Sequence

from accounts.models import Organisation
from indicators.models import (
    DataElement,
    Grade,
    Indicator,
    ProgrammeElement,
    ReferenceSeries,
    ReferenceValue,
    ScoreSection,
    Standard,
    ValidationRule,
)
from programme_files.document import (
    TOWNSHIP,
    GradeRow,
    MeasureRow,
    ProgrammeDocument,
    SectionRow,
    StandardRow,
)
from programme_files.services.changes import Changes
from projects.models import Measure
from villages.models import Enrolment, Programme, ProgrammeAttribute, Village, VillageKind


class Writer:
    """Writes one document; holds the rows by the names the file uses."""

    def __init__(self, document: ProgrammeDocument, changes: Changes) -> None:
        self.document = document
        self.changes = changes
        self.organisations: dict[str, Organisation] = {}
        self.kinds: dict[str, VillageKind] = {}
        self.villages: dict[str, Village] = {}
        self.indicators: dict[str, Indicator] = {}
        self.sections: dict[str, ScoreSection] = {}  # by the codes of the standards that they add up
        self.position = 0
        self.section_position = 0

    def write(self) -> Programme:
        head = self.document.programme
        self.programme = self.changes.put(Programme.objects.all(), {"code": head.code}, head.columns())
        for step in (
            self._organisations,
            self._kinds,
            self._attributes,
            self._villages,
            self._elements,
            self._rules,
            self._series,
            self._indicators,
            self._scorecards,
            self._standards,
            self._measures,
        ):
            step()
        return self.programme

    def _organisations(self) -> None:
        for row in self.document.organisations:
            key = {"name": row.name, "division_code": row.division}
            self.organisations[row.name] = self.changes.put(Organisation.objects.all(), key, row.columns())

    def _kinds(self) -> None:
        for row in self.document.village_kinds:
            self.kinds[row.code] = self.changes.put(
                VillageKind.objects.all(), {"code": row.code} | self._mine(), row.columns()
            )

    def _attributes(self) -> None:
        for position, row in enumerate(self.document.attributes, start=1):
            self.changes.put(
                ProgrammeAttribute.objects.all(),
                {"code": row.code} | self._mine(),
                row.columns() | {"position": position},
            )

    def _villages(self) -> None:
        for row in self.document.villages:
            village = self.changes.put(Village.objects.all(), {"code": row.code}, row.columns())
            known = {code: str(value) for code, value in row.attributes.items()}  # numbers to the last digit
            columns: dict[str, object] = {"kind": self.kinds[row.kind], "attributes": known}
            if row.target_year is not None:  # a file that says nothing leaves the year as it is
                columns |= {"target_year": row.target_year, "is_demonstration": False}
            self.changes.put(Enrolment.objects.all(), {"village": village} | self._mine(), columns)
            self.villages[row.code] = village

    def _elements(self) -> None:
        shared = self._shared()
        for position, row in enumerate(self.document.elements, start=1):
            columns = row.columns() if row.code in shared else row.columns() | {"position": position}
            element = self.changes.put(DataElement.objects.all(), {"code": row.code}, columns)
            provider = None if row.provider == TOWNSHIP else self.organisations[row.provider]
            asked = self.changes.put(
                ProgrammeElement.objects.all(), {"element": element} | self._mine(), {"provider": provider}
            )
            self.changes.link(asked.kinds, [self.kinds[code] for code in row.kinds])

    def _rules(self) -> None:
        for row in self.document.rules:
            self.changes.put(ValidationRule.objects.all(), {"code": row.code} | self._mine(), row.columns())

    def _series(self) -> None:
        for row in self.document.reference_series:
            series = self.changes.put(ReferenceSeries.objects.all(), {"code": row.code}, row.columns())
            for value in row.values:
                key = {"series": series, "area_code": value.area, "year": value.year}
                self.changes.put(ReferenceValue.objects.all(), key, value.columns())

    def _indicators(self) -> None:
        for row in self.document.indicators:
            key = {"code": row.code} | self._mine()
            self.indicators[row.code] = self.changes.put(Indicator.objects.all(), key, row.columns())
        Indicator.objects.filter(programme=self.programme).note_choices()

    def _scorecards(self) -> None:
        for row in self.document.scorecards:
            self._section(row, None, ScoreSection.Missing.LEAVE_OUT)

    def _section(self, row: SectionRow, parent: ScoreSection | None, not_applicable: str) -> None:
        """Write a part and everything in it; a part treats missing standards as what holds it does."""
        self.section_position += 1
        not_applicable = row.not_applicable or not_applicable
        columns = row.columns() | {
            "parent": parent,
            "not_applicable": not_applicable,
            "position": self.section_position,
        }
        key = {"code": row.code} | self._mine()
        section = self.changes.put(ScoreSection.objects.all(), key, columns)
        self._grades(row, section)
        self.sections |= dict.fromkeys(row.items, section)
        for part in row.sections:
            self._section(part, section, not_applicable)

    def _grades(self, row: SectionRow, section: ScoreSection) -> None:
        """Grades are told apart by name; two that change places would meet, so the old ones go first."""
        wanted = {grade.name: grade.begins for grade in row.grades}
        for grade in section.grades.all():
            if grade.name not in wanted or grade.from_points != wanted[grade.name]:
                self.changes.remove([grade], GradeRow.WORDS)
        for new in row.grades:
            self.changes.put(Grade.objects.all(), {"section": section, "name": new.name}, new.columns())

    def _standards(self) -> None:
        for row in self.document.standards:
            self._standard(row, Standard.Section.STANDARD, row.departments or ())

    def _measures(self) -> None:
        for row in self.document.measures:
            key = {"number": row.number} | self._mine()
            measure = self.changes.put(Measure.objects.all(), key, row.columns())
            self.changes.link(measure.departments, [self.organisations[name] for name in row.departments])
            self.changes.link(measure.standards, self._targets(row))

    def _targets(self, measure: MeasureRow) -> list[Standard]:
        return [
            self._standard(
                row,
                Standard.Section.TARGET,
                measure.departments if row.departments is None else row.departments,
            )
            for row in measure.targets
        ]

    def _standard(self, row: StandardRow, section: str, departments: Sequence[str]) -> Standard:
        self.position += 1
        columns = row.columns() | {
            "section": section,
            "position": self.position,
            "indicator": self.indicators[row.indicator] if row.indicator else None,
            "score_section": self.sections.get(row.code),
        }
        key = {"code": row.code} | self._mine()
        standard = self.changes.put(Standard.objects.all(), key, columns)
        self.changes.link(standard.kinds, [self.kinds[code] for code in row.kinds])
        self.changes.link(standard.villages, [self.villages[code] for code in row.villages])
        self.changes.link(standard.departments, [self.organisations[name] for name in departments])
        return standard

    def _mine(self) -> dict[str, Programme]:
        return {"programme": self.programme}

    def _shared(self) -> set[str]:
        """The elements that another programme asks for too: their places in the ledger stay."""
        asked = ProgrammeElement.objects.exclude(programme=self.programme)
        return set(asked.values_list("element__code", flat=True))
