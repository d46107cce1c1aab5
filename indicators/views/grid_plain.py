"""The grid without a script: one form of plain inputs, saved by the same service, errors at their cells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from accounts.models import User
from common import clock
from common.transitions import TransitionError
from indicators.forms import MINE, THEIRS
from indicators.models import DataElement, ValueChange
from indicators.services.cells import CellsSaved, cells_save
from indicators.views.figure_texts import figure_text, writer_of
from indicators.views.grid_desk import Grid, Sheet

Place = tuple[str, int]  # sheet's key and element's id
UNSETTLED = "请选择用哪一个数。"


@dataclass
class PlainOutcome:
    """What became of a sent form: what was not saved stays as it was typed, each with the reason."""

    texts: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    conflicts: dict[Place, ValueChange] = field(default_factory=dict)
    saved: int = 0
    taken: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.errors

    def keep(self, place: Place, text: str, why: str) -> None:
        self.texts[place], self.errors[place] = text, why


@dataclass(frozen=True)
class PlainCell:
    """One cell of the form: an input where this person may type, else what stands there."""

    name: str
    label: str
    text: str
    typed: str
    is_open: bool
    error: str = ""
    conflict: ValueChange | None = None
    theirs: str = ""
    choice: str = ""


@dataclass(frozen=True)
class PlainRow:
    name: str
    unit: str
    url: str
    group: str  # written above the row where a new group begins
    cells: list[PlainCell]


def save_plain(user: User, grid: Grid, data: QueryDict) -> PlainOutcome:
    """Save every month of the form that was changed, each by itself."""
    outcome = PlainOutcome()
    for sheet in grid.sheets:
        texts = _typed(sheet, data)
        if texts:
            _save(user, sheet, texts, data, outcome)
    return outcome


def _typed(sheet: Sheet, data: QueryDict) -> dict[int, str]:
    """What was sent and is not what stands there now; whose change that is, the service finds out."""
    sent = {pk: str(data[name]) for pk in sheet.asked if (name := input_name(sheet, pk)) in data}
    mine = {pk: text for pk, text in sent.items() if data.get(choice_name(sheet, pk)) != THEIRS}
    return {pk: text for pk, text in mine.items() if text != _shown(sheet, pk) or _asked(sheet, pk, data)}


def _asked(sheet: Sheet, pk: int, data: QueryDict) -> bool:
    return f"conflict-{input_name(sheet, pk)}" in data


def _shown(sheet: Sheet, pk: int) -> str:
    return writer_of(sheet.asked[pk].element)(sheet.figures.get(pk, ""))


def _save(user: User, sheet: Sheet, texts: dict[int, str], data: QueryDict, outcome: PlainOutcome) -> None:
    for pk in [pk for pk in texts if _asked(sheet, pk, data) and data.get(choice_name(sheet, pk)) != MINE]:
        outcome.keep((sheet.key, pk), texts.pop(pk), UNSETTLED)
    try:
        saved = cells_save(
            village=sheet.village,
            month=sheet.month,
            texts=texts,
            seen_version=_version(sheet, data),
            actor=user,
            now=clock.now(),
        )
    except (TransitionError, PermissionDenied) as error:
        for pk, text in texts.items():
            outcome.keep((sheet.key, pk), text, str(error))
        return
    _note(sheet, texts, saved, outcome)


def _note(sheet: Sheet, texts: Mapping[int, str], saved: CellsSaved, outcome: PlainOutcome) -> None:
    outcome.saved += len(saved.kept)
    outcome.taken += len(saved.taken)
    for pk, why in (saved.refused | saved.invalid).items():
        outcome.keep((sheet.key, pk), texts[pk], why)
    for pk, change in saved.conflicts.items():
        outcome.keep((sheet.key, pk), texts[pk], UNSETTLED)
        outcome.conflicts[sheet.key, pk] = change


def _version(sheet: Sheet, data: QueryDict) -> int:
    text = data.get(f"version-{sheet.key}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def input_name(sheet: Sheet, pk: int) -> str:
    return f"v-{sheet.key}-{pk}"


def choice_name(sheet: Sheet, pk: int) -> str:
    return f"choice-{sheet.key}-{pk}"


def plain_rows(grid: Grid, outcome: PlainOutcome) -> Iterable[PlainRow]:
    """The rows of the form, villages or elements."""
    if grid.is_month:
        for sheet, township in zip(grid.sheets, grid.township_heads, strict=True):
            cells = [_cell(sheet, element, outcome) for element in grid.elements]
            yield PlainRow(sheet.village.name, "", sheet.url, township, cells)
        return
    for name, members in groupby(grid.elements, key=lambda element: element.group):
        for number, element in enumerate(members):
            cells = [_cell(sheet, element, outcome) for sheet in grid.sheets]
            yield PlainRow(element.name, element.unit, "", "" if number else name, cells)


def _cell(sheet: Sheet, element: DataElement, outcome: PlainOutcome) -> PlainCell:
    place = (sheet.key, element.pk)
    text = writer_of(element)(sheet.figures.get(element.pk, ""))
    change, is_open = outcome.conflicts.get(place), element.pk in sheet.own
    return PlainCell(
        name=input_name(sheet, element.pk),
        label=f"{sheet.village.name} {sheet.month.month}月 {element.name}",
        text=outcome.texts.get(place, text) if is_open else text,
        typed=outcome.texts.get(place, "") or "（空）",
        is_open=is_open,
        error=outcome.errors.get(place, ""),
        conflict=change,
        theirs=(figure_text(change.new, element) or "（空）") if change else "",
        choice=choice_name(sheet, element.pk),
    )
