"""Monthly reports with figures, steps and trail, in bulk: what the services would have written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from accounts.models import AuditEvent, User
from dashboard.demo.figures import STORIES, figures_of
from dashboard.demo.moments import LAST_MONTH, LAST_YEAR, at, in_month
from dashboard.demo.people import People
from dashboard.demo.story import Story
from indicators.models import DataElement, LedgerLine, MonthlyReport, MonthlyReportStep, ValueChange
from indicators.workflow import MONTH, MonthStatus
from villages.models import Programme, Village

BATCH = 5_000
LAST = date(LAST_YEAR, LAST_MONTH, 1)
RETURNED = "生活垃圾产生量和处理量都是上月的十倍，请核对后重新上报。"
# What the clerk of 西湖社区 has not typed yet for October, and what nobody has reported about its pupils.
STILL_EMPTY = frozenset(
    {"income_per_capita", "wage_income_per_capita", "stable_employed", "collective_income"}
)
SCHOOL = frozenset({"school_cohort", "school_finishing"})
TEN_TIMES = frozenset({"garbage_generated", "garbage_treated"})


@dataclass(frozen=True)
class Step:
    name: str
    by: User
    at: datetime
    comment: str = ""


@dataclass
class Entry:
    """One village's month: who typed what when, and the steps that followed."""

    story: Story
    village: Village
    month: date
    saves: list[tuple[User, datetime, dict[DataElement, Decimal]]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def status(self) -> str:
        return MONTH[self.steps[-1].name].target if self.steps else MonthStatus.DRAFT


class MonthWriter:
    """Writes the months of all five villages."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.people = people
        asked = programme.elements.select_related("element", "provider")
        self.elements = {row.element.code: row.element for row in asked}
        self.providers = {row.element.code: row.provider.name for row in asked if row.provider}
        places = {code: element.places for code, element in self.elements.items()}
        villages = {village.code: village for village in Village.objects.enrolled_in(programme)}
        self.villages = [(story, villages[story.code]) for story in STORIES]
        self.figures = {story.code: figures_of(story, places) for story in STORIES}

    def write(self, months: Sequence[date]) -> None:
        """Write these months of every village: headers, figures, changes, steps and trail."""
        entries = [self._entry(story, village, month) for month in months for story, village in self.villages]
        reports = MonthlyReport.objects.bulk_create([_report(entry) for entry in entries], batch_size=BATCH)
        pairs = list(zip(reports, entries, strict=True))
        for _, entry in pairs:
            for _, _, values in entry.saves:
                typed = {element.pk: value for element, value in values.items()}
                LedgerLine.objects.write_month(entry.village, entry.month, typed)
        ValueChange.objects.bulk_create([c for pair in pairs for c in _changes(*pair)], batch_size=BATCH)
        MonthlyReportStep.objects.bulk_create([s for pair in pairs for s in _steps(*pair)], batch_size=BATCH)
        AuditEvent.objects.bulk_create([e for pair in pairs for e in _trail(*pair)], batch_size=BATCH)

    def _entry(self, story: Story, village: Village, month: date) -> Entry:
        entry = Entry(story, village, month)
        clerk = self.people[story.clerk]
        by_office = self._by_office(story, month)
        entry.saves.append((clerk, _typed_at(story, month), by_office.pop("", {})))
        for office, values in sorted(by_office.items()):
            officer = self.people.of("department", office)
            entry.saves.append((officer, in_month(month, 14, 11), values))
        entry.steps = list(self._steps(story, month))
        return entry

    def _by_office(self, story: Story, month: date) -> dict[str, dict[DataElement, Decimal]]:
        """The month's figures by the department that provides them; the township's own under no name."""
        found: dict[str, dict[DataElement, Decimal]] = defaultdict(dict)
        for code, value in _typed(story, month, self.figures[story.code]).items():
            found[self.providers.get(code, "")][self.elements[code]] = value
        return found

    def _steps(self, story: Story, month: date) -> Iterator[Step]:
        head, bureau = self.people[story.head], self.people["bureau_zhenxing"]
        if month == LAST and story.name == "西湖社区":
            return
        yield Step("submit", head, in_month(month, 17, 15))
        if month < LAST or story.name == "镇河塔社区":
            yield Step("accept", bureau, in_month(month, 20, 16))
        elif story.name == "泾灵北村":
            yield Step("return", bureau, in_month(month, 21, 9, 30), RETURNED)


def _typed(
    story: Story, month: date, figures: Mapping[str, Mapping[tuple[int, int], Decimal]]
) -> dict[str, Decimal]:
    key = (month.year, month.month)
    values = {code: months[key] for code, months in figures.items() if key in months}
    if story.name == "西湖社区" and month.year == LAST_YEAR:
        values = {code: value for code, value in values.items() if code not in SCHOOL}
    if month == LAST and story.name == "西湖社区":
        values = {code: value for code, value in values.items() if code not in STILL_EMPTY}
    if month == LAST and story.name == "泾灵北村":
        values |= {code: values[code] * 10 for code in TEN_TIMES}
    return values


def _typed_at(story: Story, month: date) -> datetime:
    late = month == LAST and story.name == "西湖社区"
    return at(2025, 11, 6, 16, 20) if late else in_month(month, 12, 10)


def _report(entry: Entry) -> MonthlyReport:
    return MonthlyReport(
        village=entry.village,
        month=entry.month,
        status=entry.status,
        version=len(entry.saves),
        is_demonstration=True,
    )


def _changes(report: MonthlyReport, entry: Entry) -> Iterator[ValueChange]:
    for version, (by, moment, values) in enumerate(entry.saves, start=1):
        for element, value in values.items():
            yield ValueChange(report=report, element=element, version=version, new=value, by=by, at=moment)


def _steps(report: MonthlyReport, entry: Entry) -> Iterator[MonthlyReportStep]:
    status: str = MonthStatus.DRAFT
    for step in entry.steps:
        target = MONTH[step.name].target
        yield MonthlyReportStep(
            report=report,
            name=step.name,
            from_status=status,
            to_status=target,
            by=step.by,
            at=step.at,
            comment=step.comment,
        )
        status = target


def _trail(report: MonthlyReport, entry: Entry) -> Iterator[AuditEvent]:
    for version, (by, moment, values) in enumerate(entry.saves, start=1):
        codes = [element.code for element in values]
        yield _event(report, "填报", by, moment, version=version, elements=codes)
    for step in entry.steps:
        yield _event(report, MONTH[step.name].label, step.by, step.at, step=step.name, comment=step.comment)


def _event(report: MonthlyReport, deed: str, by: User, moment: datetime, **detail: object) -> AuditEvent:
    return AuditEvent(
        at=moment,
        actor=by,
        action=f"月报：{deed}",
        subject_type=report._meta.label_lower,
        subject_id=str(report.pk),
        subject_label=str(report),
        division_code=report.division_code,
        detail=detail,
    )
