"""One village's month with the people around it: a clerk, a head, a department's officer and a reviewer."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from accounts.models import Organisation, User
from indicators.models import DataElement, LedgerLine, MonthlyReport
from indicators.services import months
from tests.factories import (
    DataElementFactory,
    DepartmentFactory,
    EnrolmentFactory,
    OrganisationFactory,
    ProgrammeElementFactory,
    TownshipFactory,
    UserFactory,
    ValidationRuleFactory,
    VillageKindFactory,
)
from villages.models import Programme, Village

NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
OCTOBER = date(2025, 10, 1)
SEPTEMBER = date(2025, 9, 1)


@dataclass
class Scene:
    """The rows of the scene, and short ways to do what tests do again and again."""

    programme: Programme
    village: Village
    due: DataElement
    insured: DataElement
    greening: DataElement
    plan: DataElement
    stars: DataElement
    medical: DataElement
    clerk: User
    head: User
    officer: User
    bureau: User
    township: Organisation
    department: Organisation
    figures: dict[str, str] = field(default_factory=dict)

    @property
    def elements(self) -> list[DataElement]:
        return [self.due, self.insured, self.greening, self.plan, self.stars, self.medical]

    @property
    def township_elements(self) -> list[DataElement]:
        return self.elements[:-1]

    @property
    def url(self) -> str:
        return f"/indicators/months/{self.village.code}/2025/10/"

    @property
    def report(self) -> MonthlyReport:
        return MonthlyReport.objects.get(village=self.village, month=OCTOBER)

    def save(self, values, *, actor=None, seen=None, month=OCTOBER, now=NOW):
        if seen is None:
            report = MonthlyReport.objects.filter(village=self.village, month=month).first()
            seen = report.version if report else 0
        return months.month_save(
            village=self.village,
            month=month,
            values={
                element.pk: None if value is None else Decimal(value) for element, value in values.items()
            },
            seen_version=seen,
            actor=actor or self.clerk,
            now=now,
        )

    def fill(self, month=OCTOBER):
        """A whole month that keeps every relation."""
        figures = {self.due: 1480, self.insured: 1410, self.greening: "45.5", self.plan: 1, self.stars: 3}
        self.save(figures, month=month)
        self.save({self.medical: 1500}, actor=self.officer, month=month)

    def submit(self, **more):
        return months.month_submit(report=self.report, actor=self.head, now=NOW, **more)

    def accept(self, **more):
        return months.month_accept(report=self.report, actor=self.bureau, now=NOW, **more)

    def give_back(self, comment="绿化覆盖率与上月相差太大，请核实。", **more):
        return months.month_return(report=self.report, comment=comment, actor=self.bureau, now=NOW, **more)

    def value(self, element, month=OCTOBER):
        return LedgerLine.objects.month_values(self.village, month).get(element.pk)

    def ask_only(self, *elements, code="labour", name="劳务移民社区"):
        """Ask for `elements` in villages of another kind only, which the village of the scene is not of."""
        kind = VillageKindFactory(programme=self.programme, code=code, name=name)
        for row in self.programme.elements.filter(element__in=elements):
            row.kinds.set([kind])
        return kind

    def typed(self, **texts) -> dict[str, str]:
        """What the township's form sends: what stands in the ledger, and `texts` by element code."""
        values = LedgerLine.objects.month_values(self.village, OCTOBER)
        report = MonthlyReport.objects.filter(village=self.village, month=OCTOBER).first()
        data = {"version": str(report.version if report else 0)}
        for element in self.township_elements:
            value = values.get(element.pk)
            data[f"v{element.pk}"] = "" if value is None else f"{value.normalize():f}"
        return data | {f"v{DataElement.objects.get(code=code).pk}": text for code, text in texts.items()}


def set_scene() -> Scene:
    enrolment = EnrolmentFactory()
    programme = enrolment.programme
    township, department = TownshipFactory(), DepartmentFactory()

    def element(position, code, name, provider=None, **fields):
        row = DataElementFactory(code=code, name=name, position=position, **fields)
        ProgrammeElementFactory(programme=programme, element=row, provider=provider)
        return row

    ValidationRuleFactory(programme=programme)
    return Scene(
        programme=programme,
        village=enrolment.village,
        due=element(1, "pension_due", "应参保人数"),
        insured=element(2, "pension_insured", "参保人数"),
        greening=element(
            3,
            "greening",
            "绿化覆盖率",
            unit="%",
            value_type="decimal",
            places=1,
            minimum=0,
            maximum=100,
            group="人居环境",
        ),
        plan=element(4, "village_plan", "村庄规划已完成", unit="", value_type="boolean", group="人居环境"),
        stars=element(5, "party_stars", "党组织星级", unit="星", value_type="level", group="基层治理"),
        medical=element(6, "medical_insured", "医保参保人数", provider=department, group="社会保障"),
        clerk=UserFactory(username="clerk", name="张三", organisation=township, roles=["clerk"]),
        head=UserFactory(username="head", name="王镇长", organisation=township, roles=["head"]),
        officer=UserFactory(username="officer", name="马医保", organisation=department, roles=["department"]),
        bureau=UserFactory(
            username="bureau", name="刘科长", organisation=OrganisationFactory(), roles=["bureau"]
        ),
        township=township,
        department=department,
    )
