"""What a file says differently from the database about rows that other programmes use too."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q

from accounts.models import Organisation
from indicators.models import DataElement, Indicator, ReferenceSeries, Standard
from programme_files.checks.context import Context
from programme_files.document import StandardRow
from villages.models import Programme, Village


def check(context: Context) -> None:
    code = context.document.programme.code
    _check_home(context, code)
    _check_organisations(context, code)
    shared = DataElement.objects.filter(asked_by__in=_of_others(DataElement, "asked_by", code))
    _compare(context, context.document.elements, shared)
    shared_villages = Village.objects.filter(enrolments__in=_of_others(Village, "enrolments", code))
    _compare(context, context.document.villages, shared_villages)
    series = [row.code for row in context.document.reference_series]
    named = [row for row in ReferenceSeries.objects.filter(code__in=series) if _is_named(row.code, code)]
    _compare(context, context.document.reference_series, named)


def _of_others(model: type[Model], relation: str, code: str) -> Any:
    """The links of a shared model to programmes other than this one."""
    related = model._meta.get_field(relation).related_model
    return related._default_manager.exclude(programme__code=code)  # type: ignore[union-attr]  # a link is a model


def _check_home(context: Context, code: str) -> None:
    programme = Programme.objects.filter(code=code).first()
    division = context.document.programme.division
    if programme and programme.division_code != division:
        context.reading.report(
            ("programme", "division"),
            f"方案 {code} 属于 {programme.division_code}，不能改为 {division}；别的地区的方案请用别的代码。",
        )


def _check_organisations(context: Context, code: str) -> None:
    rows = {(row.division, row.name): row for row in context.document.organisations}
    for found in Organisation.objects.filter(name__in={name for _, name in rows}):
        row = rows.get((found.division_code, found.name))
        if row and found.kind != row.kind and _answers_elsewhere(found, code):
            kind = found.get_kind_display()
            context.report(row, "kind", f"这个单位已用于另一个方案，类别是 {found.kind}（{kind}）。")


def _answers_elsewhere(organisation: Organisation, code: str) -> bool:
    links = (organisation.standards, organisation.measures, organisation.provided_elements)
    return any(link.exclude(programme__code=code).exists() for link in links)


def _is_named(series: str, code: str) -> bool:
    """Say whether another programme's formulas may name the series (a longer name with it inside counts)."""
    formulas = Q()
    for key in StandardRow.FORMULAS:
        formulas |= Q(**{f"{key}__contains": series})
    others = Indicator.objects.filter(expression__contains=series), Standard.objects.filter(formulas)
    return any(rows.exclude(programme__code=code).exists() for rows in others)


def _compare(context: Context, rows: Iterable[Any], found: Iterable[Any]) -> None:
    """Report every column in which a row differs from the shared one of the same code."""
    wanted = {row.code: row for row in rows}
    for row in {shared.pk: shared for shared in found}.values():
        mine = wanted.get(row.code)
        for column, value in (mine.columns() if mine else {}).items():
            if getattr(row, column) != value:
                key = getattr(mine, "COLUMN_KEYS", {}).get(column, column)
                stands = getattr(row, column)
                stands = "空" if stands in (None, "") else stands
                context.report(mine, key, f"与另一个方案不一致：那里是“{stands}”。共用的内容要写得一样。")
