"""One standard at one place, with everything that is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from indicators.engine.catalogue import Catalogue
from indicators.engine.explaining import words
from indicators.engine.explaining.lever import needed_change
from indicators.engine.explaining.provenance import Provenance
from indicators.engine.explaining.requirements import requirement_met_by
from indicators.engine.explaining.sentences import Telling, tell
from indicators.engine.explaining.trace import Explanation, Input, Part, ReferenceUse
from indicators.engine.formula import Measure, Reference, measures, references
from indicators.engine.functions import LEVELS
from indicators.engine.interpreter import number as value_of
from indicators.engine.judging import Outcome, applies, judge
from indicators.engine.loading import Place
from indicators.engine.periods import DECEMBER, Period
from indicators.engine.rules import Rule
from indicators.engine.situation import Situation
from indicators.models import Judgement, MonthlyReport, Standard, VerdictStatus


@dataclass(frozen=True)
class Case:
    """One standard at one place."""

    catalogue: Catalogue
    standard: Standard
    rule: Rule
    place: Place
    situation: Situation
    year: int
    as_of: Period

    def explain(self, *, with_provenance: bool = True) -> Explanation:
        provenance = self._provenance() if with_provenance else None
        value = self.rule.value
        return Explanation(
            standard=self.standard,
            year=self.year,
            period=self.situation.period,
            scope_code=self.place.scope_code,
            place=self.place.name,
            outcome=self.outcome,
            data_month=self._data_month(),
            sentence=tell(self._telling()),
            target=requirement_met_by(self.standard, self.catalogue, self.outcome.threshold),
            formula=words.say(value, words.by_name(self.catalogue)) if value else "",
            calculation=self._calculation(),
            inputs=[self._input(measure, provenance) for measure in self.measures] if self.applies else [],
            references=[self._reference(each) for each in references(*self.rule.formulas)],
            judgement=self.judgement,
            departments=list(self.standard.departments.all()),
            is_early=self._is_early(),
            has_demonstration_months=with_provenance and self._has_demonstration_months(),
        )

    def supposing(self, overrides: Mapping[str, Decimal]) -> "Case":
        """The same place if some measures were different."""
        return replace(self, situation=self.situation.supposing(overrides))

    @cached_property
    def measures(self) -> list[Measure]:
        return measures(*self.rule.formulas)

    @cached_property
    def applies(self) -> bool:
        return applies(self.rule, self.situation) is True

    @property
    def judgement(self) -> Judgement | None:
        return self.situation.judgement(self.standard.pk)

    @cached_property
    def outcome(self) -> Outcome:
        return judge(self.rule, self.situation)

    @property
    def unit(self) -> str:
        return self.standard.indicator.unit if self.standard.indicator else ""

    def _telling(self) -> Telling:
        name = self.standard.indicator.name if self.standard.indicator else self.standard.name
        wider = self.rule.scope != Standard.Scope.VILLAGE
        return Telling(
            standard=self.standard,
            subject=f"{self.place.name}{name}" if wider else name,
            unit=self.unit,
            outcome=self.outcome,
            period=self.as_of,
            change=needed_change(self.rule, self.outcome, self.situation, self.catalogue),
            missing=self._missing() if self.outcome.status == VerdictStatus.NO_DATA else "",
            only_for=self._only_for(),
        )

    def _only_for(self) -> str:
        """Name the kinds and villages that the standard is for."""
        kinds = [kind.name for kind in self.standard.kinds.all()]
        return "、".join([*kinds, *(village.name for village in self.standard.villages.all())])

    def _missing(self) -> str:
        """Say which figures there are not."""
        figures = [measure for measure in self.measures if self.situation.measure(measure) is None]
        quotes = [each for each in references(*self.rule.formulas) if self.situation.reference(each) is None]
        said = []
        if figures:
            said.append("缺少" + "、".join(words.measure_name(each, self.catalogue) for each in figures))
        for each in quotes:
            year = self.situation.quote(each).year
            said.append(f"还没有 {year} 年的{words.reference_name(each, self.catalogue)}")
        return "，".join(said) or "除数为 0，算不出来"

    def _data_month(self) -> date | None:
        latest = self.situation.latest_of(self.rule.value) if self.applies else None
        return latest.first_day if latest else None

    def _is_early(self) -> bool:
        """Whether the year still has months to come and is held against a published figure."""
        is_running = self.rule.deadline is None and self.as_of.month < DECEMBER
        is_published = bool(references(self.rule.threshold)) and self.outcome.threshold is not None
        return is_running and is_published and self._data_month() is not None

    def _calculation(self) -> str:
        """The formula with the numbers put in and its result."""
        if self.rule.value is None or isinstance(self.rule.value, Measure) or not self.applies:
            return ""
        speaker = words.Speaker(
            measure=lambda measure: words.figure(self.situation.measure(measure)),
            reference=lambda reference: words.figure(self.situation.reference(reference)),
            kind=f"“{self.situation.kind or words.MISSING}”",
            year=lambda lag: str(self.situation.year - lag),
        )
        exact = value_of(self.rule.value, self.situation)
        sign = "=" if exact == self.outcome.value else "≈"
        percent = "%" if self.unit == "%" and exact is not None else ""
        return f"{words.say(self.rule.value, speaker)} {sign} {words.figure(self.outcome.value)}{percent}"

    def _provenance(self) -> Provenance | None:
        if self.rule.scope != Standard.Scope.VILLAGE or not self.measures or not self.applies:
            return None
        readings = [reading for measure in self.measures for reading in self.situation.readings(measure)]
        months = {period.first_day for reading in readings for period, _ in reading.used}
        elements = {measure.element for measure in self.measures}
        return Provenance.load(self.catalogue, self.place.enrolments[0].village, months, elements)

    def _has_demonstration_months(self) -> bool:
        """Whether a month that was used, in any village, is made up for the demonstration."""
        readings = [reading for measure in self.measures for reading in self.situation.readings(measure)]
        months = {period.first_day for reading in readings for period, _ in reading.used}
        villages = [member.village_id for member in self.situation.members]
        reports = MonthlyReport.objects.filter(village__in=villages, month__in=months)
        return reports.filter(is_demonstration=True).exists()

    def _input(self, measure: Measure, provenance: Provenance | None) -> Input:
        element = self.catalogue.elements[measure.element]
        readings = self.situation.readings(measure)
        parts = [
            Part(member.code, member.name, reading.value)
            for member, reading in zip(self.situation.members, readings, strict=True)
        ]
        return Input(
            measure=measure,
            key=measure.key,
            name=words.measure_name(measure, self.catalogue),
            unit=element.unit,
            value=self.situation.measure(measure),
            months=provenance.months(readings[0], element.id) if provenance else [],
            parts=parts if self.rule.scope != Standard.Scope.VILLAGE else [],
            is_supposed=measure.key in self.situation.overrides,
        )

    def _reference(self, reference: Reference) -> ReferenceUse:
        series, quote = self.catalogue.series[reference.series], self.situation.quote(reference)
        return ReferenceUse(
            name=series.name,
            unit=series.unit,
            level=LEVELS[reference.level],
            area_code=quote.area_code,
            year=quote.year,
            value=quote.value,
            source=quote.source,
            is_demonstration=quote.is_demonstration,
        )
