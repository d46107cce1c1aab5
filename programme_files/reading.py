"""From YAML nodes to the typed rows of document.py, by their annotations; every mismatch becomes a problem.

A row with a problem is left out of the document but remembered by its key, so that other rows which name it
are not blamed for it.
"""

import types
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from indicators.engine import suggestion
from programme_files.document import AttributeRow, ElementRow, Formula, Plain, ProgrammeDocument, Veto
from programme_files.document.form import default_of, key_of
from programme_files.problems import Path, Place, Problem, ProgrammeFileError
from programme_files.scalars import SCALARS, Mismatch
from programme_files.sugar import formula_of
from programme_files.yaml_nodes import compose

BAD = object()
HOW_VETO = "应为 fails（不达标即评为最低等次），或 {caps: 等次}（不达标最高评为这一等次）。"


class Reading:
    """What was read: the document (None if it could not be built), problems, and where everything stands."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []  # what can be loaded, but should be looked at
        self.places: dict[Path, Place] = {}
        # Keys of rows by class name, with the broken ones; a path tells where each row stood.
        self.declared: dict[str, dict[Any, Path]] = defaultdict(dict)
        self.unfolded: set[Path] = set()  # formulas that stand there as a list or a mapping
        found = self._value(ProgrammeDocument, compose(text), (), "")
        self.document: ProgrammeDocument | None = None if found is BAD else found

    def place(self, path: Path) -> Place:
        """Where `path` stands, or the row it would have stood in."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]

    def report(self, path: Path, message: str) -> None:
        """Add a problem about the row or key at `path`."""
        self.problems.append(self.place(path).problem(message))

    def _value(self, wanted: Any, node: yaml.Node, path: Path, where: str) -> Any:
        self.places[path] = Place(node.start_mark.line + 1, where)
        if get_origin(wanted) in (Union, types.UnionType):
            wanted = next(option for option in get_args(wanted) if option is not types.NoneType)
        if get_origin(wanted) is tuple:
            return self._list(get_args(wanted), node, path, where)
        if get_origin(wanted) is dict:
            return self._mapping(get_args(wanted), node, path, where)
        if is_dataclass(wanted) and wanted is not Veto:
            return self._row(wanted, node, path, where)
        try:
            return self._one(wanted, node, path)
        except Mismatch as mismatch:
            return self._bad(path, str(mismatch))

    def _one(self, wanted: Any, node: yaml.Node, path: Path) -> Any:
        if wanted is Veto:
            return _veto(node)
        if wanted is Formula and not isinstance(node, yaml.ScalarNode):
            self.unfolded.add(path)
            return formula_of(node, self._subject)
        if not isinstance(node, yaml.ScalarNode):
            raise Mismatch("应只有一个值，不能是列表或键值。")
        return SCALARS[wanted](node.value, node.tag.rpartition(":")[2])

    def _subject(self, name: str) -> str:
        """What a mapping `{by: name, …}` asks for: the year, the kind, an element, else an attribute."""
        if name in ("year", "kind"):
            return f"{name}()"
        known = self.declared
        is_element = name in known[ElementRow.__name__] and name not in known[AttributeRow.__name__]
        return name if is_element else f"attribute({name})"

    def _list(self, items: tuple[Any, ...], node: yaml.Node, path: Path, where: str) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            example = "[2022, 2025]" if int in items else "[甲, 乙]"
            return self._bad(path, f"应为列表，例如 {example}，或每行以“- ”开头。")
        several = items[-1] is Ellipsis
        if not several and len(node.value) != len(items):
            return self._bad(path, f"应正好有 {len(items)} 项。")
        values = []
        for index, item in enumerate(node.value):
            wanted = items[0] if several else items[index]
            values.append(
                self._value(wanted, item, (*path, index), self._item_words(wanted, item, where, index))
            )
        broken = BAD in values and not (several and is_dataclass(items[0]))
        return BAD if broken else tuple(value for value in values if value is not BAD)

    def _mapping(self, kinds: tuple[Any, ...], node: yaml.Node, path: Path, where: str) -> Any:
        how, key_word = MAPPINGS[kinds[1]]
        if not isinstance(node, yaml.MappingNode):
            return self._bad(path, how)
        pairs = [
            (
                self._value(kinds[0], key, (*path, "key", str(key.value)), where),
                self._value(kinds[1], value, (*path, str(key.value)), where),
            )
            for key, value in node.value
        ]
        if any(BAD in pair for pair in pairs):
            return BAD
        if len(dict(pairs)) < len(pairs):
            return self._bad(path, f"同一个{key_word}写了两次。")
        return dict(pairs)

    def _row(self, wanted: Any, node: yaml.Node, path: Path, where: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self._bad(path, "应为“键: 值”。")
        hints = get_type_hints(wanted)
        nodes = dict(self._keys(node, path, {key_of(field) for field in fields(wanted)}))
        given = {
            field.name: self._field(field, hints[field.name], nodes.get(key_of(field)), path, where)
            for field in fields(wanted)
        }
        self._declare(wanted, given, path)
        if BAD in given.values():
            return BAD
        return wanted(**{name: value for name, value in given.items() if value is not MISSING})

    def _field(self, field: Field[Any], hint: Any, node: yaml.Node | None, path: Path, where: str) -> Any:
        """Return the field's value, MISSING if the file leaves it out and may, BAD if there is a problem."""
        key, default = key_of(field), default_of(field)
        if node is None or node.tag.endswith(":null"):
            return self._bad(path, f"缺少 {key}。") if default is MISSING else MISSING
        value = self._value(hint, node, (*path, key), _field_words(where, key))
        if value == "" and default != "":
            folded = isinstance(node, yaml.ScalarNode) and node.style == ">"
            return self._bad((*path, key), "不能为空；以 > 开头的内容要加引号。" if folded else "不能为空。")
        return value

    def _keys(self, node: yaml.MappingNode, path: Path, known: set[str]) -> Iterator[tuple[str, yaml.Node]]:
        """Yield the known keys of a mapping with their values; unknown and repeated ones become problems."""
        seen = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            place = Place(key.start_mark.line + 1, self.places[path].where)
            if name in seen:
                self.problems.append(place.problem(f"{name} 写了两次。"))
            elif name not in known:
                self.problems.append(place.problem(_unknown_key(name, value, known)))
            else:
                yield name, value
            seen.add(name)

    def _declare(self, wanted: Any, given: dict[str, Any], path: Path) -> None:
        """Remember a row by its key; a second row of the same key is a problem."""
        key = given.get(getattr(wanted, "KEY", ""), BAD)
        if key in (BAD, MISSING):
            return
        declared = self.declared[wanted.__name__]
        if key in declared:
            self.report(path, f"与第 {self.places[declared[key]].line} 行的{wanted.WORDS} {key} 重复。")
        else:
            declared[key] = path

    def _item_words(self, wanted: Any, node: yaml.Node, where: str, index: int) -> str:
        words = getattr(wanted, "WORDS", "")
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if words and key.value == getattr(wanted, "KEY", ""):
                return f"{words} {value.value}"
        return f"{where} 第 {index + 1} 项" if words or is_dataclass(wanted) else where

    def _bad(self, path: Path, message: str) -> Any:
        self.report(path, message)
        return BAD


def read(text: str) -> ProgrammeDocument:
    """Return the document in `text`, or raise ProgrammeFileError with all that does not fit its form."""
    reading = Reading(text)
    if reading.problems or reading.document is None:
        raise ProgrammeFileError(reading.problems)
    return reading.document


MAPPINGS: dict[Any, tuple[str, str]] = {
    int: ("应为“年份: 个数”，例如 {2022: 1, 2023: 2}。", "年份"),
    Plain: ("应为“属性代码: 值”，例如 {region: 一类}。", "属性"),
}


def _veto(node: yaml.Node) -> Veto:
    if isinstance(node, yaml.ScalarNode) and node.value == "fails":
        return Veto()
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        key, grade = node.value[0]
        if key.value == "caps" and isinstance(grade, yaml.ScalarNode) and grade.value.strip():
            return Veto(SCALARS[str](grade.value, grade.tag.rpartition(":")[2]))
    raise Mismatch(HOW_VETO)


def _field_words(where: str, name: str) -> str:
    """`标准 S11 的 threshold`; `programme 的 calendar.month_due_day` for a key of a key."""
    if not where:
        return name
    return f"{where}.{name}" if " 的 " in where else f"{where} 的 {name}"


def _unknown_key(name: str, value: yaml.Node, known: set[str]) -> str:
    if value.start_mark.index == value.end_mark.index:  # nothing follows: words that a comma cut off
        how = "冒号用半角，后面空一格" if {":", "："} & set(name) else "花括号里含逗号的文字要加引号"
        return f"“{name}”不是“键: 值”：{how}。"
    return f"不认识的键“{name}”{suggestion(name, known)}可用的有：{'、'.join(sorted(known))}。"
