"""灵武 on 12 November 2025: its programme, somebody of every role, and years of accepted months.

西湖社区 is the last village without a title. Its November is empty, and 医保局 has given no figure this year.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from accounts.models import Organisation, Role, User
from indicators.models import MONTH_COLUMNS, DataElement, LedgerLine, MonthlyReport, ProgrammeElement
from indicators.workflow import MonthStatus
from programme_files.services import programme_load
from tests.conftest import PROJECT
from tests.factories import PASSWORD, UserFactory
from villages.models import Enrolment, Programme, Village

__all__ = ["NOVEMBER", "NOW", "PASSWORD", "PROVIDED", "TYPED", "WEST_LAKE", "County"]

NOW = datetime(2025, 11, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NOVEMBER = date(2025, 11, 1)
WEST_LAKE = "640181001002"
YEARS = (2024, 2025)
LAST_YEAR = Decimal("0.9")  # of this year's figures: everything grew

# What the clerk types for November, which is all that a community is asked for besides its plan.
TYPED = {
    "households": "812",
    "population": "2436",
    "income_per_capita": "20150",
    "wage_income_per_capita": "15620",
    "collective_income": "4.80",
    "labour_force": "1240",
    "willing_labour": "1205",
    "employed": "1188",
    "stable_employed": "921",
    "organised_employed": "265",
    "new_stable_jobs": "12",
    "able_families": "640",
    "able_families_employed": "640",
    "agri_training": "0",
    "skill_training": "24",
    "new_businesses": "3",
    "businesses": "186",
    "sewage_generated": "9800",
    "sewage_treated": "9310",
    "sewage_households": "800",
    "garbage_generated": "36.5",
    "garbage_treated": "36.2",
    "village_area": "620",
    "green_area": "287",
    "committee_trainings": "1",
    "surveyed_people": "120",
    "satisfied_people": "117",
    "leader_visits": "1",
    "infrastructure_total": "24",
    "infrastructure_done": "24",
    "projects_carried_out": "0",
    "project_investment": "0",
    "new_microloans": "15",
}
# What the departments type, each its own.
PROVIDED = {
    "人社局": {"pension_due": "1655", "pension_insured": "1630"},
    "医保局": {"medical_due": "2436", "medical_insured": "2410"},
    "教体局": {"school_cohort": "62", "school_finishing": "62", "dropouts": "0"},
    "卫健局": {"doctor_households": "812"},
    "组织部": {"party_stars": "3"},
}


class County:
    """`county.clerk` and the like are people; `county.officers["医保局"]` is a department's."""

    def __init__(self) -> None:
        text = (PROJECT / "programmes" / "lingwu.yaml").read_text()
        self.programme: Programme = programme_load(text=text, actor=None, now=NOW).programme
        self.village = Village.objects.get(code=WEST_LAKE)
        Enrolment.objects.update(target_year=2024)
        Enrolment.objects.filter(village=self.village).update(target_year=2025)
        self._people()
        self._months()

    def _people(self) -> None:
        self.clerk = _person("李红", Role.CLERK, "城区街道办")
        self.head = _person("马主任", Role.HEAD, "城区街道办")
        self.bureau = _person("王振兴", Role.BUREAU, "乡村振兴局")
        self.city = _person("周复审", Role.CITY, "银川市农村工作领导小组办公室")
        self.leader = _person("张书记", Role.LEADER, "市委办")
        self.auditor = _person("吴纪检", Role.AUDITOR, "纪委监委")
        self.administrator = _person("赵军", Role.ADMINISTRATOR, "政府办")
        self.officers = {name: _person(f"{name[0]}干部", Role.DEPARTMENT, name) for name in PROVIDED}

    @property
    def everybody(self) -> list[User]:
        return list(User.objects.order_by("pk"))

    @property
    def month_url(self) -> str:
        return f"/indicators/months/{WEST_LAKE}/2025/11/"

    def label(self, code: str) -> str:
        """The name of a data element, as the form prints it."""
        return DataElement.objects.get(code=code).name

    # --- the months before this one ---------------------------------------------------------------
    def _months(self) -> None:
        months = [date(year, month, 1) for year in range(2022, 2026) for month in range(1, 13)]
        places = [(village, month) for village in Village.objects.all() for month in months]
        MonthlyReport.objects.bulk_create(
            MonthlyReport(village=village, month=month, version=1, status=MonthStatus.ACCEPTED)
            for village, month in places
            if month < NOVEMBER or (month == NOVEMBER and village != self.village)
        )
        LedgerLine.objects.bulk_create(self._lines())

    def _lines(self) -> list[LedgerLine]:
        asked = ProgrammeElement.objects.filter(programme=self.programme).select_related("element")
        figures = TYPED | {code: text for own in PROVIDED.values() for code, text in own.items()}
        return [
            self._line(row.element, year, Decimal(figures[row.element.code]))
            for row in asked
            for year in YEARS
            if row.element.code in figures and not (year == 2025 and row.element.code.startswith("medical"))
        ]

    def _line(self, element: DataElement, year: int, figure: Decimal) -> LedgerLine:
        known = MONTH_COLUMNS[:10] if year == 2025 else MONTH_COLUMNS
        grain = Decimal(1).scaleb(-element.places)
        value = (figure * (LAST_YEAR if year == 2024 else 1)).quantize(grain, ROUND_HALF_UP)
        return LedgerLine(year=year, village=self.village, element=element, **dict.fromkeys(known, value))


def _person(name: str, role: str, office: str) -> User:
    return UserFactory(name=name, roles=[role], organisation=Organisation.objects.get(name=office))
