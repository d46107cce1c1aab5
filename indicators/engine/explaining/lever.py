"""How many more: the smallest change of one element that meets a standard, counted exactly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.engine import formula as f
from indicators.engine.decimals import add, multiply, subtract
from indicators.engine.explaining.words import measure_name
from indicators.engine.formula import Fold, Formula, Measure
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.interpreter import number
from indicators.engine.interpreting.judging import AT_LEAST, AT_MOST, Comparator, Outcome, judge
from indicators.engine.interpreting.situation import Situation
from indicators.engine.reading.catalogue import Catalogue, Element
from indicators.models import Standard, VerdictStatus

COUNTED = frozenset({Fold.SUM, Fold.LAST, Fold.TOTAL, Fold.LAST_EVER})
SINGLE = frozenset({Fold.LAST, Fold.LAST_EVER})
FARTHEST = 1 << 60  # steps
STRIDE = 1 << 20  # steps over which the slope is taken
HALF = Decimal("0.5")
STRICT = frozenset({Comparator.ABOVE, Comparator.BELOW})


@dataclass(frozen=True, slots=True)
class Change:
    """The element that has to change, the figure of it that is meant, from what to what."""

    element: Element
    name: str
    before: Decimal
    after: Decimal

    @property
    def amount(self) -> Decimal:
        return subtract(self.after, self.before).copy_abs()

    @property
    def is_more(self) -> bool:
        return self.after > self.before


def lever(formula: Formula) -> Measure | None:
    """Return the one element above the line, if it is one: 参保人数 in 参保人数 / 应参保人数 * 100."""
    measure = _lever(formula)
    if measure is None or measure.lag or measure.fold not in COUNTED:
        return None
    return measure if list(f.walk(formula)).count(measure) == 1 else None


def _lever(formula: Formula) -> Measure | None:
    if isinstance(formula, Measure):
        return formula
    if isinstance(formula, f.Rounded):
        return _lever(formula.operand)
    if not isinstance(formula, f.Arithmetic):
        return None
    if formula.operator in "*+" and isinstance(formula.left, f.Number):
        return _lever(formula.right)
    alone = formula.operator in "/-" or isinstance(formula.right, f.Number)
    return _lever(formula.left) if alone else None


def needed_change(rule: Rule, outcome: Outcome, situation: Situation, catalogue: Catalogue) -> Change | None:
    """Count how far the lever must move until the standard is met; None where that cannot be said."""
    measure = lever(rule.value) if rule.value is not None else None
    if measure is None or outcome.status not in {VerdictStatus.NEAR, VerdictStatus.UNMET}:
        return None
    element = catalogue.elements[measure.element]
    if element.is_yes_no:
        return None
    return _Search(rule, situation, element, measure, measure_name(measure, catalogue)).run(outcome)


def _upwards(rule: Rule, outcome: Outcome) -> bool:
    if rule.comparator in AT_LEAST or rule.comparator in AT_MOST:
        return rule.comparator in AT_LEAST
    return bool(
        outcome.value is not None and outcome.threshold is not None and outcome.value < outcome.threshold
    )


class _Search:
    """The figure grows with its lever: the first step that suffices lies near where a line would meet it."""

    def __init__(
        self, rule: Rule, situation: Situation, element: Element, measure: Measure, name: str
    ) -> None:
        self.rule, self.element, self.measure, self.name = rule, element, measure, name
        known = {each.key: situation.measure(each) for each in rule.measures}
        # Written to for every step that is tried: the place itself stays the same.
        self.supposed = {key: value for key, value in known.items() if value is not None}
        self.situation = replace(situation, overrides=self.supposed)
        self.start = known[measure.key]

    def run(self, outcome: Outcome) -> Change | None:
        if self.start is None:
            return None
        upwards = _upwards(self.rule, outcome)
        steps = _first(self._enough(upwards), self._guess(outcome, upwards))
        after = None if steps is None else self._at(steps, upwards)
        if after is None or after < 0 or not self._can_be(after):
            return None
        if self._judged(after).status != VerdictStatus.MET:
            return None
        return Change(self.element, self.name, self.start, after)

    def _can_be(self, after: Decimal) -> bool:
        """Whether a month may say so: of a sum over months or villages no single figure is known."""
        is_single = self.measure.fold in SINGLE and self.rule.scope == Standard.Scope.VILLAGE
        return not is_single or self.element.can_be(after)

    def _guess(self, outcome: Outcome, upwards: bool) -> int:
        """About how many steps it takes, if the figure lies on a straight line."""
        exact, further = (self._exact(self._at(steps, upwards)) for steps in (0, STRIDE))
        value, gap = outcome.value, outcome.gap
        if exact is None or further is None or exact == further or value is None or gap is None:
            return 1
        rounding = HALF.scaleb(-self.rule.places)  # so much less will do, or more where it must lie beyond
        missing = gap + (rounding if self.rule.comparator in STRICT else -rounding)
        missing += value - exact if further > exact else exact - value
        return min(max(int(missing * STRIDE / abs(further - exact)) + 1, 1), FARTHEST)

    def _exact(self, value: Decimal) -> Decimal | None:
        self.supposed[self.measure.key] = value
        return number(self.rule.value, self.situation) if self.rule.value else None

    def _enough(self, upwards: bool) -> Callable[[int], bool]:
        """Say whether so many steps lead to the target or past it."""

        def enough(steps: int) -> bool:
            outcome = self._judged(self._at(steps, upwards))
            return outcome.status == VerdictStatus.MET or self._passed(outcome, upwards)

        return enough

    def _passed(self, outcome: Outcome, upwards: bool) -> bool:
        if outcome.value is None or outcome.threshold is None or self.rule.comparator in AT_LEAST | AT_MOST:
            return False
        beyond = (
            outcome.upper if upwards and self.rule.comparator == Comparator.BETWEEN else outcome.threshold
        )
        return beyond is not None and (outcome.value > beyond if upwards else outcome.value < beyond)

    def _at(self, steps: int, upwards: bool) -> Decimal:
        distance = multiply(self.element.step, Decimal(steps))
        start = self.start or Decimal(0)
        return add(start, distance) if upwards else subtract(start, distance)

    def _judged(self, value: Decimal) -> Outcome:
        self.supposed[self.measure.key] = value
        return judge(self.rule, self.situation)


def _first(enough: Callable[[int], bool], guess: int) -> int | None:
    """Find the least number that is enough: away from the guess in doubled strides, then by halving."""
    low, high = _around(enough, guess)
    while high is not None and high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _around(enough: Callable[[int], bool], guess: int) -> tuple[int, int | None]:
    """Return a number that is not enough and one that is, None if there is none; nothing never is enough."""
    stride = 1
    if enough(guess):
        while guess > stride and enough(guess - stride):
            guess, stride = guess - stride, stride * 2
        return max(guess - stride, 0), guess
    while guess < FARTHEST:
        if enough(guess + stride):
            return guess, guess + stride
        guess, stride = guess + stride, stride * 2
    return guess, None
