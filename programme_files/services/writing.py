"""Each list of a programme file written to its table, from what others point at to what points at them."""

from collections.abc import Sequence

from accounts.models import Organisation
from indicators.models import (
    DataElement,
    Indicator,
    ProgrammeElement,
    ReferenceSeries,
    ReferenceValue,
    Standard,
    ValidationRule,
)
from programme_files.document import TOWNSHIP, MeasureRow, ProgrammeDocument, StandardRow
from programme_files.services.changes import Changes
from projects.models import Measure
from villages.models import Enrolment, Programme, Village, VillageKind


class Writer:
    """Writes one document; holds the rows by the names the file uses."""

    def __init__(self, document: ProgrammeDocument, changes: Changes) -> None:
        self.document = document
        self.changes = changes
        self.organisations: dict[str, Organisation] = {}
        self.kinds: dict[str, VillageKind] = {}
        self.villages: dict[str, Village] = {}
        self.indicators: dict[str, Indicator] = {}
        self.position = 0

    def write(self) -> Programme:
        head = self.document.programme
        self.programme = self.changes.put(Programme.objects.all(), {"code": head.code}, head.columns())
        for step in (
            self._organisations,
            self._kinds,
            self._villages,
            self._elements,
            self._rules,
            self._series,
            self._indicators,
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

    def _villages(self) -> None:
        for row in self.document.villages:
            village = self.changes.put(Village.objects.all(), {"code": row.code}, row.columns())
            columns: dict[str, object] = {"kind": self.kinds[row.kind]}
            if row.target_year is not None:  # a file that says nothing leaves the year as it is
                columns |= {"target_year": row.target_year, "is_demonstration": False}
            self.changes.put(Enrolment.objects.all(), {"village": village} | self._mine(), columns)
            self.villages[row.code] = village

    def _elements(self) -> None:
        for position, row in enumerate(self.document.elements, start=1):
            columns = row.columns() if self._is_shared(row.code) else row.columns() | {"position": position}
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
        }
        key = {"code": row.code} | self._mine()
        standard = self.changes.put(Standard.objects.all(), key, columns)
        self.changes.link(standard.kinds, [self.kinds[code] for code in row.kinds])
        self.changes.link(standard.villages, [self.villages[code] for code in row.villages])
        self.changes.link(standard.departments, [self.organisations[name] for name in departments])
        return standard

    def _mine(self) -> dict[str, Programme]:
        return {"programme": self.programme}

    def _is_shared(self, code: str) -> bool:
        """Whether another programme asks for the element: then its place in the ledger stays."""
        asked = ProgrammeElement.objects.filter(element__code=code)
        return asked.exclude(programme=self.programme).exists()
