"""Scorecards: which standards count how much in a year, in which sections, towards which grade."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from indicators.models import Grade, ScoreSection, Standard
from villages.models import Programme

Rule = ScoreSection.Missing


@dataclass(frozen=True, slots=True)
class Item:
    """A standard as a scorecard counts it; without points it only vetoes."""

    standard_id: int
    code: str
    points: Decimal | None
    veto: str = ""
    veto_grade: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a scorecard with what it adds up, in order. `most` is what it may give at most.

    `rule` says what becomes of the points that do not apply. A bonus always leaves them out: nobody is given
    extra points for what was not asked.
    """

    id: int
    code: str
    name: str
    most: Decimal | None
    weight: Decimal = Decimal(1)
    is_bonus: bool = False
    rule: str = Rule.LEAVE_OUT.value
    items: tuple[Item, ...] = ()
    parts: tuple["Section", ...] = ()

    def walk(self) -> Iterator["Section"]:
        """This section and all below it, each before its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A grade and the points it begins at; the lowest begins at nothing."""

    name: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Card:
    """A whole scorecard as it stands in a year: its sections, and its grades from high to low."""

    root: Section
    grades: tuple[Cutoff, ...] = ()

    @property
    def sections(self) -> list[Section]:
        return list(self.root.walk())

    @property
    def items(self) -> list[Item]:
        return [item for section in self.sections for item in section.items]

    @property
    def vetoes(self) -> list[Item]:
        return [item for item in self.items if item.veto]

    def best_place(self, veto: Item) -> int:
        """How high a grade may still be after this veto, 0 being the highest."""
        names = [grade.name for grade in self.grades]
        if veto.veto == Standard.Veto.FAILS:
            return max(len(names) - 1, 0)
        return names.index(veto.veto_grade) if veto.veto_grade in names else 0


def load_cards(programme: Programme, year: int) -> list[Card]:
    """The scorecards by which `programme` scores villages in `year`: three queries, one if it has none."""
    rows = list(ScoreSection.objects.filter(programme=programme))
    if not rows:
        return []
    standards = Standard.objects.filter(programme=programme).for_villages().in_year(year)
    items: dict[int | None, list[Item]] = {}
    for standard in standards.order_by("position", "code"):
        if standard.points is not None or standard.veto:
            items.setdefault(standard.score_section_id, []).append(_item(standard))
    grades = list(Grade.objects.filter(section__programme=programme))
    return list(_cards(rows, items, grades))


def digest_of(cards: Sequence[Card]) -> str:
    """The SHA-256 of everything that decides the totals besides the scores; empty without a scorecard."""
    if not cards:
        return ""
    said = [[_said(card.root), [[grade.name, grade.points] for grade in card.grades]] for card in cards]
    text = json.dumps(said, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(section: Section) -> list[Any]:
    items = [[item.code, item.points, item.veto, item.veto_grade] for item in section.items]
    rules = [section.code, section.most, section.weight, section.is_bonus, section.rule]
    return [rules, items, [_said(part) for part in section.parts]]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _item(standard: Standard) -> Item:
    return Item(standard.pk, standard.code, standard.points, standard.veto, standard.veto_grade)


def _cards(
    rows: Iterable[ScoreSection], items: Mapping[int | None, list[Item]], grades: Sequence[Grade]
) -> Iterator[Card]:
    below: dict[int | None, list[ScoreSection]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    # A veto that stands in no section holds for every scorecard.
    everywhere = tuple(item for item in items.get(None, []) if item.veto)
    for row in below.get(None, []):
        root = _section(row, below, items, in_bonus=False)
        if root is not None:
            yield Card(replace(root, items=root.items + everywhere), _cutoffs(grades, row.pk))


def _cutoffs(grades: Sequence[Grade], root: int) -> tuple[Cutoff, ...]:
    """The grades of a scorecard from high to low, the one that begins at nothing last."""
    own = [grade for grade in grades if grade.section_id == root]
    own.sort(key=lambda grade: (grade.from_points is None, -(grade.from_points or 0)))
    return tuple(Cutoff(grade.name, grade.from_points) for grade in own)


def _section(
    row: ScoreSection,
    below: Mapping[int | None, list[ScoreSection]],
    items: Mapping[int | None, list[Item]],
    *,
    in_bonus: bool,
) -> Section | None:
    """The section with everything below it; None where nothing is asked in it."""
    in_bonus = in_bonus or row.is_bonus
    found = (_section(part, below, items, in_bonus=in_bonus) for part in below.get(row.pk, []))
    parts = tuple(part for part in found if part is not None)
    own = tuple(items.get(row.pk, []))
    if not own and not parts:
        return None
    rule = Rule.LEAVE_OUT if in_bonus else Rule(row.not_applicable)
    return Section(row.pk, row.code, row.name, row.points, row.weight, row.is_bonus, rule.value, own, parts)
