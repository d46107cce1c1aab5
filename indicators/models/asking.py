"""Many villages' months read at once: their headers, and what they are asked for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import Organisation
from indicators.models.catalogue import AskedElement, DataElement
from indicators.models.ledger import MonthlyReport
from villages.models import Village

Place = tuple[int, int]  # ids of a programme and a kind of it

# Written out, because a cell that saves itself and a grid of a thousand cells ask these for every request:
# the database takes a fraction of the time in which such queries are put together.
_HEADERS = """
    SELECT village.id, village.code, village.name, village.township_name, enrolled.programme_id,
        enrolled.kind_id, header.id, header.month, header.status, header.version, header.is_demonstration,
        (SELECT max(step.at) FROM indicators_monthlyreportstep step WHERE step.report_id = header.id)
    FROM villages_enrolment enrolled
    JOIN villages_village village ON village.id = enrolled.village_id
    LEFT JOIN indicators_monthlyreport header
        ON header.village_id = village.id AND header.month = ANY(%s::date[])
    WHERE village.code LIKE %s AND village.code LIKE %s
    ORDER BY village.code, enrolled.programme_id
"""


@dataclass(frozen=True)
class Headers:
    """Villages with their parts in programmes, and the headers of their months that somebody has begun."""

    villages: dict[int, Village] = field(default_factory=dict)
    places: dict[int, set[Place]] = field(default_factory=dict)
    reports: dict[tuple[int, date], MonthlyReport] = field(default_factory=dict)
    closed_at: dict[tuple[int, date], datetime] = field(default_factory=dict)  # the last step of each

    @property
    def programmes(self) -> set[int]:
        return {programme for places in self.places.values() for programme, _ in places}


def headers_of(division_code: str, part: str, months: Collection[date]) -> Headers:
    """Read the villages of `part` of a division with the headers of `months`, in the order of their codes.

    `division_code` is the reader's: what lies outside of it does not exist.
    """
    headers = Headers()
    with connection.cursor() as cursor:
        cursor.execute(_HEADERS, [list(months), f"{division_code}%", f"{part}%"])
        for pk, code, name, township, programme, kind, *row in cursor:
            if pk not in headers.villages:
                headers.villages[pk] = Village(pk, code, name, township)
            headers.places.setdefault(pk, set()).add((programme, kind))
            _add_report(headers, headers.villages[pk], *row)
    return headers


def _add_report(
    headers: Headers,
    village: Village,
    pk: int | None,
    month: date,
    status: str,
    version: int,
    is_demonstration: bool,
    closed_at: datetime | None,
) -> None:
    if pk is None:
        return
    headers.reports[village.pk, month] = MonthlyReport(
        pk=pk, village=village, month=month, status=status, version=version, is_demonstration=is_demonstration
    )
    if closed_at:
        headers.closed_at[village.pk, month] = closed_at


_ASKED = """
    SELECT element.*, asked.programme_id AS by_programme, provider.id AS provider_pk,
        provider.name AS provider_name,
        ARRAY(SELECT of_kind.villagekind_id FROM indicators_programmeelement_kinds of_kind
            WHERE of_kind.programmeelement_id = asked.id) AS only_kinds
    FROM indicators_programmeelement asked
    JOIN indicators_dataelement element ON element.id = asked.element_id
    LEFT JOIN accounts_organisation provider ON provider.id = asked.provider_id
"""
_OF_PROGRAMMES = "WHERE asked.programme_id = ANY(%s) ORDER BY element.position, element.code, provider.id"
_OF_CELLS = """
    JOIN villages_enrolment enrolled
        ON enrolled.programme_id = asked.programme_id AND enrolled.village_id = %s
    WHERE asked.element_id = ANY(%s) AND (
        EXISTS (SELECT FROM indicators_programmeelement_kinds of_kind
            WHERE of_kind.programmeelement_id = asked.id AND of_kind.villagekind_id = enrolled.kind_id)
        OR NOT EXISTS (SELECT FROM indicators_programmeelement_kinds of_kind
            WHERE of_kind.programmeelement_id = asked.id)
    )
    ORDER BY element.position, element.code, provider.id
"""


def asked_cells(village: Village, elements: Collection[int]) -> list[AskedElement]:
    """Those of `elements`, by id, that the village's month asks for: what ProgrammeElement.asked_of says."""
    return _asked(DataElement.objects.raw(_ASKED + _OF_CELLS, [village.pk, list(elements)]))


def asked_of_all(places: Mapping[int, Iterable[Place]]) -> dict[int, list[AskedElement]]:
    """The elements of each village's month in the order of the ledger, in one query.

    `places` are the parts of each village in programmes, by village id.
    """
    groups = {village: frozenset(found) for village, found in places.items()}
    programmes = sorted({programme for group in groups.values() for programme, _ in group})
    rows = list(DataElement.objects.raw(_ASKED + _OF_PROGRAMMES, [programmes]))
    shared = {group: _asked(row for row in rows if _is_asked(row, group)) for group in set(groups.values())}
    return {village: shared[group] for village, group in groups.items()}


def _is_asked(row: Any, places: Collection[Place]) -> bool:
    return any(
        row.by_programme == programme and (not row.only_kinds or kind in row.only_kinds)
        for programme, kind in places
    )


def _asked(rows: Iterable[Any]) -> list[AskedElement]:
    elements: dict[int, DataElement] = {}
    providers: dict[int, dict[int, Organisation]] = {}
    for row in rows:
        elements.setdefault(row.pk, row)
        known = providers.setdefault(row.pk, {})
        if row.provider_pk and row.provider_pk not in known:
            names, values = ["id", "name"], [row.provider_pk, row.provider_name]
            known[row.provider_pk] = Organisation.from_db(None, names, values)
    return [AskedElement(element, tuple(providers[pk].values())) for pk, element in elements.items()]
