"""What a scorecard adds up to in one village, with how it came about; sql/scoring.py says the same in SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.engine.decimals import add, divide, multiply, rounded, subtract
from indicators.engine.interpreting.scorecards import Card, Cutoff, Item, Rule, Section
from indicators.models import VerdictStatus

POINT_PLACES = 4  # what the columns of a score hold
LONGEST_VETOES = 300
BETWEEN_CODES = "、"
NOTHING = Decimal(0)
BROKEN = frozenset({VerdictStatus.NEAR, VerdictStatus.UNMET})


@dataclass(frozen=True, slots=True)
class Mark:
    """What a verdict gives to a scorecard."""

    status: str
    score: Decimal | None


NOT_COMPUTED = Mark(VerdictStatus.NO_DATA.value, None)
Marks = Mapping[int, Mark]


@dataclass(frozen=True, slots=True)
class ItemTally:
    """An item in one village: `points` is what it adds, of `full_points`; nothing where it is left out."""

    item: Item
    mark: Mark
    points: Decimal
    full_points: Decimal

    @property
    def applies(self) -> bool:
        return self.mark.status != VerdictStatus.NOT_APPLICABLE

    @property
    def is_missing(self) -> bool:
        """Whether something is asked of the village here and nobody knows the answer yet."""
        unscored = self.item.points is not None and self.mark.score is None
        undecided = bool(self.item.veto) and self.mark.status == VerdictStatus.NO_DATA
        return self.applies and (unscored or undecided)

    @property
    def is_broken(self) -> bool:
        """Whether it is a veto that was found not to be met."""
        return bool(self.item.veto) and self.mark.status in BROKEN


@dataclass(frozen=True, slots=True)
class Share:
    """What a section hands on to the one above it: cut off, not rounded.

    `whole` would be the full marks if everything applied.
    """

    points: Decimal
    full_marks: Decimal
    whole: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """A section in one village.

    `gathered` is what came together, `scaled` the same after what does not apply was made up for; `asked`
    counts the items that apply.
    """

    section: Section
    items: tuple[ItemTally, ...]
    parts: tuple["Tally", ...]
    gathered: Decimal
    scaled: Decimal
    share: Share
    missing: int
    asked: int

    @property
    def points(self) -> Decimal:
        return rounded(self.share.points, POINT_PLACES)

    @property
    def full_points(self) -> Decimal:
        return rounded(self.share.full_marks, POINT_PLACES)

    @property
    def is_scaled(self) -> bool:
        return self.scaled != self.gathered

    @property
    def is_capped(self) -> bool:
        return self.share.points < self.scaled

    def walk(self) -> Iterator["Tally"]:
        """This section and all below it, each before its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Result:
    """A scorecard in one village: its sections, its grade, what vetoed it, the next grade within reach."""

    card: Card
    tally: Tally
    grade: str
    vetoed_by: str
    next_grade: Cutoff | None

    @property
    def to_next_grade(self) -> Decimal | None:
        """How many points are missing to the next better grade."""
        if self.next_grade is None or self.next_grade.points is None:
            return None
        return subtract(self.next_grade.points, self.tally.points)


def score(card: Card, marks: Marks) -> Result | None:
    """Add a scorecard up from a village's verdicts by standard; None where nothing of it is asked there."""
    tally = _tally(card.root, marks)
    if not tally.asked:
        return None
    place = _place(card, tally.points)
    broken = [each.item for part in tally.walk() for each in part.items if each.is_broken]
    best = max((card.best_place(item) for item in broken), default=0)
    allowed = max(place, best)
    settled = not tally.missing or (bool(broken) and best == len(card.grades) - 1)
    known = settled and allowed < len(card.grades)
    return Result(
        card=card,
        tally=tally,
        grade=card.grades[allowed].name if known else "",
        vetoed_by=BETWEEN_CODES.join(item.code for item in broken)[:LONGEST_VETOES],
        next_grade=card.grades[place - 1] if best < place <= len(card.grades) else None,
    )


def _place(card: Card, points: Decimal) -> int:
    """Where the grade stands that the points reach, 0 being the highest; behind the last if none."""
    for place, grade in enumerate(card.grades):
        if grade.points is None or points >= grade.points:
            return place
    return len(card.grades)


def _tally(section: Section, marks: Marks) -> Tally:
    items = tuple(
        _item(item, section.rule, marks.get(item.standard_id, NOT_COMPUTED)) for item in section.items
    )
    parts = tuple(_tally(part, marks) for part in section.parts)
    sums = _Sums(section.rule)
    for each in items:
        sums.take_item(each)
    for part in parts:
        sums.take_part(part)
    scaled = sums.scaled()
    share = Share(*(_cut_off(section, each) for each in (scaled, sums.full_marks, sums.whole)))
    return Tally(
        section=section,
        items=items,
        parts=parts,
        gathered=add(sums.points, sums.extra),
        scaled=scaled,
        share=share,
        missing=sum(each.is_missing for each in items) + sum(part.missing for part in parts),
        asked=sum(each.applies for each in items) + sum(part.asked for part in parts),
    )


def _item(item: Item, rule: str, mark: Mark) -> ItemTally:
    full = item.points or NOTHING
    if mark.status != VerdictStatus.NOT_APPLICABLE:
        known = mark.score if item.points is not None else None
        return ItemTally(item, mark, known or NOTHING, full)
    given = full if rule == Rule.FULL else NOTHING
    return ItemTally(item, mark, given, given)


def _cut_off(section: Section, points: Decimal) -> Decimal:
    return points if section.most is None else min(section.most, points)


class _Sums:
    """What comes together in a section: points, full marks of what applies and of all.

    `extra` is what no full marks stand beside, extra points and deductions: it is never stretched.
    """

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.points = self.extra = self.full = self.whole = NOTHING

    def take_item(self, each: ItemTally) -> None:
        if not each.item.points:
            self.extra = add(self.extra, each.points)
            return
        self.points = add(self.points, each.points)
        self.full = add(self.full, each.full_points)
        self.whole = add(self.whole, each.item.points)

    def take_part(self, part: Tally) -> None:
        weight = part.section.weight
        points, full = multiply(weight, part.share.points), multiply(weight, part.share.full_marks)
        if part.section.is_bonus:
            self.extra = add(self.extra, points)
            return
        whole = multiply(weight, part.share.whole)
        given = subtract(whole, full) if self.rule == Rule.FULL else NOTHING
        self.points = add(self.points, add(points, given))
        self.full = add(self.full, add(full, given))
        self.whole = add(self.whole, whole)

    @property
    def full_marks(self) -> Decimal:
        return self.whole if self.rule == Rule.RESCALE and self.full > 0 else self.full

    def scaled(self) -> Decimal:
        """The sum, where the rule says so as if what applies were all there is."""
        points = self.points
        if self.rule == Rule.RESCALE and 0 < self.full < self.whole:
            points = divide(multiply(points, self.whole), self.full) or NOTHING
        return add(points, self.extra)
