"""The page on which a person says what each column of a workbook is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from common import clock
from indicators.models import DataElement, WorkbookImport
from indicators.month_books import outline, units
from indicators.month_books.forms import MappingForm, MappingShape, month_choices, read_mapping
from indicators.month_books.headings import Heading
from indicators.month_books.mapping import ROLES, BookMapping, ColumnPlan, from_json, month_text
from indicators.month_books.proposing import Proposal
from indicators.month_books.rights import fillable_elements
from indicators.month_books.villages import initials
from indicators.services import imports
from villages.models import Village

MOST_OFFERED = 1_000  # villages in the list that a name can be assigned from


@dataclass(frozen=True)
class ColumnRow:
    """One column as the page shows it: heads, some cells, what it is."""

    plan: ColumnPlan
    samples: Sequence[str]
    choices: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    has_figures: bool

    @property
    def factor_label(self) -> str:
        return units.VALUES.get(self.plan.factor, "")

    @property
    def is_passed_over(self) -> bool:
        """Whether there are figures that nothing was found for: they would be left out unseen."""
        return self.has_figures and not self.plan.target and not self.plan.is_personal


def columns_page(
    request: HttpRequest, workbook: WorkbookImport
) -> tuple[dict[str, Any] | None, MappingForm | None]:
    """The page's context, and what was sent where something was."""
    sheets = outline.usable(outline.kept_sheets(workbook.outline))
    names = [sheet.name for sheet in sheets]
    data = request.POST if request.method == "POST" else request.GET
    shape = MappingShape(data if "sheet" in data else None, sheets=names)
    proposal = imports.proposal_of(workbook, sheet=shape.chosen_sheet(), rows=shape.rows())
    if proposal is None or proposal.mapping.is_own:
        return None, None
    elements = fillable_elements(request.user)
    offered = _villages(request)
    is_asked_anew = "sheet" in data
    mapping = proposal.mapping if is_asked_anew else _kept(workbook, proposal)
    month = (is_asked_anew and proposal.month) or workbook.month
    is_open = proposal.is_month_open and (is_asked_anew or workbook.state == WorkbookImport.State.MAPPING)
    sent = None
    if request.method == "POST":
        sent = read_mapping(
            request.POST,
            mapping,
            month=workbook.month,
            elements={element.code for element in elements},
            villages=offered,
        )
        mapping = sent.mapping
    page = {
        "workbook": workbook,
        "shape": MappingShape(None, sheets=names, initial=_shape(mapping)),
        "sheets": names,
        "mapping": mapping,
        "rows": _rows(mapping, proposal.heads.columns, elements),
        "factors": units.FACTORS,
        "months": month_choices(localdate(clock.now())),
        "month": request.POST.get("month", "") if sent else "" if is_open else month_text(month),
        "is_remembered": proposal.is_remembered,
        "unknown": workbook.counts.get("unknown", []),
        "offered": [(village, initials(village.name)) for village in offered.values()],
        "sent": sent,
    }
    return page, sent


def _kept(workbook: WorkbookImport, proposal: Proposal) -> BookMapping:
    """As it was decided, where the heads are still the same."""
    kept = from_json(workbook.mapping)
    same = (kept.sheet, kept.first, kept.last) == (
        proposal.mapping.sheet,
        proposal.mapping.first,
        proposal.mapping.last,
    )
    return kept if same else proposal.mapping


def _shape(mapping: BookMapping) -> dict[str, Any]:
    return {"sheet": mapping.sheet, "first": mapping.first + 1, "last": mapping.last + 1}


def _rows(
    mapping: BookMapping, headings: Sequence[Heading], elements: Sequence[DataElement]
) -> list[ColumnRow]:
    found = {heading.column: heading for heading in headings}
    choices = _choices(elements)
    rows = ((plan, found.get(plan.column, Heading(plan.column, ()))) for plan in mapping.columns)
    return [
        ColumnRow(plan, () if plan.is_personal else heading.samples, choices, heading.has_figures)
        for plan, heading in rows
        if plan.title or heading.samples
    ]


def _choices(elements: Sequence[DataElement]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that a column can be: whose row it is, then the elements group by group."""
    grouped = [
        (group, [(one.code, f"{one.name}（{one.unit}）" if one.unit else one.name) for one in members])
        for group, members in groupby(elements, key=lambda element: element.group)
    ]
    return [("是哪个村、哪个月", list(ROLES.items())), *grouped]


def _villages(request: HttpRequest) -> dict[str, Village]:
    mine = Village.objects.visible_to(request.user).filter(enrolments__isnull=False).distinct()
    return {village.code: village for village in mine.order_by("code")[:MOST_OFFERED]}
