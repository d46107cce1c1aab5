"""What a sheet is made of: figures as a template prints them, one by one and in groups."""

from dataclasses import dataclass

from indicators.findings import Finding
from indicators.models import CellNote, DataElement, ValueChange


@dataclass(frozen=True)
class Conflict:
    """What somebody else typed into a cell that I changed too."""

    choice: str
    mine: str
    theirs: str
    change: ValueChange


@dataclass(frozen=True)
class Note:
    """What is said beside a figure, as it stands in the inputs where one may write; its files, its page."""

    name: str
    na_name: str
    url: str
    remark: str = ""
    is_not_applicable: bool = False
    is_open: bool = False
    may_exempt: bool = False  # whoever types the figure may say that there is none
    kept: CellNote | None = None

    @property
    def has_content(self) -> bool:
        return bool(self.remark or self.is_not_applicable or self.files)

    @property
    def files(self) -> list[object]:
        return list(self.kept.evidence.all()) if self.kept else []


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
    note: Note
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""
    problem: str = ""  # hard findings: until they are gone nothing is submitted
    question: str = ""  # soft findings: they want a remark
    wants_remark: bool = False
    mark: str = ""  # what the bureau wrote on it when the month came back
    mark_name: str = ""
    mark_typed: str = ""
    is_carried: bool = False
    is_missing: bool = False
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
    problems: list[Finding]
    homeless: list[str]  # sentences of relations that name no cell of this sheet
    notes_seen: str = "{}"

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
        """Cells with figures that cannot be submitted as they are."""
        return [cell for cell in self.cells if cell.problem]

    @property
    def questioned(self) -> list[Cell]:
        """Cells whose figure is unusual and has no remark yet."""
        return [cell for cell in self.cells if cell.wants_remark]

    @property
    def marked(self) -> list[Cell]:
        """Cells that the bureau sent back."""
        return [cell for cell in self.cells if cell.mark]

    @property
    def unsaved(self) -> list[Cell]:
        """Cells whose typed text could not be saved because the month was closed."""
        return [cell for cell in self.cells if cell.unsaved]
