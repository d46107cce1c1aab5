"""A small county for the engine's tests: villages of two kinds, elements, figures, accepted months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from indicators.engine import Period, compute
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.judging import Outcome, applies, judge
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.engine.reading.situations import find_place, load_situation
from indicators.models import (
    MONTH_COLUMNS,
    DataElement,
    Indicator,
    LedgerLine,
    MonthlyReport,
    ReferenceSeries,
    ReferenceValue,
    Standard,
    Verdict,
)
from indicators.workflow import MonthStatus
from tests.factories import (
    DataElementFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    VillageFactory,
    VillageKindFactory,
)
from villages.models import Programme, ProgrammeAttribute, Village, VillageKind

NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
SOUTH, NORTH, XING, TOWER = "640181101219", "640181101220", "640181201212", "640181001013"
EVERY_MONTH = range(1, 13)


@dataclass
class EngineScene:
    """The programme, and short ways to fill it, to compute it, and to ask both readers."""

    programme: Programme = field(default_factory=ProgrammeFactory)
    villages: dict[str, Village] = field(default_factory=dict)

    def village(
        self, code: str = SOUTH, name: str = "泾灵南村", kind: str = "eco", township: str = "郝家桥镇"
    ) -> Village:
        """Enrol a village of a kind."""
        village = VillageFactory(code=code, name=name, township_name=township)
        kind_name = {"eco": "生态移民村", "labour": "劳务移民社区"}[kind]
        kind_row = VillageKindFactory(programme=self.programme, code=kind, name=kind_name)
        EnrolmentFactory(programme=self.programme, village=village, kind=kind_row)
        self.villages[code] = village
        return village

    def element(self, code: str, aggregation: str = "last", **more):
        """Define an element."""
        defaults = {"name": code, "unit": "", "value_type": "decimal", "places": 4}
        return DataElementFactory(code=code, aggregation=aggregation, **defaults | more)

    def figures(self, element, year: int, months: Mapping[int, object], village: str = SOUTH) -> None:
        """Put figures into months of a line, leaving the others as they are."""
        key = {"year": year, "village_id": self.villages[village].pk, "element_id": element.pk}
        values = {MONTH_COLUMNS[month - 1]: value for month, value in months.items()}
        if not LedgerLine.objects.filter(**key).update(**values):
            LedgerLine.objects.create(**key, **values)

    def accept(self, year: int, months: Sequence[int] = EVERY_MONTH, village: str = SOUTH) -> None:
        """Accept months of a village."""
        MonthlyReport.objects.bulk_create(
            MonthlyReport(
                village=self.villages[village], month=date(year, month, 1), status=MonthStatus.ACCEPTED
            )
            for month in months
        )

    def indicator(self, code: str, expression: str, **more) -> Indicator:
        return Indicator.objects.create(
            programme=self.programme, code=code, expression=expression, **{"name": code} | more
        )

    def standard(self, code: str = "S11", expression: str = "", **more) -> Standard:
        """Define a standard over an indicator of its own."""
        indicator = self.indicator(f"of_{code}", expression) if expression else more.pop("indicator", None)
        kinds, villages = more.pop("kinds", []), more.pop("villages", [])
        defaults = {
            "name": code,
            "section": "standard",
            "clause": "一(三)",
            "comparator": ">=",
            "threshold": "95",
            "scope": "village",
            "first_year": 2022,
            "last_year": 2025,
        }
        row = Standard.objects.create(
            programme=self.programme, code=code, indicator=indicator, **defaults | more
        )
        row.kinds.set(kinds)
        row.villages.set(villages)
        row.refresh_from_db(fields=["points", "least_points"])
        return row

    def attribute(self, code: str, choices: Sequence[str] | None = None) -> ProgrammeAttribute:
        """Define what the programme knows of its villages: one of some texts, or a number."""
        kind = (
            {"value_type": "number"} if choices is None else {"value_type": "text", "choices": list(choices)}
        )
        return ProgrammeAttribute.objects.create(programme=self.programme, code=code, name=code, **kind)

    def know(self, village: str = SOUTH, **attributes: object) -> None:
        """Say what is known of a village."""
        self.villages[village].enrolments.update(attributes=attributes)

    def series(self, code: str, values: Mapping[tuple[str, int], object]) -> ReferenceSeries:
        """Publish figures by area and year."""
        series = ReferenceSeries.objects.create(code=code, name=code, unit="%")
        for (area, year), value in values.items():
            ReferenceValue.objects.create(
                series=series, area_code=area, year=year, value=value, source="统计公报"
            )
        return series

    def catalogue_ids(self) -> list[int]:
        return list(DataElement.objects.values_list("pk", flat=True))

    def kinds(self, *codes: str) -> list[VillageKind]:
        return list(self.programme.kinds.filter(code__in=codes))

    def compute(self, year: int = 2025, **more):
        return compute(self.programme, year, now=NOW, **more)

    def verdict(self, standard: Standard, scope_code: str = SOUTH, year: int = 2025) -> Verdict:
        """Compute and return one verdict, and hold the other reader to it."""
        self.compute(year)
        verdict = Verdict.objects.get(standard=standard, scope_code=scope_code, year=year)
        month = NOW.month if year == NOW.year else 12
        outcome, latest = self.interpreted(standard, scope_code, Period(year, month))
        assert as_stored(outcome, latest) == as_row(verdict)
        return verdict

    def interpreted(self, standard: Standard, scope_code: str, until: Period) -> tuple[Outcome, date | None]:
        """Ask the Python reader."""
        catalogue = Catalogue.load(self.programme)
        [rule] = make_rules(catalogue, [standard])
        return interpret(catalogue, rule, scope_code, until)


def interpret(
    catalogue: Catalogue, rule: Rule, scope_code: str, until: Period
) -> tuple[Outcome, date | None]:
    """What the Python reader finds for one place."""
    place = find_place(catalogue, rule, scope_code)
    situation = load_situation(catalogue, place, rule.formulas, until).until(rule.period(until))
    latest = situation.latest_of(rule.value) if applies(rule, situation) else None
    return judge(rule, situation), data_month(latest)


def data_month(period: Period | None) -> date | None:
    return period.first_day if period else None


def as_stored(outcome: Outcome, latest: date | None) -> dict:
    """What the Python reader found, as a verdict's row keeps it."""
    return {
        "status": str(outcome.status),
        "value": outcome.stored(outcome.value),
        "threshold": outcome.stored(outcome.threshold),
        "gap": outcome.stored(outcome.gap),
        "stretch_met": outcome.stretch_met,
        "score": outcome.score,
        "data_month": latest,
    }


def as_row(verdict: Verdict) -> dict:
    columns = ("status", "value", "threshold", "gap", "stretch_met", "score", "data_month")
    return {name: getattr(verdict, name) for name in columns}


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]
