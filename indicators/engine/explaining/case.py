"""One standard at one place, with everything that is said about it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from indicators.engine import formula as f
from indicators.engine.explaining import words
from indicators.engine.explaining.lever import needed_change
from indicators.engine.explaining.provenance import Provenance
from indicators.engine.explaining.reasons import missing, remedy, why_not
from indicators.engine.explaining.requirements import requirement_met_by
from indicators.engine.explaining.saying import option
from indicators.engine.explaining.sentences import Telling, tell
from indicators.engine.explaining.trace import Explanation, Input, Part, ReferenceUse
from indicators.engine.explaining.uses import asks_more, known_used, polls_used, standards_used
from indicators.engine.formula import Formula, Measure, Reference, references, timed, timed_here
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.interpreter import number as value_of
from indicators.engine.interpreting.judging import Outcome, applies, judge
from indicators.engine.interpreting.situation import Situation
from indicators.engine.language.functions import LEVELS
from indicators.engine.periods import DECEMBER, Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.situations import Place
from indicators.models import Judgement, MonthlyReport, Standard, VerdictStatus

NO_DATA = VerdictStatus.NO_DATA


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
            inputs=[self._input(*figure, provenance) for figure in self.figures] if self.applies else [],
            references=[self._reference(each) for each in self.rule.references],
            standards=standards_used(self.asked, self.situation),
            polls=polls_used(self.asked, self.situation, self.catalogue),
            known=known_used(self.asked, self.situation, self.catalogue),
            exemption=self.situation.exemption(self.standard.pk),
            judgement=self.judgement,
            is_early=self._is_early(),
            has_demonstration_months=with_provenance and self._has_demonstration_months(),
        )

    def supposing(self, overrides: Mapping[str, Decimal]) -> "Case":
        """The same place if some measures were different."""
        return replace(self, situation=self.situation.supposing(overrides))

    @cached_property
    def asked(self) -> list[Formula]:
        """The formulas that ask for more than figures."""
        return [formula for formula in self.rule.computed if asks_more(formula)]

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
        wider, status = self.rule.scope != Standard.Scope.VILLAGE, self.outcome.status
        return Telling(
            standard=self.standard,
            subject=f"{self.place.name}{name}" if wider else name,
            unit=self.unit,
            outcome=self.outcome,
            period=self.as_of,
            change=needed_change(self.rule, self.outcome, self.situation, self.catalogue),
            missing=missing(self.rule, self.situation, self.catalogue) if status == NO_DATA else "",
            why_not=why_not(self.standard, self.rule, self.situation, self.catalogue)
            if status == VerdictStatus.NOT_APPLICABLE
            else "",
            options=self.options,
            allowed=self._allowed(),
            remedy=remedy(self.rule, self.outcome, self.situation),
        )

    def _allowed(self) -> str:
        """The values of which one must be found."""
        options = self.options
        said = (
            option(choice.value, options)
            if options and isinstance(choice, f.Number)
            else words.say(choice, words.by_name(self.catalogue))
            for choice in self.rule.choices
        )
        return "、".join(said)

    @cached_property
    def options(self) -> Sequence[str]:
        """What the value may be by name, where it is an option and no amount."""
        value = self.rule.value
        if isinstance(value, f.Position):
            return value.choices
        if isinstance(value, Measure) and value.fold in words.OPTION_FOLDS and self.situation.village:
            return self.catalogue.elements[value.element].options
        return ()

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
        if self.rule.value is None or not self.applies or _is_one(self.rule.value):
            return ""
        speaker = words.by_value(self.catalogue, self.situation)
        exact = value_of(self.rule.value, self.situation)
        sign = "=" if exact == self.outcome.value else "≈"
        return f"{words.say(self.rule.value, speaker)} {sign} {self._result(exact)}"

    def _result(self, exact: Decimal | None) -> str:
        value = self.outcome.value
        if self.options:
            return option(value, self.options)
        if self.rule.comparator == Standard.Comparator.HOLDS:
            return words.known(None if value is None else value == 1)
        return words.figure(value) + ("%" if self.unit == "%" and exact is not None else "")

    @cached_property
    def figures(self) -> list[tuple[Measure, Situation]]:
        """The measures that are read here, each with the place as of when it is read."""
        return self._timed(timed_here)

    def _timed(self, walk: Callable[..., Iterator[tuple[f.Node, Period]]]) -> list[tuple[Measure, Situation]]:
        found = (pair for formula in self.rule.formulas for pair in walk(formula, self.situation.period))
        read = dict.fromkeys((node, period) for node, period in found if isinstance(node, Measure))
        return [(measure, self.situation.until(period)) for measure, period in read]

    def _provenance(self) -> Provenance | None:
        if self.rule.scope != Standard.Scope.VILLAGE or not self.figures or not self.applies:
            return None
        elements = {measure.element for measure, _ in self.figures}
        return Provenance.load(self.catalogue, self.place.enrolments[0].village, self._months(), elements)

    def _months(self) -> set[date]:
        readings = (reading for measure, then in self._timed(timed) for reading in then.readings(measure))
        return {period.first_day for reading in readings for period, _ in reading.used}

    def _has_demonstration_months(self) -> bool:
        """Whether a month that was used, in any village, is made up for the demonstration."""
        villages = [member.village_id for member in self.situation.members]
        reports = MonthlyReport.objects.filter(village__in=villages, month__in=self._months())
        return reports.filter(is_demonstration=True).exists()

    def _input(self, measure: Measure, then: Situation, provenance: Provenance | None) -> Input:
        element = self.catalogue.elements[measure.element]
        readings = then.readings(measure)
        parts = [
            Part(member.code, member.name, reading.value)
            for member, reading in zip(then.members, readings, strict=True)
        ]
        is_option = measure.fold in words.OPTION_FOLDS and self.situation.village
        return Input(
            measure=measure,
            key=measure.key,
            name=words.measure_name(measure, self.catalogue),
            unit=element.unit,
            value=then.measure(measure),
            months=provenance.months(readings[0], element) if provenance else [],
            parts=parts if self.rule.scope != Standard.Scope.VILLAGE else [],
            is_supposed=measure.key in self.situation.overrides,
            names=element.names if is_option else {},
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


def _is_one(formula: f.Formula) -> bool:
    """Whether a formula only reads something, so that there is nothing to put numbers into."""
    if isinstance(formula, f.AsNumber | f.AsCondition | f.Position):
        return _is_one(formula.operand)
    return isinstance(formula, f.Leaf | f.Met | f.Applies | f.Meets | f.Poll | f.Count)
