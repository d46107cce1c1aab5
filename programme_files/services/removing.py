"""What an earlier version of the file had and the new one has not.

Rows of the programme itself are compared with the database. Rows that programmes share (organisations,
villages, elements, series, published values) are only removed if the last loaded version named them and
nothing hangs on them; where another programme uses them they stay.
"""

from collections.abc import Iterable

from django.db.models import Exists, Model, OuterRef, QuerySet

from accounts.models import Organisation
from indicators.models import DataElement, LedgerLine, ReferenceSeries, ReferenceValue
from programme_files.document import ProgrammeDocument
from programme_files.services.changes import Changes
from villages.models import Programme, Village


def remove_vanished(
    programme: Programme, document: ProgrammeDocument, before: ProgrammeDocument | None, changes: Changes
) -> None:
    """Delete what vanished, from what points at others to what others point at."""
    _remove_own(programme, document, changes)
    if before:
        _remove_shared(document, before, changes)


def _remove_own(programme: Programme, document: ProgrammeDocument, changes: Changes) -> None:
    standards = _codes(document.all_standards())
    changes.remove(programme.measures.exclude(number__in=[row.number for row in document.measures]), "措施")
    changes.remove(programme.standards.exclude(code__in=standards), "标准")
    changes.remove(programme.rules.exclude(code__in=_codes(document.rules)), "校验规则")
    changes.remove(programme.indicators.exclude(code__in=_codes(document.indicators)), "指标")
    _remove_sections(programme, document, changes)
    changes.remove(programme.attributes.exclude(code__in=_codes(document.attributes)), "村情属性")
    _remove_elements(programme, document, changes)
    changes.remove(programme.enrolments.exclude(village__code__in=_codes(document.villages)), "村")
    changes.remove(programme.kinds.exclude(code__in=_codes(document.village_kinds)), "类别")


def _remove_sections(programme: Programme, document: ProgrammeDocument, changes: Changes) -> None:
    """From the innermost outwards: what holds others goes last. Scores are derived and go along."""
    vanished = programme.score_sections.exclude(code__in=_codes(document.sections()))
    changes.remove(vanished.order_by("-position"), "计分部分")


def _remove_elements(programme: Programme, document: ProgrammeDocument, changes: Changes) -> None:
    """An element whose figures were typed for a village of the programme stays asked for."""
    figures = LedgerLine.objects.filter(
        element=OuterRef("element"), village__enrolments__programme=OuterRef("programme")
    )
    vanished = programme.elements.exclude(element__code__in=_codes(document.elements)).select_related(
        "element"
    )
    for asked in vanished.filter(Exists(figures)):
        changes.refuse(f"数据项“{asked.element}”已从文件中删去，但台账里已有它的数据，不能删除。")
    changes.remove(vanished.exclude(Exists(figures)), "数据项")


def _remove_shared(document: ProgrammeDocument, before: ProgrammeDocument, changes: Changes) -> None:
    codes = _gone(_codes(before.elements), _codes(document.elements))
    _remove_unused(DataElement.objects.filter(code__in=codes, asked_by=None), changes, "数据项")
    for series, area, year in _gone(_values(before), _values(document)):
        found = ReferenceValue.objects.filter(series__code=series, area_code=area, year=year)
        changes.remove(found.filter(is_demonstration=False), "参照值")
    codes = _gone(_codes(before.reference_series), _codes(document.reference_series))
    changes.remove(ReferenceSeries.objects.filter(code__in=codes, values=None), "参照序列")
    codes = _gone(_codes(before.villages), _codes(document.villages))
    _remove_unused(Village.objects.filter(code__in=codes, enrolments=None), changes, "村")
    for name, division in _gone(_offices(before), _offices(document)):
        _remove_unused(_unnamed(name, division), changes, "单位")


def _unnamed(name: str, division: str) -> QuerySet[Organisation]:
    """The organisation, if no programme names it any more."""
    found = Organisation.objects.filter(name=name, division_code=division)
    return found.filter(standards=None, measures=None, provided_elements=None)


def _remove_unused(rows: Iterable[Model], changes: Changes, words: str) -> None:
    changes.remove(list(rows), words)


def _codes(rows: Iterable[object]) -> set[str]:
    return {row.code for row in rows}  # type: ignore[attr-defined]  # every row but organisations has one


def _offices(document: ProgrammeDocument) -> set[tuple[str, str]]:
    return {(row.name, row.division) for row in document.organisations}


def _values(document: ProgrammeDocument) -> set[tuple[str, str, int]]:
    return {(row.code, value.area, value.year) for row in document.reference_series for value in row.values}


def _gone(before: set, now: set) -> list:
    return sorted(before - now)
