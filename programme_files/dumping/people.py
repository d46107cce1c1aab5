"""The programme's head, its kinds and attributes, organisations and villages."""

from decimal import Decimal

from django.db.models import Q

from accounts.models import Organisation
from programme_files.document import (
    AttributeRow,
    CalendarRow,
    KindRow,
    OrganisationRow,
    Plain,
    ProgrammeRow,
    VillageRow,
)
from programme_files.dumping.order import Before, code_of, plain
from villages.models import Enrolment, Programme, ProgrammeAttribute


def head(programme: Programme) -> ProgrammeRow:
    return ProgrammeRow(
        code=programme.code,
        name=programme.name,
        title=programme.title,
        division=programme.division_code,
        source=programme.source,
        rule=programme.rule,
        years=(programme.first_year, programme.last_year),
        quota={int(year): number for year, number in sorted(programme.quota.items())},
        near_percent=plain(programme.near_percent),
        calendar=CalendarRow(
            month_due_day=programme.month_due_day,
            month_due_moves=programme.month_due_moves,
            month_lock_days=programme.month_lock_days,
            self_check=(programme.self_check_opens, programme.self_check_closes),
            municipal_review_until=programme.municipal_review_closes,
            city_review_until=programme.city_review_closes,
        ),
    )


def kinds(programme: Programme, before: Before) -> tuple[KindRow, ...]:
    rows = [KindRow(code=kind.code, name=kind.name) for kind in programme.kinds.all()]
    return before.ordered("village_kinds", rows, code_of)


def attributes(programme: Programme) -> tuple[AttributeRow, ...]:
    return tuple(
        AttributeRow(code=row.code, name=row.name, type=row.value_type, choices=tuple(row.choices))
        for row in programme.attributes.all()
    )


def organisations(programme: Programme, before: Before) -> tuple[OrganisationRow, ...]:
    named = Q(provided_elements__programme=programme) | Q(standards__programme=programme)
    named |= Q(measures__programme=programme)
    for row in before.rows("organisations"):
        named |= Q(name=row.name, division_code=row.division)
    for township in {enrolment.village.township_name for enrolment in programme.enrolments.for_list()}:
        named |= Q(name=township, division_code__startswith=programme.division_code)
    found = Organisation.objects.filter(named).distinct().order_by("division_code", "name")
    rows = [OrganisationRow(name=row.name, kind=row.kind, division=row.division_code) for row in found]
    return before.ordered("organisations", rows, lambda row: row.name)


def villages(programme: Programme, before: Before) -> tuple[VillageRow, ...]:
    numbers = programme.attributes.filter(value_type=ProgrammeAttribute.ValueType.NUMBER)
    codes = set(numbers.values_list("code", flat=True))
    rows = [_village(enrolment, codes) for enrolment in programme.enrolments.for_list()]
    return before.ordered("villages", rows, code_of)


def _village(enrolment: Enrolment, numbers: set[str]) -> VillageRow:
    return VillageRow(
        code=enrolment.village.code,
        name=enrolment.village.name,
        kind=enrolment.kind.code,
        township=enrolment.village.township_name,
        target_year=None if enrolment.is_demonstration else enrolment.target_year,
        attributes={
            code: Plain(plain(Decimal(str(value))) if code in numbers else value)
            for code, value in enrolment.attributes.items()
        },
    )
