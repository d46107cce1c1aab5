"""The project's own sources, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

PROJECT = Path(settings.BASE_DIR)
ROOMS = (
    "accounts",
    "assessments",
    "common",
    "dashboard",
    "indicators",
    "programme_files",
    "projects",
    "villages",
)


@dataclass(frozen=True)
class Source:
    """One Python file: where it is, seen from the project, and what it says."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self)

    @property
    def layer(self) -> str:
        """The file layer inside the room: models, services, views, … also for a package of that name."""
        return self.path.split("/")[1].removesuffix(".py")


@cache
def parsed(source: Source) -> ast.Module:
    return ast.parse(source.text)


@cache
def room_sources() -> tuple[Source, ...]:
    """Every file of the rooms, without migrations."""
    return tuple(source for room in ROOMS for source in _under(room))


@cache
def all_sources() -> tuple[Source, ...]:
    """The rooms, the settings, the scripts and the tests."""
    return (
        *room_sources(),
        *(source for folder in ("config", "scripts", "tests") for source in _under(folder)),
    )


@cache
def templates() -> tuple[Source, ...]:
    return tuple(_read(path) for path in sorted((PROJECT / "templates").rglob("*.html")))


def calls(source: Source) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call with the name that is called and what stands before the dot."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr, ast.unparse(node.func.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id, ""


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef))


def place(source: Source, node: ast.AST) -> str:
    """Where to look, as an editor opens it."""
    return f"{source.path}:{node.lineno}"


def _under(folder: str) -> list[Source]:
    files = sorted((PROJECT / folder).rglob("*.py"))
    return [_read(path) for path in files if "migrations" not in path.parts]


def _read(path: Path) -> Source:
    return Source(str(path.relative_to(PROJECT)), path.read_text())
