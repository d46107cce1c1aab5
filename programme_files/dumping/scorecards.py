"""Scorecards with their parts, grades and items."""

from collections import defaultdict

from indicators.models import Grade, ScoreSection
from programme_files.document import GradeRow, SectionRow
from programme_files.dumping.order import Before, in_order, plain, plain_or_none
from villages.models import Programme

Parts = dict[int | None, list[ScoreSection]]


def scorecards(programme: Programme, before: Before) -> tuple[SectionRow, ...]:
    parts: Parts = defaultdict(list)
    sections = programme.score_sections.order_by("position", "pk")
    for section in sections.prefetch_related("grades", "standards"):
        parts[section.parent_id].append(section)
    return tuple(_section(section, None, parts, before) for section in parts[None])


def _section(section: ScoreSection, above: ScoreSection | None, parts: Parts, before: Before) -> SectionRow:
    said = before.sections.get(section.code)
    items = [standard.code for standard in section.standards.all()]
    return SectionRow(
        code=section.code,
        name=section.name,
        points=plain_or_none(section.points),
        weight=plain(section.weight),
        bonus=section.is_bonus,
        grades=tuple(
            GradeRow(name=grade.name, begins=plain_or_none(grade.from_points)) for grade in _grades(section)
        ),
        not_applicable=_not_applicable(section, above, said),
        items=in_order(items, said.items if said else ()),
        sections=tuple(_section(part, section, parts, before) for part in parts[section.pk]),
    )


def _grades(section: ScoreSection) -> list[Grade]:
    """From high to low; the one that begins at nothing is the last."""
    grades = list(section.grades.all())
    return sorted(grades, key=lambda grade: (grade.from_points is None, -(grade.from_points or 0)))


def _not_applicable(section: ScoreSection, above: ScoreSection | None, said: SectionRow | None) -> str | None:
    """What the file must say: nothing where it follows from the part above, or from the default."""
    follows = above.not_applicable if above else ScoreSection.Missing.LEAVE_OUT
    was_said = said is not None and said.not_applicable is not None
    return None if section.not_applicable == follows and not was_said else section.not_applicable
