"""What is wrong with a programme file, line by line, in sentences for the person who wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One sentence with the line it is about (0: the whole file) and the row or key in words."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        before = "，".join(part for part in (self.line and f"第 {self.line} 行", self.where) if part)
        return f"{before}：{self.message}" if before else self.message


class ProgrammeFileError(Exception):
    """A file that cannot be loaded; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = sorted(set(problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class Place:
    """Where something stands in the file, and what it is called."""

    line: int
    where: str

    def problem(self, message: str) -> Problem:
        return Problem(self.line, self.where, message)
