"""The sheet of one month: plain rows that a template loops over and prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from common.months import month_before
from common.templatetags.display import number
from indicators.forms import MonthForm, choice_name, field_name
from indicators.models import DataElement, ValueChange
from indicators.models.catalogue import AskedElement
from indicators.validation import RuleProblem, bounds
from indicators.views.month_desk import Desk

YES_NO = (("1", "是"), ("0", "否"))


@dataclass(frozen=True)
class Conflict:
    """What somebody else typed into a cell that I changed too."""

    choice: str
    mine: str
    theirs: str
    change: ValueChange


@dataclass(frozen=True)
class Cell:
    """One figure: what stands in the input, what stood there before, whose it is, what is wrong with it."""

    element: DataElement
    name: str
    provider: str
    is_open: bool
    text: str
    shown: str
    before: str
    change: str
    year_ago: str
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""
    problem: str = ""
    unsaved: str = ""
    conflict: Conflict | None = None

    @property
    def complaint(self) -> str:
        return self.error or self.problem


@dataclass(frozen=True)
class Group:
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    groups: list[Group]
    problems: list[RuleProblem]
    homeless: list[str]  # sentences of relations that name no cell of this sheet

    @property
    def cells(self) -> list[Cell]:
        return [cell for group in self.groups for cell in group.cells]

    @property
    def wrong(self) -> list[Cell]:
        """Cells that cannot be saved as they are."""
        return [cell for cell in self.cells if cell.error]

    @property
    def conflicts(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.conflict]

    @property
    def troubled(self) -> list[Cell]:
        """Cells named by a relation that does not hold."""
        return [cell for cell in self.cells if cell.problem]

    @property
    def unsaved(self) -> list[Cell]:
        """Cells whose typed text could not be saved because the month was closed."""
        return [cell for cell in self.cells if cell.unsaved]


def build_sheet(
    desk: Desk,
    form: MonthForm | None = None,
    conflicts: Mapping[int, ValueChange] | None = None,
    taken: Iterable[int] = (),
) -> Sheet:
    """Lay the month out, with what was typed where a form came back, but others' figures where `taken`."""
    typed = {} if form is None else {pk: text for pk, text in form.texts.items() if pk not in set(taken)}
    problems = _problems(desk, form, typed)
    complaints, homeless = _by_element(desk.asked, problems)
    cells = [
        _cell(
            desk, item, form, typed.get(item.element.pk), (conflicts or {}).get(item.element.pk), complaints
        )
        for item in desk.asked
    ]
    return Sheet(_groups(cells), problems, homeless)


def _groups(cells: list[Cell]) -> list[Group]:
    """In the order of the ledger; a department's own figures stand above everybody else's."""
    own = [cell for cell in cells if cell.is_open and cell.provider]
    others = [cell for cell in cells if not (cell.is_open and cell.provider)]
    by_group = groupby(others, key=lambda cell: cell.element.group)
    groups = [Group(name, list(members)) for name, members in by_group]
    return [Group("本单位填报的数据", own), *groups] if own else groups


def _problems(desk: Desk, form: MonthForm | None, typed: Mapping[int, str]) -> list[RuleProblem]:
    if not desk.report.is_editable:
        return []
    values = {} if form is None else {pk: value for pk, value in form.values.items() if pk in typed}
    return desk.broken_rules(values)


def _by_element(
    asked: Iterable[AskedElement], problems: Iterable[RuleProblem]
) -> tuple[dict[str, str], list[str]]:
    """Put each relation's sentence at the first cell that it names; return those that name none beside."""
    known = {item.element.code for item in asked}
    sentences: dict[str, str] = {}
    homeless: list[str] = []
    for problem in problems:
        code = next((code for code in problem.codes if code in known), "")
        if code:
            sentences[code] = sentences.get(code, "") + problem.sentence
        else:
            homeless.append(problem.sentence)
    return sentences, homeless


def _cell(
    desk: Desk,
    item: AskedElement,
    form: MonthForm | None,
    typed: str | None,
    conflict: ValueChange | None,
    problems: Mapping[str, str],
) -> Cell:
    element, month = item.element, desk.place.month
    now, before = desk.figure(element.pk), desk.figure(element.pk, month_before(month))
    is_open = desk.is_open and element.pk in desk.own
    return Cell(
        element=element,
        name=field_name(element.pk),
        provider=item.provider_names,
        is_open=is_open,
        text=_plain(now) if typed is None else typed,
        shown=shown(now, element),
        before=shown(before, element),
        change=_change(now, before, element),
        year_ago=shown(desk.figure(element.pk, month.replace(year=month.year - 1)), element),
        options=_options(element),
        error=form.errors.get(element.pk, "") if form and typed is not None and is_open else "",
        problem=problems.get(element.code, ""),
        unsaved=_unsaved(form, element, now) if form and not is_open else "",
        conflict=_conflict(element, typed, conflict) if typed is not None and conflict else None,
    )


def shown(value: Decimal | None, element: DataElement) -> str:
    """A figure as it is read: 是 or 否, else with separators and its decimals; — where nothing is known."""
    if value is not None and element.value_type == DataElement.ValueType.BOOLEAN:
        return "是" if value else "否"
    return number(value, element.places)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else number(value).replace(",", "")


def _change(now: Decimal | None, before: Decimal | None, element: DataElement) -> str:
    if now is None or before is None or element.value_type == DataElement.ValueType.BOOLEAN:
        return ""
    return "不变" if now == before else f"{'+' if now > before else ''}{number(now - before, element.places)}"


def _options(element: DataElement) -> tuple[tuple[str, str], ...]:
    if element.value_type == DataElement.ValueType.BOOLEAN:
        return YES_NO
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
