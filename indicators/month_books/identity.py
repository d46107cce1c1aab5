"""Which column says whose row it is: of those that could, the one whose cells are villages we know."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from accounts.models import User
from common.divisions import Level
from indicators.month_books.headings import Heads
from indicators.month_books.mapping import CODE, MONTH, NAME, TOWNSHIP, ColumnPlan
from indicators.month_books.reading import Cell, SheetOutline
from indicators.month_books.villages import Finder, Place, code_digits

LOOKED_AT = 40  # rows of figures
Known = dict[int, int]  # how many cells of a column are villages


def settle_identity(
    plans: Sequence[ColumnPlan], sheet: SheetOutline, heads: Heads, user: User
) -> list[ColumnPlan]:
    """Leave one column for each part of whose row it is; where no head says so, ask the cells."""
    settled = _once(_once(list(plans), MONTH), TOWNSHIP)
    finder = Finder(user)
    open_ones = [plan.column for plan in settled if not plan.is_element and not plan.is_personal]
    names = _known(finder, sheet, heads, open_ones, by_name=True)
    called = {plan.column for plan in settled if plan.target == CODE}
    codes = _known(finder, sheet, heads, open_ones, by_name=False, called=called)
    settled = _best(settled, NAME, names)
    return _best(settled, CODE, {column: found for column, found in codes.items() if not names.get(column)})


def _known(
    finder: Finder,
    sheet: SheetOutline,
    heads: Heads,
    columns: Sequence[int],
    *,
    by_name: bool,
    called: Collection[int] = (),
) -> Known:
    """How many of a column's first cells are villages; the end of a code only where the head calls it one."""
    cells: list[tuple[int, Cell]] = [
        (column, row[column])
        for row in sheet.head[heads.body : heads.body + LOOKED_AT]
        for column in columns
        if column < len(row) and row[column] is not None
        if by_name or column in called or len(code_digits(row[column])) == Level.VILLAGE
    ]
    places: list[Place] = [(None, cell, None) if by_name else (cell, None, None) for _, cell in cells]
    known: Known = {}
    for (column, _), found in zip(cells, finder.find(places) if places else (), strict=True):
        known[column] = known.get(column, 0) + bool(found.village_id)
    return known


def _best(plans: Sequence[ColumnPlan], role: str, known: Known) -> list[ColumnPlan]:
    """Give the role to the column that knows most villages; to the first named one where none knows any."""
    named = [plan.column for plan in plans if plan.target == role]
    wanted = {plan.column for plan in plans if plan.target in ("", role)}
    best = max(wanted, key=lambda column: known.get(column, 0), default=None)
    chosen = best if best is not None and known.get(best) else next(iter(named), None)
    return [_with_role(plan, role, plan.column == chosen) for plan in plans]


def _with_role(plan: ColumnPlan, role: str, has_it: bool) -> ColumnPlan:
    if has_it:
        return replace(plan, target=role)
    return replace(plan, target="") if plan.target == role else plan


def _once(plans: Sequence[ColumnPlan], role: str) -> list[ColumnPlan]:
    first = next((plan.column for plan in plans if plan.target == role), None)
    return [_with_role(plan, role, plan.column == first) for plan in plans]
