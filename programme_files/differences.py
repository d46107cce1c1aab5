"""What a new file says differently from what is in force: added, changed, removed, old beside new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from programme_files.document import ProgrammeDocument
from programme_files.in_words import Entry, Section, sections_of

ADDED, CHANGED, REMOVED = "新增", "修改", "删去"
TONES = {ADDED: "good", CHANGED: "attention", REMOVED: "bad"}


@dataclass(frozen=True)
class Line:
    """One key, as it is and as it will be."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """One row of the file that is not as before."""

    word: str
    title: str
    lines: tuple[Line, ...]

    @property
    def tone(self) -> str:
        return TONES[self.word]


@dataclass(frozen=True)
class Part:
    """The differences of one section."""

    title: str
    differences: tuple[Difference, ...]


def compare(old: ProgrammeDocument | None, new: ProgrammeDocument) -> list[Part]:
    """The sections in which the documents differ; without an old one everything is added."""
    before = {section.title: section for section in sections_of(old)} if old else {}
    parts = (
        Part(section.title, tuple(_differences(before.get(section.title), section)))
        for section in sections_of(new)
    )
    return [part for part in parts if part.differences]


def count(parts: list[Part], word: str) -> int:
    """How many rows are added, changed or removed."""
    return sum(difference.word == word for part in parts for difference in part.differences)


def _differences(old: Section | None, new: Section) -> Iterator[Difference]:
    before = {entry.key: entry for entry in old.entries} if old else {}
    after = {entry.key: entry for entry in new.entries}
    for key, entry in after.items():
        if key not in before:
            yield Difference(ADDED, entry.title, _said(entry, is_new=True))
        elif lines := tuple(_changed(before[key].fields, entry.fields)):
            yield Difference(CHANGED, entry.title, lines)
    for key, entry in before.items():
        if key not in after:
            yield Difference(REMOVED, entry.title, _said(entry, is_new=False))
    if new.in_order and [key for key in before if key in after] != [key for key in after if key in before]:
        yield Difference(CHANGED, "排列顺序", (Line("顺序", "现在的顺序", "按文件中的先后"),))


def _changed(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> Iterator[Line]:
    for label, value in new.items():
        if value is not None and value != (old.get(label) or ""):
            yield Line(label, old.get(label) or "", value)


def _said(entry: Entry, *, is_new: bool) -> tuple[Line, ...]:
    """What an added or removed row says, leaving out what it does not."""
    said = {label: value for label, value in entry.fields.items() if value}
    return tuple(
        Line(label, "" if is_new else value, value if is_new else "") for label, value in said.items()
    )
