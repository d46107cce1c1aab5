"""One county with something of everything in it, and people of every role in, beside, above and below it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import product
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Organisation, Role, User
from assessments.models import Application, SupervisionOrder
from assessments.services.supervision import order_issue
from indicators.models import (
    Amendment,
    Exemption,
    LatePermit,
    ScoreSection,
    Standard,
    Verdict,
    WorkbookImport,
)
from indicators.month_books.mapping import from_json
from indicators.month_books.rights import fillable_elements
from indicators.services.imports import import_map, import_run, import_upload
from programme_files.models import ProgrammeVersion
from projects.models import FundMovement, Project
from projects.services.funds import Booking, fund_allocate
from tests.assessments.scene import DEADLINE, NOW, Scene
from tests.common.test_uploads import PDF
from tests.factories import (
    EnrolmentFactory,
    MonthlyReportFactory,
    OrganisationFactory,
    ProjectFactory,
    ProjectFundFactory,
    UserFactory,
    VillageFactory,
)
from tests.indicators.book_scene import book
from villages.models import Enrolment, Evidence, Village
from villages.services.evidence import evidence_add

STATUSES = ("self_check", "municipal_review", "returned", "city_review", "awarded")
PLACES = ("own", "sibling", "parent", "child")
# Where a role's office lies, seen from village 640181101219: its own division, the one beside, above, below.
TOWNSHIP = {"own": "640181101", "sibling": "640181102", "parent": "640181", "child": "640181101219"}
COUNTY = {"own": "640181", "sibling": "640182", "parent": "6401", "child": "640181101"}
CITY = {"own": "6401", "sibling": "6402", "parent": "64", "child": "640181"}
OFFICES = {Role.CLERK: TOWNSHIP, Role.HEAD: TOWNSHIP, Role.CITY: CITY}


@dataclass
class World:
    """`world.village`, `world.report` and so on are rows; `world.client(role, place)` is a browser."""

    scene: Scene = field(default_factory=Scene)
    applications: dict[str, Application] = field(default_factory=dict)
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.scene.enrolment
        self._scorecard()
        for number, status in enumerate(STATUSES):
            self._move_to(f"64018110121{number}", f"村{number}")
            self.applications[status] = self.scene.reach(status)
        self._stand_in(home)
        self.village: Village = self.scene.village
        self.programme = self.scene.programme
        self.version = self._version()
        self.standard = self.scene.measured
        self.exemption = self._exemption()
        self.evidence, self.order = self._evidence(), self._order()
        self.report = MonthlyReportFactory(village=self.village, month=date(2025, 11, 1), status="submitted")
        self.permit = LatePermit.objects.create(
            village=self.village,
            month=date(2025, 10, 1),
            reason="数据晚到。",
            asked_by=self.scene.clerk,
            asked_at=NOW,
        )
        self.amendment = Amendment.objects.create(
            report=self.report, reason="名册更正。", asked_by=self.scene.clerk, asked_at=NOW
        )
        self.movement = self._movement()
        self.project: Project = self.movement.fund.project
        for who in product(Role.values, PLACES):
            person = self._person(*who)
            self.sessions[who] = self._log_in(person)
            if who == (Role.CLERK, "own"):
                self.unmapped_workbook, self.workbook = self._upload(person), self._upload(person)
        import_map(
            workbook=self.workbook,
            mapping=from_json(self.workbook.mapping),
            month=self.workbook.month,
            actor=self.workbook.by,
            now=NOW,
        )
        import_run(import_id=self.workbook.pk, tick=lambda: NOW)

    @property
    def verdict(self) -> Verdict:
        return Verdict.objects.get(standard=self.standard, scope_code=self.village.code, year=2025)

    @cached_property
    def rectification(self):
        return self.applications["returned"].rectifications.get()

    def client(self, role: str, place: str) -> Client:
        """A new browser in which a person of that role and place is logged in."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role, place]
        return client

    def grow(self, count: int) -> None:
        """Add villages with everything that lists show, to see whether pages grow with them."""
        for number in range(count):
            self._move_to(f"640181101{number:03}", f"添{number}")
            MonthlyReportFactory(village=self.scene.village, month=date(2025, 11, 1), status="submitted")
            self.scene.open()
            ProjectFactory(villages=[self.scene.village], division_code=self.scene.village.code)
            self._order()

    def _move_to(self, code: str, name: str) -> None:
        """Let the scene's people act on a new village."""
        self._stand_in(EnrolmentFactory(village=VillageFactory(code=code, name=name)))
        self.scene._ledger()

    def _stand_in(self, enrolment: Enrolment) -> None:
        self.scene.enrolment, self.scene.village = enrolment, enrolment.village

    def _log_in(self, user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def _person(self, role: str, place: str) -> User:
        code = OFFICES.get(role, COUNTY)[place]
        kind = Organisation.Kind.DEPARTMENT
        office = OrganisationFactory(name=f"{role}的单位", kind=kind, division_code=code)
        if role == Role.DEPARTMENT:
            self._make_responsible(office)
        return UserFactory(roles=[role], organisation=office)

    def _make_responsible(self, office: Organisation) -> None:
        """A department sees what it answers for; here it answers for everything."""
        for standard in (self.scene.measured, self.scene.judged):
            standard.departments.add(office)
        self.project.measure.departments.add(office)

    def _version(self) -> ProgrammeVersion:
        return ProgrammeVersion.objects.create(
            programme=self.programme, number=1, sha256="0" * 64, text="format: 1", loaded_at=NOW
        )

    def _exemption(self) -> Exemption:
        return Exemption.objects.create(
            standard=self.scene.judged,
            village=self.village,
            year=2024,
            reason="整村搬迁",
            approval="领导小组会议纪要",
            by=self.scene.bureau,
            at=NOW,
        )

    def _scorecard(self) -> None:
        """A scorecard of the measured standard, so that pages of scores have something to show."""
        card = ScoreSection.objects.create(programme=self.scene.programme, code="star", name="升阶晋星测评")
        Standard.objects.filter(pk=self.scene.measured.pk).update(points=10, score_section=card)

    def _evidence(self) -> Evidence:
        upload = SimpleUploadedFile("花名册.pdf", PDF)
        return evidence_add(
            village=self.village, upload=upload, title="花名册", actor=self.scene.clerk, now=NOW
        )

    def _order(self) -> SupervisionOrder:
        return order_issue(
            village=self.scene.village,
            organisation=self.scene.township,
            text="请尽快补齐参保台账。",
            deadline=DEADLINE,
            actor=self.scene.leader,
            now=NOW,
        )

    def _upload(self, clerk: User) -> WorkbookImport:
        """A workbook with a village that nobody knows."""
        heads = ["村名", fillable_elements(clerk)[0].name]
        file = SimpleUploadedFile("十月.xlsx", book([heads, ["没有这个村", 12]]))
        return import_upload(upload=file, month=date(2025, 10, 1), actor=clerk, now=NOW)

    def _movement(self) -> FundMovement:
        fund = ProjectFundFactory(project=ProjectFactory(villages=[self.village], status="approved"))
        booking = Booking(amount=Decimal(10), movement_date=NOW.date(), token=uuid4(), note="首批")
        return fund_allocate(fund=fund, booking=booking, actor=self.scene.bureau, now=NOW)
