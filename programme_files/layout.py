"""A programme document as YAML text, laid out for people to read and edit: short rows on one line each."""

from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from programme_files.document import (
    AttributeRow,
    CalendarRow,
    ElementRow,
    GradeRow,
    IndicatorRow,
    KindRow,
    MeasureRow,
    OrganisationRow,
    ProgrammeDocument,
    ProgrammeRow,
    RuleRow,
    SectionRow,
    SeriesRow,
    StandardRow,
    ValueRow,
    Veto,
    VillageRow,
)
from programme_files.document.form import default_of, key_of

TALL = (CalendarRow, MeasureRow, ProgrammeRow, SectionRow, SeriesRow, StandardRow)  # one key a line
FLAT = (
    AttributeRow, ElementRow, GradeRow, IndicatorRow, KindRow, OrganisationRow, RuleRow, ValueRow, VillageRow,
)  # fmt: skip  # all on one line
NEVER_WRAP = 10**9


def write(document: ProgrammeDocument) -> str:
    """Return the text of a file; reading it gives an equal document."""
    return "\n".join(_section(key, value) for key, value in _given(document))


def _section(key: str, value: Any) -> str:
    return yaml.dump(
        _Section({key: value}),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=NEVER_WRAP,
        default_flow_style=False,
    )


def _given(row: Any) -> list[tuple[str, Any]]:
    """The keys that a file must give, and those that differ from their defaults."""
    return [
        (key_of(field), getattr(row, field.name))
        for field in fields(row)
        if default_of(field) is MISSING
        or "always" in field.metadata
        or getattr(row, field.name) != default_of(field)
    ]


class _Section(dict[str, Any]):
    """One section of the file: its key on a line of its own."""


class _Dumper(yaml.SafeDumper):
    """Knows the rows, writes decimals as they are and short lists on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _row(dumper: yaml.SafeDumper, row: Any) -> yaml.Node:
    return dumper.represent_mapping(
        "tag:yaml.org,2002:map", _given(row), flow_style=not isinstance(row, TALL)
    )


def _list(dumper: yaml.SafeDumper, items: tuple[Any, ...]) -> yaml.Node:
    short = not any(isinstance(item, (*TALL, *FLAT)) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=short)


def _section_node(dumper: yaml.SafeDumper, section: _Section) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", section.items(), flow_style=False)


def _mapping(dumper: yaml.SafeDumper, values: dict[Any, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values.items(), flow_style=True)


def _veto(dumper: yaml.SafeDumper, veto: Veto) -> yaml.Node:
    return dumper.represent_data({"caps": veto.caps} if veto.caps else "fails")


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    tag = "int" if value == value.to_integral_value() else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", f"{value:f}")


def _date(dumper: yaml.SafeDumper, value: date) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Dumper.add_representer(tuple, _list)
_Dumper.add_representer(_Section, _section_node)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(Veto, _veto)
_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(date, _date)
for kind in (*TALL, *FLAT):
    _Dumper.add_representer(kind, _row)
