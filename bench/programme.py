"""The programme that is measured with: 20 standards and 25 elements of programmes/lingwu.yaml."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from indicators.models import (
    DataElement,
    Indicator,
    ProgrammeElement,
    ReferenceSeries,
    ReferenceValue,
    Standard,
)
from villages.models import Programme, VillageKind

FILE = Path(__file__).resolve().parents[1] / "programmes" / "lingwu.yaml"
YEAR = 2025
NOW = datetime(2026, 1, 15, 1, 0, tzinfo=UTC)  # the year is over: verdicts as of December
STANDARDS = (
    "S01", "S02", "S03", "S04", "S06", "S07", "S08", "S09", "S10", "S11", "S12", "S13", "Q01",
    "M02-1", "M06-2", "M06-3", "M10-5", "M11-1", "M11-2", "M13-1",
)  # fmt: skip
ELEMENTS = (
    "agri_output", "special_agri_output", "village_output", "leading_output", "collective_income",
    "income_per_capita", "labour_force", "willing_labour", "employed", "stable_employed",
    "organised_employed", "pension_due", "pension_insured", "medical_due", "medical_insured",
    "school_cohort", "school_finishing", "dropouts", "sewage_generated", "sewage_treated",
    "garbage_generated", "garbage_treated", "party_stars", "committee_trainings", "leader_visits",
)  # fmt: skip


def make_programme(areas: list[str]) -> Programme:
    """Write the programme with kinds, elements and standards, and references for `areas` of every level."""
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    programme = Programme.objects.create(
        code="bench",
        name=document["programme"]["name"],
        title=document["programme"]["title"],
        division_code="",  # the nation
        source=document["programme"]["source"],
        first_year=2022,
        last_year=2025,
        near_percent=document["programme"]["near_percent"],
        month_due_day=20,
        self_check_opens="11-01",
        self_check_closes="11-30",
        municipal_review_closes="12-10",
        city_review_closes="12-31",
    )
    for kind in document["village_kinds"]:
        VillageKind.objects.create(programme=programme, **kind)
    _make_elements(programme, document)
    _make_standards(programme, document)
    _make_references(areas)
    return programme


def _make_elements(programme: Programme, document: dict[str, Any]) -> None:
    asked = {row["code"]: row for row in document["elements"]}
    for position, code in enumerate(ELEMENTS):
        row = asked[code]
        element = DataElement.objects.create(
            code=code,
            name=row["name"],
            unit=row.get("unit", ""),
            value_type=row["type"],
            aggregation=row["aggregation"],
            places=row.get("places", 0),
            group=row["group"],
            position=position,
        )
        ProgrammeElement.objects.create(programme=programme, element=element)


def _make_standards(programme: Programme, document: dict[str, Any]) -> None:
    expressions = {row["code"]: row for row in document["indicators"]}
    targets = [target for measure in document["measures"] for target in measure.get("targets", ())]
    known = {row["code"]: row for row in [*document["standards"], *targets]}
    kinds = {kind.code: kind for kind in programme.kinds.all()}
    for position, code in enumerate(STANDARDS):
        row = known[code]
        standard = Standard.objects.create(
            programme=programme,
            code=code,
            name=row["name"],
            section=Standard.Section.STANDARD,
            clause=row["clause"],
            indicator=_indicator(programme, expressions[row["indicator"]]) if "indicator" in row else None,
            comparator=row["comparator"],
            threshold=row.get("threshold", ""),
            stretch=row.get("stretch", ""),
            scope=row["scope"],
            first_year=row["years"][0],
            last_year=row["years"][1],
            position=position,
        )
        standard.kinds.set(kinds[kind] for kind in row.get("kinds", ()))


def _indicator(programme: Programme, row: dict[str, str]) -> Indicator:
    defaults = {key: row[key] for key in ("name", "unit", "expression") if key in row}
    indicator, _ = Indicator.objects.get_or_create(programme=programme, code=row["code"], defaults=defaults)
    return indicator


def _make_references(areas: list[str]) -> None:
    """Publish growth for all `areas` and income for provinces: figures that follow from the code alone."""
    for code, unit, lowest, step in (("rural_income_growth", "%", 4, 1), ("rural_income", "元", 15_000, 500)):
        series = ReferenceSeries.objects.create(code=code, name=code, unit=unit)
        ReferenceValue.objects.bulk_create(
            ReferenceValue(
                series=series,
                area_code=area,
                year=YEAR,
                value=lowest + step * (sum(map(int, area)) % 12),
                source="made for the measurement",
            )
            for area in areas
            if code == "rural_income_growth" or len(area) == 2
        )
