"""A township, its village and everybody who takes part in the year; the way to each status by services."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Organisation, Role, User
from assessments.models import Application, RectificationItem
from assessments.services import awards, opinions, rectifications, reviews, self_checks, submissions
from assessments.services.opinions import OpinionDraft
from assessments.services.reviews import Demand
from indicators.engine import compute
from indicators.models import Indicator, LedgerLine, MonthlyReport, Standard
from tests.factories import (
    DataElementFactory,
    DepartmentFactory,
    EnrolmentFactory,
    OrganisationFactory,
    ProgrammeElementFactory,
    TownshipFactory,
    UserFactory,
)

NOW = datetime(2025, 11, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
DEADLINE = date(2025, 11, 30)


class Scene:
    """`scene.head` and so on are people; `scene.reach("city_review")` gives an application that is there."""

    def __init__(self) -> None:
        self.enrolment = EnrolmentFactory()
        self.village, self.programme = self.enrolment.village, self.enrolment.programme
        self.bureau_office = OrganisationFactory()
        self.city_office = OrganisationFactory(
            name="银川市农办", kind=Organisation.Kind.PREFECTURE_OFFICE, division_code="6401"
        )
        self.township = TownshipFactory()
        self.insurance, self.party = DepartmentFactory(), DepartmentFactory(name="组织部")
        self._people()
        self.measured = self._standard("S12", "基本医疗保险参保率", self.insurance)
        self.judged = self._standard("Q01", "基层党建、人才机制、社会治理、乡村文明", self.party, judged=True)
        self._ledger()

    def _ledger(self) -> None:
        """October is accepted, with 197 of 200 insured: 98.5 %, where 98 % is asked."""
        MonthlyReport.objects.create(
            village=self.village, month=date(2025, 10, 1), status="accepted", version=3
        )
        self.insured = DataElementFactory(code="health_insured", name="医保参保人数")
        due = DataElementFactory(code="health_due", name="医保应参保人数")
        for element in (self.insured, due):
            ProgrammeElementFactory(programme=self.programme, element=element)
            LedgerLine.objects.create(year=2025, village=self.village, element=element, m10=200)
        self.insure(197)

    def insure(self, people: int) -> None:
        """Change October's figure afterwards, as an amendment would, and compute again."""
        line = LedgerLine.objects.filter(year=2025, village=self.village, element=self.insured)
        line.update(m10=people)
        compute(self.programme, 2025, now=NOW, villages=[self.village])

    def _people(self) -> None:
        self.clerk = UserFactory(name="填报员", roles=[Role.CLERK], organisation=self.township)
        self.head = UserFactory(name="负责人", roles=[Role.HEAD], organisation=self.township)
        self.department = UserFactory(name="医保干部", roles=[Role.DEPARTMENT], organisation=self.insurance)
        self.bureau = UserFactory(name="农办干部", roles=[Role.BUREAU], organisation=self.bureau_office)
        self.city = UserFactory(name="市级复审员", roles=[Role.CITY], organisation=self.city_office)
        self.leader = UserFactory(name="领导", roles=[Role.LEADER], organisation=self.bureau_office)
        self.administrator = UserFactory(
            name="管理员", roles=[Role.ADMINISTRATOR], organisation=self.bureau_office
        )
        self.auditor = UserFactory(name="审计员", roles=[Role.AUDITOR], organisation=self.bureau_office)

    def _standard(self, code: str, name: str, department: Organisation, *, judged: bool = False) -> Standard:
        indicator = (
            None
            if judged
            else Indicator.objects.create(
                programme=self.programme,
                code=code.lower(),
                name=name,
                unit="%",
                expression="health_insured / health_due * 100",
            )
        )
        standard = Standard.objects.create(
            programme=self.programme,
            code=code,
            name=name,
            section=Standard.Section.STANDARD,
            clause="一（三）",
            indicator=indicator,
            comparator=Standard.Comparator.JUDGED if judged else Standard.Comparator.AT_LEAST,
            threshold="" if judged else "98",
            scope=Standard.Scope.VILLAGE,
            first_year=2022,
            last_year=2025,
            position=2 if judged else 1,
        )
        standard.departments.set([department])
        return standard

    def person(self, role: str) -> User:
        return getattr(self, role)

    # --- the way through the year ---------------------------------------------------------------
    def reach(self, status: str) -> Application:
        """Take a fresh application to `status`, each step by the right person."""
        way = {
            "self_check": [],
            "withdrawn": [self.withdraw],
            "submitted": [self.submit],
            "municipal_review": [self.submit, self.start],
            "returned": [self.submit, self.start, self.send_back],
            "failed": [self.submit, self.start, self.fail],
            "municipal_passed": [self.submit, self.start, self.judge, self.municipal_pass],
            "city_review": [self.submit, self.start, self.judge, self.municipal_pass, self.start_city],
            "awarded": [
                self.submit, self.start, self.judge, self.municipal_pass, self.start_city, self.award
            ],
        }  # fmt: skip
        way["revoked"] = [*way["awarded"], self.lose, self.revoke]
        application = self.open()
        for step in way[status]:
            step(application)
        application.refresh_from_db()
        assert application.status == status
        return application

    def open(self) -> Application:
        application = self_checks.application_open(enrolment=self.enrolment, actor=self.clerk, now=NOW)
        return self_checks.self_check_save(
            application=application,
            seen_version=0,
            report="一年来，泾灵南村……",
            statements={self.judged.pk: "两委健全，三星级党组织。"},
            actor=self.clerk,
            now=NOW,
        )

    def submit(self, application: Application, **kwargs) -> None:
        submissions.application_submit(application=application, actor=self.head, now=NOW, **kwargs)

    def withdraw(self, application: Application) -> None:
        submissions.application_withdraw(application=application, actor=self.head, now=NOW)

    def start(self, application: Application) -> None:
        reviews.review_start(application=application, actor=self.bureau, now=NOW)

    def say(self, application: Application, outcome: str = "pass", note: str = "") -> None:
        opinions.opinions_give(
            application=application,
            drafts=[OpinionDraft(self.measured.pk, outcome, note)],
            actor=self.department,
            now=NOW,
        )

    def judge(self, application: Application, *, is_met: bool = True) -> None:
        opinions.judgement_decide(
            application=application,
            standard=self.judged,
            is_met=is_met,
            note="现场查看，材料齐全。",
            actor=self.bureau,
            now=NOW,
        )

    def municipal_pass(self, application: Application, comment: str = "") -> None:
        reviews.municipal_pass(application=application, actor=self.bureau, now=NOW, comment=comment)

    def send_back(self, application: Application) -> RectificationItem:
        reviews.application_return(
            application=application,
            demands=[Demand("补齐参保台账", self.measured.pk)],
            deadline=DEADLINE,
            comment="参保台账不全",
            actor=self.bureau,
            now=NOW,
        )
        return application.rectifications.latest("pk")

    def mend(self, application: Application) -> None:
        for item in application.rectifications.filter(status="open"):
            rectifications.rectification_report(item=item, actor=self.clerk, now=NOW, comment="已补齐")

    def sign_off(self, application: Application) -> None:
        for item in application.rectifications.filter(status="done"):
            rectifications.rectification_close(item=item, actor=self.bureau, now=NOW)

    def fail(self, application: Application) -> None:
        reviews.application_fail(application=application, actor=self.bureau, now=NOW, comment="差距较大")

    def start_city(self, application: Application) -> None:
        awards.city_review_start(application=application, actor=self.city, now=NOW)

    def award(self, application: Application) -> None:
        awards.application_award(
            application=application, award_date=TODAY, funds=Decimal(50), actor=self.city, now=NOW
        )

    def lose(self, application: Application) -> None:
        later = NOW.replace(year=2026)
        awards.recheck_record(
            award=application.award, year=2026, outcome="lost", note="参保率跌破 98%",
            actor=self.bureau, now=later,
        )  # fmt: skip

    def revoke(self, application: Application) -> None:
        later = NOW.replace(year=2026)
        awards.award_revoke(application=application, actor=self.city, now=later, comment="不再达标")
