"""The finished years by the services: self-check, application, opinions, reviews, award, funds, re-checks."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from accounts.models import User
from assessments.models import Application, Award
from assessments.services.awards import application_award, award_pay, city_review_start, recheck_record
from assessments.services.opinions import OpinionDraft, judgement_decide, opinions_give
from assessments.services.rectifications import rectification_close, rectification_report
from assessments.services.reviews import Demand, application_return, municipal_pass, review_start
from assessments.services.self_checks import application_open, self_check_save
from assessments.services.submissions import application_submit
from dashboard.demo.moments import at
from dashboard.demo.people import People
from dashboard.demo.story import Story
from indicators.models import Standard
from villages.models import Enrolment, Programme

TOKENS = UUID("5f0c7d52-9c1e-4a5e-8f53-6d656d6f0002")
FUNDS = Decimal(80)
LAST_PAID_IN_FULL = 2024
# (office, year): a member department that said nothing, which is recorded as missing.
SILENT = {("宣传部", 2023)}
REPORT = (
    "对照创建标准逐项自查，各项指标已经达到要求。演示材料：{name}{year}年围绕产业、就业、公共服务和人居环境"
    "四个方面推进创建，月报数据由乡镇（街道）和各部门共同核对。"
)
STATEMENTS = {
    "Q01": "党组织按期换届，评定星级达到要求；村规民约、红白理事会和网格服务正常运转。（演示）",
    "Q02": "集体收益分配方案经村民代表会议通过并公示，收支按季公开。（演示）",
}
JUDGED = "查阅会议记录、公示照片和台账，实地走访，情况属实。（演示）"
DEMAND = "居民反映巷道垃圾桶不足，请补充设施并落实日常清运。（演示）"


class Creation:
    """Takes one village through its year."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.programme = programme
        self.people = people
        self.reviewer = people["bureau_nongban"]
        self.city = people["city_yinchuan"]

    def create(self, story: Story) -> None:
        """From the self-check to the title, in the village's year."""
        application = self._self_check(story)
        self._submit(application, story, at(story.created, 11, 22))
        self._review(application, at(story.created, 11, 25))
        if story.name == "泾兴村":
            self._send_back(application, story)
        self._award(application)

    def recheck(self, story: Story, year: int) -> None:
        """The yearly look at a title that was given earlier."""
        award = Award.objects.get(application__village__code=story.code)
        recheck_record(
            award=award,
            year=year,
            outcome="kept",
            note="对照标准复核，各项保持达标。（演示）",
            actor=self.reviewer,
            now=at(year, 12, 5),
        )

    def _self_check(self, story: Story) -> Application:
        clerk, year = self.people[story.clerk], story.created
        enrolment = Enrolment.objects.get(programme=self.programme, village__code=story.code)
        application = application_open(
            enrolment=enrolment, actor=clerk, now=at(year, 11, 5), is_demonstration=True
        )
        statements = {
            item.standard_id: STATEMENTS[item.standard.code]
            for item in application.items.select_related("standard")
            if item.standard.code in STATEMENTS
        }
        return self_check_save(
            application=application,
            seen_version=application.version,
            report=REPORT.format(name=story.name, year=year),
            statements=statements,
            actor=clerk,
            now=at(year, 11, 18),
        )

    def _submit(self, application: Application, story: Story, now: datetime) -> None:
        application_submit(application=application, actor=self.people[story.head], now=now)

    def _review(self, application: Application, begun: datetime) -> None:
        """Taken up, and looked at by every member department and the reviewer within two days."""
        review_start(application=application, actor=self.reviewer, now=begun)
        application.refresh_from_db()
        for officer in self.people.departments():
            self._opinions(application, officer, begun + timedelta(days=1))
        judged = application.items.filter(standard__comparator=Standard.Comparator.JUDGED)
        for item in judged.select_related("standard"):
            judgement_decide(
                application=application,
                standard=item.standard,
                is_met=True,
                note=JUDGED,
                actor=self.reviewer,
                now=begun + timedelta(days=2),
            )

    def _opinions(self, application: Application, officer: User, now: datetime) -> None:
        own = application.items.filter(standard__departments=officer.organisation)
        if own.exists() and (officer.organisation.name, application.year) not in SILENT:
            drafts = [OpinionDraft(item.standard_id, "pass", is_on_site=True) for item in own]
            opinions_give(application=application, drafts=drafts, actor=officer, now=now)

    def _send_back(self, application: Application, story: Story) -> None:
        """One round of rectification: demanded, reported done, handed in again, closed."""
        year = story.created
        application_return(
            application=application,
            demands=[Demand(DEMAND)],
            deadline=date(year, 12, 4),
            comment="现场查看发现环境问题，请限期整改。（演示）",
            actor=self.reviewer,
            now=at(year, 11, 28),
        )
        item = application.rectifications.get()
        clerk = self.people[story.clerk]
        done = "已增设垃圾桶42个，明确清运责任人。（演示）"
        rectification_report(item=item, actor=clerk, now=at(year, 12, 2), comment=done)
        self._submit(application, story, at(year, 12, 3))
        self._review(application, at(year, 12, 4))
        rectification_close(item=item, actor=self.reviewer, now=at(year, 12, 6, 15))

    def _award(self, application: Application) -> None:
        year = application.year
        municipal_pass(application=application, actor=self.reviewer, now=at(year, 12, 8))
        city_review_start(application=application, actor=self.city, now=at(year, 12, 12))
        award = application_award(
            application=application,
            award_date=date(year, 12, 22),
            funds=FUNDS,
            actor=self.city,
            now=at(year, 12, 22),
        )
        self._pay(award, "48", date(year, 12, 29))
        if year < LAST_PAID_IN_FULL:
            self._pay(award, "32", date(year + 1, 6, 16))

    def _pay(self, award: Award, amount: str, day: date) -> None:
        award_pay(
            award=award,
            amount=Decimal(amount),
            paid_date=day,
            note="演示数据",
            token=uuid5(TOKENS, f"{award.division_code} {day}"),
            actor=self.people["bureau_zhenxing"],
            now=at(day.year, day.month, day.day),
        )
