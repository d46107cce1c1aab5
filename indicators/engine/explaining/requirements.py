"""What a standard asks for, in words, before any figure is known."""

from dataclasses import dataclass
from decimal import Decimal

from indicators.engine.errors import ExpressionError
from indicators.engine.explaining import words
from indicators.engine.explaining.sentences import difference, with_unit
from indicators.engine.formula import Formula, Number
from indicators.engine.formula.standings import DONE
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Standard

Comparator = Standard.Comparator
WITHOUT_THRESHOLD = frozenset({Comparator.JUDGED, Comparator.HOLDS, Comparator.ANY_OF})


@dataclass(frozen=True, slots=True)
class Requirement:
    """A standard in words: what must be reached, the stretch beside it, and how the figure is computed."""

    target: str
    stretch: str = ""
    formula: str = ""
    problem: str = ""


def requirement(standard: Standard, catalogue: Catalogue) -> Requirement:
    """Put a standard (with its indicator) into words; a formula that does not fit is named, not raised."""
    writer = _Writer(standard, catalogue)
    try:
        return Requirement(writer.target() + writer.condition(), writer.stretch(), writer.formula())
    except ExpressionError as error:
        return Requirement(standard.threshold, standard.stretch, problem=str(error))


def requirement_met_by(standard: Standard, catalogue: Catalogue, threshold: Decimal | None) -> str:
    """Say what must be reached, with the figure that it comes to this year where it is not a plain number."""
    writer = _Writer(standard, catalogue)
    target, stretch, known = writer.target() + writer.condition(), writer.stretch(), ""
    if threshold is not None and standard.comparator not in WITHOUT_THRESHOLD and standard.threshold.strip():
        is_plain = isinstance(writer.bind(standard.threshold), Number)
        known = "" if is_plain else f"（{with_unit(threshold, writer.unit)}）"
    return f"{target}{known}" + (f"；力争 {stretch}" if stretch else "")


def _set_off(verb: str, wanted: str) -> str:
    return f"{verb}{wanted if wanted.startswith('当年') else f' {wanted}'}"


@dataclass(frozen=True, slots=True)
class _Writer:
    standard: Standard
    catalogue: Catalogue

    @property
    def unit(self) -> str:
        return self.standard.indicator.unit if self.standard.indicator else ""

    def bind(self, expression: str) -> Formula:
        """The formula as the standard's rule has it, read once."""
        return self.catalogue.bind(expression, scope=self.standard.scope)

    def target(self) -> str:
        standard = self.standard
        if standard.comparator in WITHOUT_THRESHOLD:
            return self._without_threshold()
        if standard.comparator == Comparator.DONE_BY:
            return f"{standard.deadline:%Y-%m-%d} 前{self._milestone()}"
        wanted = self._said(standard.threshold)
        if standard.comparator == Comparator.BETWEEN:
            return f"{wanted}到 {self._said(standard.upper)}之间"
        if standard.comparator == Comparator.ABOUT:
            return f"约 {wanted}，允许偏差 {self._difference(standard.tolerance)}"
        return _set_off(Comparator(standard.comparator).label, wanted)

    def _milestone(self) -> str:
        """What is to be done by a date: something, or so much of it."""
        threshold = self.standard.threshold.strip()
        if not threshold or (not self.unit and self.bind(threshold) == DONE):
            return "完成"
        return _set_off("达到", self._said(threshold))

    def _without_threshold(self) -> str:
        if self.standard.comparator == Comparator.JUDGED or self.standard.indicator is None:
            return "由评审判定"
        if self.standard.comparator == Comparator.HOLDS:
            return "成立"
        values = self.catalogue.values(self.standard.threshold, self.standard.indicator.expression)
        return f"属于 {'、'.join(words.say(value, words.by_name(self.catalogue)) for value in values)}"

    def condition(self) -> str:
        """Say under which condition the standard is asked."""
        if not self.standard.applies_if.strip():
            return ""
        formula = self.bind(self.standard.applies_if)
        return f"（适用条件：{words.say(formula, words.by_name(self.catalogue))}）"

    def stretch(self) -> str:
        return self._said(self.standard.stretch) if self.standard.stretch.strip() else ""

    def formula(self) -> str:
        indicator = self.standard.indicator
        if indicator is None:
            return ""
        return words.say(self.bind(indicator.expression), words.by_name(self.catalogue))

    def _said(self, expression: str) -> str:
        formula = self.bind(expression)
        if isinstance(formula, Number):
            return with_unit(formula.value, self.unit)
        return self._in_words(formula)

    def _difference(self, expression: str) -> str:
        formula = self.bind(expression)
        return (
            difference(formula.value, self.unit) if isinstance(formula, Number) else self._in_words(formula)
        )

    def _in_words(self, formula: Formula) -> str:
        return f"当年{words.say(formula, words.by_name(self.catalogue))}"
