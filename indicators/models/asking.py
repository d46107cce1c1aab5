"""What many villages are asked for, read at once: those of the same programmes and kinds share a list."""

from collections.abc import Collection, Iterable, Mapping

from accounts.models import Organisation
from indicators.models.catalogue import AskedElement, DataElement, ProgrammeElement
from villages.models import Enrolment

Place = tuple[int, int]  # programme and kind


def asked_of_all(enrolments: Iterable[Enrolment]) -> dict[int, list[AskedElement]]:
    """The elements of each village's month by village id, in the order of the ledger: two queries."""
    places: dict[int, set[Place]] = {}
    for enrolment in enrolments:
        places.setdefault(enrolment.village_id, set()).add((enrolment.programme_id, enrolment.kind_id))
    groups = {frozenset(found) for found in places.values()}
    rows = _rows({programme for group in groups for programme, _ in group})
    shared = {group: _asked(rows, group) for group in groups}
    return {village: shared[frozenset(found)] for village, found in places.items()}


def _rows(programmes: Collection[int]) -> Mapping[ProgrammeElement, frozenset[int]]:
    """What the programmes ask, with the kinds that alone are asked."""
    asked = ProgrammeElement.objects.filter(programme__in=programmes).select_related("element", "provider")
    rows = asked.prefetch_related("kinds").order_by("element__position", "element__code", "provider")
    return {row: frozenset(kind.pk for kind in row.kinds.all()) for row in rows}


def _asked(rows: Mapping[ProgrammeElement, frozenset[int]], places: Collection[Place]) -> list[AskedElement]:
    providers: dict[DataElement, list[Organisation]] = {}
    for row, kinds in rows.items():
        if any(row.programme_id == programme and (not kinds or kind in kinds) for programme, kind in places):
            known = providers.setdefault(row.element, [])
            if row.provider and row.provider not in known:
                known.append(row.provider)
    return [AskedElement(element, tuple(known)) for element, known in providers.items()]
