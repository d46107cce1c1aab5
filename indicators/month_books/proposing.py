"""The mapping that a person is shown first: as decided before for these heads, else as they suggest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from accounts.models import User
from indicators.models import ColumnMapping, DataElement
from indicators.month_books import titles, units
from indicators.month_books.headings import Heading, Heads, find_heads, read_heads, with_units
from indicators.month_books.identity import settle_identity
from indicators.month_books.mapping import MONTH, BookMapping, ColumnPlan, problems, remembered, signature
from indicators.month_books.outline import usable
from indicators.month_books.reading import SheetOutline
from indicators.month_books.rights import fillable_elements
from indicators.month_books.suggesting import Learnt, Suggester
from indicators.month_books.template_marks import changed_heads, changed_title, own_book
from indicators.month_books.when import caption_of, said_month, said_of

_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")
LEARNT_FROM = 50  # earlier decisions whose titles are known again one by one


@dataclass(frozen=True)
class Proposal:
    """A mapping to look at, the heads it stands on, and where it comes from."""

    mapping: BookMapping
    heads: Heads
    month: date | None = None  # that a title above the heads names
    is_remembered: bool = False
    is_month_open: bool = False  # it is not the one that was chosen: the person says which
    problems: Sequence[str] = ()  # why a workbook of ours is not taken as it came back


def propose(
    sheets: Sequence[SheetOutline],
    user: User,
    month: date,
    *,
    sheet: str = "",
    rows: tuple[int, int] | None = None,
    file: str = "",
) -> Proposal | None:
    """Propose how to read a workbook; `sheet` and `rows` (heads, from 0) are a person's choice."""
    elements = fillable_elements(user)
    if own := own_book(sheets):
        mapping, known = own
        changed = [
            *problems(mapping),
            *changed_title(sheets, mapping, known),
            *changed_heads(mapping, elements),
        ]
        return Proposal(_known_only(mapping, elements), Heads(0, 3, ()), known, problems=changed)
    chosen = [one for one in usable(sheets) if sheet in ("", one.name)]
    if not chosen:
        return None
    kept = list(ColumnMapping.objects.of(user)[:LEARNT_FROM])
    suggester = Suggester(elements, month, _learnt(kept, elements))
    found = [(one, _heads(one, suggester, rows)) for one in chosen]
    best, heads = max(
        found,
        key=lambda pair: (
            suggester.score(pair[1].columns),
            said_month(pair[0], pair[1], month.year) == month,
        ),
    )
    return _proposal(best, heads, suggester, {one.signature: one.mapping for one in kept}, user, file)


def _heads(sheet: SheetOutline, suggester: Suggester, rows: tuple[int, int] | None) -> Heads:
    if rows and 0 <= rows[0] <= rows[1] < len(sheet.head):
        return read_heads(sheet, *rows)
    return find_heads(sheet, suggester.score)


def _proposal(
    sheet: SheetOutline,
    heads: Heads,
    suggester: Suggester,
    kept: Mapping[str, Mapping],
    user: User,
    file: str,
) -> Proposal:
    heads, said = with_units(sheet, heads), said_of(sheet, heads, suggester.month, file)
    year, month = said.year or suggester.month.year, said.month
    suggester = replace(suggester, month=month or suggester.month.replace(year=year))
    plans = settle_identity(suggester.plans(heads.columns), sheet, heads, user)
    before, caption = kept.get(signature(heads)), caption_of(sheet, heads)
    if before:
        known = {element.code for element in suggester.elements}
        plans = [_still(plan, known) for plan in remembered(plans, before, caption)]
        plans = _without_old_shares(plans, heads, suggester.elements)
    if said.is_stretch:
        plans = [_doubted(plan, suggester.elements) for plan in plans]
    mapping = BookMapping(
        sheet.name,
        heads.first,
        heads.last,
        tuple(plans),
        dict(before.get("villages", {})) if before else {},
        units=heads.units,
        caption=caption,
    )
    if month is None and mapping.column_of(MONTH) is not None:
        month = suggester.month  # which only says of what year the months in the rows are
    is_open = said.is_open and month is None and any(not plan.month for plan in mapping.figures)
    return Proposal(mapping, heads, month, is_remembered=before is not None, is_month_open=is_open)


def _still(plan: ColumnPlan, known: set[str]) -> ColumnPlan:
    return plan if not plan.is_element or plan.target in known else replace(plan, target="")


def _without_old_shares(
    plans: Sequence[ColumnPlan], heads: Heads, elements: Sequence[DataElement]
) -> list[ColumnPlan]:
    """The plans, without a remembered factor for 0.16 where the cells now read 16."""
    rates = {element.code for element in elements if element.unit == "%"}
    large = {heading.column for heading in heads.columns if _are_above_one(heading)}
    return [
        replace(plan, factor=units.PLAIN.value, is_sure=False)
        if plan.target in rates and plan.factor == units.SHARES and plan.column in large
        else plan
        for plan in plans
    ]


def _are_above_one(heading: Heading) -> bool:
    """Whether most of a column's first cells are more than one: per cents, and no shares."""
    numbers = [float(text) for text in heading.samples if _PLAIN_NUMBER.fullmatch(text)]
    return sum(number > 1 for number in numbers) * 2 > len(numbers)


def _known_only(mapping: BookMapping, elements: Sequence[DataElement]) -> BookMapping:
    """Elements that are no longer asked for are left out."""
    known = {element.code for element in elements}
    return replace(mapping, columns=tuple(_still(plan, known) for plan in mapping.columns))


def _doubted(plan: ColumnPlan, elements: Sequence[DataElement]) -> ColumnPlan:
    """Where a table is of more than a month, a month's figure of what is added up is to be looked at."""
    added_up = {
        one.code for one in elements if one.aggregation == one.Aggregation.SUM and not one.is_cumulative
    }
    return replace(plan, is_sure=False) if plan.target in added_up and not plan.month else plan


def _learnt(kept: Sequence[ColumnMapping], elements: Sequence[DataElement]) -> dict[str, Learnt]:
    """What single titles were decided to be, whatever stood beside them; the newest decision counts."""
    known = {element.code for element in elements}
    learnt: dict[str, Learnt] = {}
    for one in kept:
        units = tuple(one.mapping.get("units", ()))
        for plan in one.mapping.get("columns", ()):
            if plan["target"] in known:
                found = Learnt(plan["target"], plan["factor"], units)
                learnt.setdefault(titles.plain(plan["title"]), found)
    return learnt
