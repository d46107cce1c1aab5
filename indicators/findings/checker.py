"""All rules over the months of some villages, with everything they need read beforehand."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.findings.finding import Finding
from indicators.findings.movements import changed, fallen, unusual
from indicators.findings.past import Past
from indicators.findings.relations import broken_relation, impossible
from indicators.models import DataElement, ProgrammeElement, ValidationRule
from villages.models import Village

Typed = Mapping[int, Decimal | None]  # by element id


@dataclass(frozen=True)
class Checker:
    """The rules and elements of villages by village id, and their figures of the months before."""

    rules: Mapping[int, Collection[ValidationRule]]
    elements: Mapping[int, Collection[DataElement]]
    past: Past

    def findings(self, village: int, month: date, typed: Typed | None = None) -> list[Finding]:
        """What the month shows, hard ones first; `typed` figures stand before those of the ledger."""
        elements = self.elements.get(village, ())
        values = self.past.month(village, [element.pk for element in elements], month)
        values |= {pk: value for pk, value in (typed or {}).items() if pk in values}
        known = {
            element.code: (element, value)
            for element in elements
            if (value := values[element.pk]) is not None
        }
        found = {
            (one.codes, one.sentence): one for one in self._all(village, month, known)
        }  # two programmes, one rule
        return sorted(found.values(), key=lambda one: not one.is_hard)

    def _all(
        self, village: int, month: date, known: Mapping[str, tuple[DataElement, Decimal]]
    ) -> Iterator[Finding]:
        for element, value in known.values():
            yield from impossible(element, value)
            yield from fallen(self.past, village, element, month, value)
        by_code = {code: value for code, (_, value) in known.items()}
        for rule in self.rules.get(village, ()):
            if rule.kind == rule.Kind.RELATION:
                yield from broken_relation(rule, by_code)
                continue
            look = changed if rule.kind == rule.Kind.CHANGE else unusual
            for code in rule.elements:
                if code in known:
                    yield from look(rule, self.past, village, known[code][0], month, known[code][1])


def read_checker(
    villages: Collection[Village],
    months: Collection[date],
    elements: Mapping[int, Collection[DataElement]] | None = None,
) -> Checker:
    """Read everything for these months of `villages`, in five queries whatever their number.

    `elements` are for who has read already what each village is asked for: then it is three.
    """
    rules = ValidationRule.objects.per_village(villages)
    far = {
        code
        for of_village in rules.values()
        for rule in of_village
        if rule.kind == rule.Kind.OUTLIER
        for code in rule.elements
    }
    if elements is None:
        elements = ProgrammeElement.objects.elements_of_villages(villages)
    past = Past.read([village.pk for village in villages], months, far) if villages and months else Past()
    return Checker(rules, elements, past)


def findings(
    villages: Collection[Village], month: date, typed: Mapping[int, Typed] | None = None
) -> dict[int, list[Finding]]:
    """What the month of each of `villages` shows, by village id; `typed` by village id and element id."""
    checker, typed = read_checker(villages, [month]), typed or {}
    return {
        village.pk: checker.findings(village.pk, month, typed.get(village.pk, {})) for village in villages
    }


def findings_of(village: Village, month: date, typed: Typed | None = None) -> list[Finding]:
    """What one village's month shows, `typed` figures standing before those of the ledger."""
    return read_checker([village], [month]).findings(village.pk, month, typed)
