"""Standards, and the measures with their targets."""

from django.db.models import Prefetch, QuerySet

from indicators.models import Standard
from programme_files.document import Formula, MeasureRow, StandardRow, Veto
from programme_files.dumping.order import Before, in_order, plain, plain_or_none
from projects.models import Measure
from villages.models import Programme


def standards(programme: Programme, before: Before) -> tuple[StandardRow, ...]:
    found = _with_links(programme.standards.creation_standards())
    return tuple(_standard(row, None, before) for row in found)


def measures(programme: Programme, before: Before) -> tuple[MeasureRow, ...]:
    targets = _with_links(Standard.objects.filter(section=Standard.Section.TARGET))
    linked = ("departments", Prefetch("standards", targets))
    found = programme.measures.prefetch_related(*linked).order_by("number")
    return before.ordered("measures", [_measure(row, before) for row in found], lambda row: row.number)


def _measure(measure: Measure, before: Before) -> MeasureRow:
    said = before.measures.get(measure.number)
    known = said.departments if said else ()
    departments = in_order([row.name for row in measure.departments.all()], known)
    return MeasureRow(
        number=measure.number,
        section=measure.section,
        name=measure.name,
        departments=departments,
        targets=tuple(_standard(row, departments, before) for row in measure.standards.all()),
    )


def _standard(row: Standard, of_measure: tuple[str, ...] | None, before: Before) -> StandardRow:
    """One standard; a target that is answered for by its measure's departments names none."""
    said = before.standards.get(row.code)
    kinds = [kind.code for kind in row.kinds.all()]
    villages = [village.code for village in row.villages.all()]
    return StandardRow(
        code=row.code,
        name=row.name,
        clause=row.clause,
        indicator=row.indicator.code if row.indicator else None,
        comparator=row.comparator,
        **{key: Formula(getattr(row, key)) for key in StandardRow.FORMULAS},
        deadline=row.deadline,
        near=plain_or_none(row.near_margin),
        places=row.places,
        scope=row.scope,
        kinds=in_order(kinds, said.kinds if said else ()),
        villages=in_order(villages, said.villages if said else ()),
        area=row.area_code,
        years=(row.first_year, row.last_year),
        points=plain_or_none(row.points),
        least_points=plain(row.least_points),
        veto=Veto(row.veto_grade) if row.veto else None,
        departments=_departments(row, of_measure, said),
    )


def _departments(
    row: Standard, of_measure: tuple[str, ...] | None, said: StandardRow | None
) -> tuple[str, ...] | None:
    names = [organisation.name for organisation in row.departments.all()]
    follows = of_measure is not None and set(of_measure) == set(names)
    if follows and not (said and said.departments is not None):
        return None
    return in_order(names, (said.departments or ()) if said else ())


def _with_links(standards: QuerySet[Standard]) -> QuerySet[Standard]:
    return standards.select_related("indicator").prefetch_related("kinds", "villages", "departments")
