"""Who takes part in these tests, one per role, all in one county."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import Organisation, Role, User
from tests.factories import DepartmentFactory, OrganisationFactory, TownshipFactory, UserFactory

NOW = datetime(2025, 11, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


class People:
    """`people.bureau` and the like; `people.neighbour` is a clerk of the next township."""

    def __init__(self) -> None:
        self.bureau_office, self.township = OrganisationFactory(), TownshipFactory()
        self.farming = DepartmentFactory(name="农业农村局")
        self.insurance = DepartmentFactory(name="医保局")
        self.clerk = self._person("李红", Role.CLERK, self.township)
        self.head = self._person("马镇长", Role.HEAD, self.township)
        self.neighbour = self._person("杨洁", Role.CLERK, self._township("白土岗乡", "640181201"))
        self.department = self._person("农干部", Role.DEPARTMENT, self.farming)
        self.other_department = self._person("医干部", Role.DEPARTMENT, self.insurance)
        self.bureau = self._person("王振兴", Role.BUREAU, self.bureau_office)
        self.city = self._person("市复审", Role.CITY, self._city_office())
        self.leader = self._person("张领导", Role.LEADER, self.bureau_office)
        self.administrator = self._person("赵军", Role.ADMINISTRATOR, self.bureau_office)
        self.auditor = self._person("周敏", Role.AUDITOR, self.bureau_office)

    def _person(self, name: str, role: str, organisation: Organisation) -> User:
        return UserFactory(name=name, roles=[role], organisation=organisation)

    def _township(self, name: str, division_code: str) -> Organisation:
        return TownshipFactory(name=name, division_code=division_code)

    def _city_office(self) -> Organisation:
        kind = Organisation.Kind.PREFECTURE_OFFICE
        return OrganisationFactory(name="银川市农办", kind=kind, division_code="6401")
