"""What every check works with: the document, the names it declares, and where problems go."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model

from indicators.engine import ExpressionError, StandardTexts, check_expressions, parse, suggestion
from indicators.engine.language.tree import Name
from indicators.models import Standard
from programme_files.document import (
    AttributeRow,
    ElementRow,
    IndicatorRow,
    KindRow,
    OrganisationRow,
    ProgrammeDocument,
    SeriesRow,
    StandardRow,
    VillageRow,
)
from programme_files.problems import Path
from programme_files.reading import Reading


class Context:
    def __init__(self, reading: Reading, document: ProgrammeDocument) -> None:
        self.reading = reading
        self.document = document
        self.elements = self._by_key(ElementRow, document.elements, "unit")
        self.indicators = self._by_key(IndicatorRow, document.indicators, "expression")
        self.series = set(reading.declared[SeriesRow.__name__])
        self.types = {row.code: row.type for row in document.elements}
        self.options = {row.code: row.options for row in document.elements if row.options}
        self.attributes = self._attributes()
        self.standard_codes = set(reading.declared[StandardRow.__name__])
        self.kinds = set(reading.declared[KindRow.__name__])
        self.villages = set(reading.declared[VillageRow.__name__])
        self.organisations = set(reading.declared[OrganisationRow.__name__])

    def _by_key(self, kind: type, rows: Collection[Any], attribute: str) -> dict[str, str]:
        """Map the codes of rows to an attribute; broken rows are known with nothing behind them."""
        broken = dict.fromkeys(self.reading.declared[kind.__name__], "")
        return broken | {row.code: getattr(row, attribute) for row in rows}

    def _attributes(self) -> dict[str, Sequence[str] | None]:
        """Map attributes to the texts they may be (none: any text), numbers to None."""
        broken: dict[str, Sequence[str] | None] = dict.fromkeys(
            self.reading.declared[AttributeRow.__name__], ()
        )
        return broken | {
            row.code: None if row.type == "number" else row.choices for row in self.document.attributes
        }

    @cached_property
    def standard_texts(self) -> dict[str, StandardTexts]:
        """The standards as formulas may name them, with what decides whether each is met."""
        broken = dict.fromkeys(self.standard_codes, StandardTexts(Standard.Scope.VILLAGE))
        return broken | {row.code: self._texts(row) for row in self.standards()}

    def _texts(self, row: StandardRow) -> StandardTexts:
        measured = self.indicators.get(row.indicator or "", "")
        found = (measured, row.threshold, row.upper, row.tolerance, row.applies_if)
        return StandardTexts(row.scope, tuple(text for text in found if text))

    def path(self, row: Any) -> Path:
        """Where a row with a key stands."""
        return self.reading.declared[type(row).__name__][getattr(row, row.KEY)]

    def report(self, row: Any, key: str, message: str) -> None:
        """Add a problem about `key` of a row (of the row itself where `key` is empty)."""
        self.reading.report((*self.path(row), *key.split(".")) if key else self.path(row), message)

    def warn(self, row: Any, key: str, message: str) -> None:
        """Add a warning: the file can be loaded, but somebody should look."""
        place = self.reading.place((*self.path(row), *key.split(".")) if key else self.path(row))
        self.reading.warnings.append(place.problem(message))

    def standards(self) -> Iterator[StandardRow]:
        """Yield the standards, then the targets inside the measures."""
        return self.document.all_standards()

    def check_known(
        self, row: Any, key: str, names: Collection[str], known: Collection[str], what: str
    ) -> None:
        """Report names that are not declared, and names given twice."""
        for name in names:
            if name not in known:
                self.report(row, key, f"文件里没有{what}“{name}”{_meant(name, known)}")
        if len(set(names)) < len(names):
            self.report(row, key, "同一个名称写了两次。")

    def check_formula(self, row: Any, key: str, **of_what: Any) -> None:
        """Report what the engine finds wrong with a formula, with the position in it.

        `of_what` says what kind of formula it is: scope, month_only, in_score, chosen_from.
        """
        found = check_expressions(
            self.elements,
            self.indicators,
            self.series,
            getattr(row, key),
            kinds=self.kinds,
            options=self.options,
            attributes=self.attributes,
            standards=self.standard_texts,
            **of_what,
        )
        self.report_formula(row, key, found)

    def report_formula(self, row: Any, key: str, found: Sequence[ExpressionError]) -> None:
        """Report what is wrong with a formula; one that stands there in a short form is said as well."""
        unfolded = (*self.path(row), key) in self.reading.unfolded
        written = f"（写成公式是：{getattr(row, key)}）" if unfolded else ""
        for error in found:
            self.report(row, key, f"{error}{written}")

    def check_columns(self, path: Path, row: Any, model: type[Model], **more: Any) -> None:
        """Let the model's own fields judge lengths, choices, digits and codes."""
        columns = row.columns() | more
        instance = model(**columns)
        others = [field.name for field in model._meta.fields if field.name not in columns]
        try:
            instance.clean_fields(exclude=others)
        except ValidationError as error:
            for column, messages in error.message_dict.items():
                key = getattr(row, "COLUMN_KEYS", {}).get(column, column)
                for message in messages:
                    self.reading.report((*path, *key.split(".")), _with_choices(model, column, message))


def is_name(code: str) -> bool:
    """Whether formulas can name something by this code."""
    try:
        tree = parse(code)
    except ExpressionError:
        return False
    return isinstance(tree, Name) and tree.code == code


def _with_choices(model: type[Model], column: str, message: str) -> str:
    try:
        choices = model._meta.get_field(column).choices  # type: ignore[union-attr]  # a column is never a relation
    except FieldDoesNotExist:
        choices = None
    if not choices:
        return message if message.endswith("。") else f"{message}。"
    return f"可用的值：{'、'.join(str(value) for value, _ in choices)}。"


def _meant(name: str, known: Collection[str]) -> str:
    """What an unknown name was perhaps meant to be, as the end of a sentence; digits tell nothing."""
    if {"，", "、"} & set(name):
        return "；列表里的各项用半角逗号隔开。"
    return "。" if name.isdigit() else suggestion(name, known)
