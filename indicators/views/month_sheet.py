"""The sheet of one month: plain rows that a template loops over and prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.urls import reverse

from common.months import month_before
from common.templatetags.display import number
from indicators.findings import Finding, unexplained
from indicators.forms import (
    MonthForm,
    choice_name,
    field_name,
    mark_name,
    not_applicable_name,
    notes_seen,
    remark_name,
)
from indicators.models import DataElement, ValueChange
from indicators.models.catalogue import AskedElement
from indicators.services.notes import NoteText
from indicators.validation import bounds
from indicators.views.month_cells import Cell, Conflict, Group, Note, Sheet
from indicators.views.month_desk import Desk

YES_NO = (("1", "是"), ("0", "否"))


@dataclass(frozen=True)
class _Words:
    """The sentences of findings by the code of the cell where they stand."""

    problems: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)  # codes of cells whose question has no answer yet
    homeless: list[str] = field(default_factory=list)


def build_sheet(
    desk: Desk,
    form: MonthForm | None = None,
    conflicts: Mapping[int, ValueChange] | None = None,
    taken: Iterable[int] = (),
    marks: Mapping[int, str] | None = None,
) -> Sheet:
    """Lay the month out, with what was typed where a form came back, but others' figures where `taken`."""
    typed = {} if form is None else {pk: text for pk, text in form.texts.items() if pk not in set(taken)}
    values = {} if form is None else {pk: value for pk, value in form.values.items() if pk in typed}
    found = desk.findings(values)
    words = _words(desk, found)
    cells = [
        _cell(desk, item, form, typed.get(item.element.pk), (conflicts or {}), words, marks or {})
        for item in desk.asked
    ]
    seen = {pk: NoteText(note.remark, note.is_not_applicable) for pk, note in desk.notes.items()}
    return Sheet(_groups(cells), [one for one in found if one.is_hard], words.homeless, notes_seen(seen))


def _groups(cells: list[Cell]) -> list[Group]:
    """In the order of the ledger; a department's own figures stand above everybody else's."""
    own = [cell for cell in cells if cell.is_open and cell.provider]
    others = [cell for cell in cells if not (cell.is_open and cell.provider)]
    by_group = groupby(others, key=lambda cell: cell.element.group)
    groups = [Group(name, list(members)) for name, members in by_group]
    return [Group("本单位填报的数据", own), *groups] if own else groups


def _words(desk: Desk, found: Iterable[Finding]) -> _Words:
    """Put each sentence at the first cell that it names, of those that may change if there is one."""
    known = {item.element.code: item.element.pk for item in desk.asked}
    found = list(found)
    remarks = {code for code, pk in known.items() if pk in desk.notes and desk.notes[pk].remark}
    waiting = set(unexplained(found, remarks))
    words = _Words()
    for one in found:
        codes = [code for code in one.codes if code in known]
        if not codes:
            words.homeless.append(one.sentence)
            continue
        code = next((code for code in codes if known[code] in desk.changeable), codes[0])
        sentences = words.problems if one.is_hard else words.questions
        sentences[code] = sentences.get(code, "") + one.sentence
        if one in waiting:
            words.waiting.add(code)
    return words


def _cell(
    desk: Desk,
    item: AskedElement,
    form: MonthForm | None,
    typed: str | None,
    conflicts: Mapping[int, ValueChange],
    words: _Words,
    marks: Mapping[int, str],
) -> Cell:
    element, month = item.element, desk.place.month
    pk, now = element.pk, desk.figure(element.pk)
    before, conflict = desk.figure(pk, month_before(month)), conflicts.get(pk)
    is_open = pk in desk.own and pk in desk.changeable
    return Cell(
        element=element,
        name=field_name(pk),
        provider=item.provider_names,
        is_open=is_open,
        text=_plain(now) if typed is None else typed,
        shown=shown(now, element),
        before=shown(before, element),
        change=_change(now, before, element),
        year_ago=shown(desk.figure(pk, month.replace(year=month.year - 1)), element),
        note=_note(desk, pk, form, is_open),
        options=_options(element),
        error=form.errors.get(pk, "") if form and is_open else "",
        problem=words.problems.get(element.code, "") if desk.report.is_editable else "",
        question=_question(desk, element, words),
        wants_remark=desk.report.is_editable and element.code in words.waiting,
        mark=desk.mark(pk),
        mark_name=mark_name(pk),
        mark_typed=marks.get(pk, ""),
        is_carried=pk in desk.carried and now is not None,
        is_missing=desk.is_missing(pk),
        unsaved=_unsaved(form, element, now) if form and not is_open else "",
        conflict=_conflict(element, typed, conflict) if typed is not None and conflict else None,
    )


def _question(desk: Desk, element: DataElement, words: _Words) -> str:
    """What is unusual; for who only reads, also what could not be submitted any more."""
    hard = "" if desk.report.is_editable else words.problems.get(element.code, "")
    return hard + words.questions.get(element.code, "")


def _note(desk: Desk, pk: int, form: MonthForm | None, is_open: bool) -> Note:
    kept, place = desk.notes.get(pk), desk.place
    typed = form.note_texts.get(pk) if form else None
    said = typed or (NoteText(kept.remark, kept.is_not_applicable) if kept else NoteText())
    where = {"code": place.village.code, "year": place.month.year, "month": place.month.month, "element": pk}
    return Note(
        name=remark_name(pk),
        na_name=not_applicable_name(pk),
        url=reverse("indicators:figure", kwargs=where),
        remark=said.remark,
        is_not_applicable=said.is_not_applicable,
        is_open=pk in desk.explains and pk in desk.changeable,
        may_exempt=is_open,
        kept=kept,
    )


def shown(value: Decimal | None, element: DataElement) -> str:
    """A figure as it is read: 是 or 否, an option's name, else with separators; — where nothing is known."""
    if value is not None and element.value_type == DataElement.ValueType.BOOLEAN:
        return "是" if value else "否"
    if value is not None and element.value_type == DataElement.ValueType.CHOICE:
        return dict(_options(element)).get(str(int(value)), number(value))
    return number(value, element.places)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else number(value).replace(",", "")


def _change(now: Decimal | None, before: Decimal | None, element: DataElement) -> str:
    without_distance = (DataElement.ValueType.BOOLEAN, DataElement.ValueType.CHOICE)
    if now is None or before is None or element.value_type in without_distance:
        return ""
    return "不变" if now == before else f"{'+' if now > before else ''}{number(now - before, element.places)}"


def _options(element: DataElement) -> tuple[tuple[str, str], ...]:
    if element.value_type == DataElement.ValueType.BOOLEAN:
        return YES_NO
    if element.value_type == DataElement.ValueType.CHOICE:
        return tuple((str(place), str(option)) for place, option in enumerate(element.options, 1))
    if element.value_type != DataElement.ValueType.LEVEL:
        return ()
    low, high = bounds(element)
    return tuple((str(level), f"{level}{element.unit}") for level in range(int(low or 0), int(high or 0) + 1))


def _unsaved(form: MonthForm, element: DataElement, now: Decimal | None) -> str:
    text = form.texts.get(element.pk, "")
    is_kept = element.pk not in form.texts or (element.pk in form.values and form.values[element.pk] == now)
    return "" if is_kept else text.strip() or "（清空）"


def _conflict(element: DataElement, typed: str, change: ValueChange) -> Conflict:
    return Conflict(choice_name(element.pk), typed.strip() or "（空）", shown(change.new, element), change)
