"""The scorecards of a programme as rows to be read: parts with what they add up, grades, vetoes."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from common.templatetags.display import number
from indicators.engine import ExpressionError, points_in_words
from indicators.engine.explaining import words
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Grade, ScoreSection, Standard
from villages.models import Programme

Parts = dict[int | None, list[ScoreSection]]


@dataclass(frozen=True)
class ScoringRow:
    """A part of a scorecard or a standard in it, with how much it gives and by what."""

    title: str
    points: str
    how: str
    standard: Standard | None = None
    is_linked: bool = False

    @property
    def is_part(self) -> bool:
        return self.standard is None


@dataclass(frozen=True)
class Scorecard:
    section: ScoreSection
    full: Decimal
    grades: list[str]
    rows: list[ScoringRow]


def scorecards(programme: Programme, linked: Collection[int]) -> list[Scorecard]:
    """The scorecards of a programme with their parts; the standards in `linked` can be opened."""
    sections = programme.score_sections.order_by("position", "pk")
    parts: Parts = defaultdict(list)
    for section in sections.prefetch_related("grades", "standards"):
        parts[section.parent_id].append(section)
    if not parts:
        return []
    rows = _Rows(parts, linked, Catalogue.load(programme))
    return [
        Scorecard(section, _full(section, parts), _grades(section), list(rows.inside(section)))
        for section in parts[None]
    ]


def loose_vetoes(programme: Programme) -> list[Standard]:
    """Vetoes that stand in no part: they hold for every scorecard."""
    return list(programme.standards.filter(score_section=None).exclude(veto="").order_by("position"))


@dataclass(frozen=True)
class _Rows:
    parts: Parts
    linked: Collection[int]
    catalogue: Catalogue

    def inside(self, section: ScoreSection, above: tuple[str, ...] = ()) -> Iterator[ScoringRow]:
        """What a part adds up: its standards, then its parts, each with what it adds up."""
        for standard in section.standards.all():
            is_linked = standard.pk in self.linked
            yield ScoringRow(str(standard), _range(standard), self._how(standard), standard, is_linked)
        for part in self.parts[section.pk]:
            names = (*above, part.name)
            yield ScoringRow(" · ".join(names), number(_full(part, self.parts)), _how_part(part))
            yield from self.inside(part, names)

    def _how(self, standard: Standard) -> str:
        """By what a standard gives points, of whom it is asked, and what it forbids."""
        said = [] if standard.points is None else [points_in_words(standard, self.catalogue)]
        if standard.applies_if:
            said.append(f"只适用于：{self._condition(standard)}")
        if standard.veto:
            caps = f"不达标，最高评为“{standard.veto_grade}”"
            said.append("一票否决" if standard.veto == Standard.Veto.FAILS else caps)
        return "；".join(said)

    def _condition(self, standard: Standard) -> str:
        """The condition in words; one that does not fit any more, as it was written."""
        try:
            formula = self.catalogue.bind(standard.applies_if, scope=standard.scope)
        except ExpressionError:
            return standard.applies_if
        return words.say(formula, words.by_name(self.catalogue))


def _full(section: ScoreSection, parts: Parts) -> Decimal:
    """The most that a part may give: what the file says, else all that it adds up, without extra points."""
    if section.points is not None:
        return section.points
    own = sum((standard.points or Decimal(0) for standard in section.standards.all()), Decimal(0))
    return own + sum(
        (_full(part, parts) * part.weight for part in parts[section.pk] if not part.is_bonus), Decimal(0)
    )


def _grades(section: ScoreSection) -> list[str]:
    grades = sorted(
        section.grades.all(), key=lambda grade: (grade.from_points is None, -(grade.from_points or 0))
    )
    return [_grade(grade) for grade in grades]


def _grade(grade: Grade) -> str:
    return grade.name if grade.from_points is None else f"{grade.name} {number(grade.from_points)} 分起"


def _range(standard: Standard) -> str:
    if standard.points is None:
        return ""
    most = number(standard.points)
    return most if standard.least_points == 0 else f"{number(standard.least_points)} 至 {most}"


def _how_part(section: ScoreSection) -> str:
    said = [f"权重 {number(section.weight)}"] if section.weight != 1 else []
    if section.is_bonus:
        said.append("加分，不计入满分")
    return "；".join(said)
