"""The application of a village for the title in one year (验收申请), and its steps."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Organisation, TransitionStep, User
from accounts.permissions import Permission, allows
from assessments.workflow import APPLICATION, DUE, EDITABLE, OPEN, WAITS_FOR, ApplicationStatus
from common.divisions import within
from villages.models import Enrolment, Programme, Village

# Whose move it is: who may take the next step out of a status.
MOVES = {
    Permission.SELF_CHECK: frozenset({ApplicationStatus.SELF_CHECK, ApplicationStatus.RETURNED}),
    Permission.MUNICIPAL_REVIEW: frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.MUNICIPAL_REVIEW}),
    Permission.CITY_REVIEW: frozenset({ApplicationStatus.MUNICIPAL_PASSED, ApplicationStatus.CITY_REVIEW}),
}


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> Self:
        """Applications of villages inside the user's division."""
        return self.filter(within(user.division_code, field="village__code"))

    def for_list(self) -> Self:
        """Newest year first, in village order, with what a row prints."""
        return self.select_related("village", "programme").order_by("-year", "village__code")

    def matching(self, *, year: int | None = None, status: str = "", township: str = "") -> Self:
        """Of one year, in one status, in one township (its division code)."""
        found = self.filter(within(township, field="village__code"))
        found = found.filter(year=year) if year else found
        return found.filter(status=status) if status else found

    def enrolments_to_apply(self, user: User, *, at: date) -> "models.QuerySet[Enrolment]":
        """Villages in the user's division whose year has come or passed and that have no application yet.

        From the day the self-check opens; each row has `village`, `programme`, `target_year`, and is due on
        the day it closes (`programme.date_of("self_check_closes", at.year)`).
        """
        running = Enrolment.objects.visible_to(user).filter(
            programme__first_year__lte=at.year,
            programme__last_year__gte=at.year,
            programme__self_check_opens__lte=f"{at:%m-%d}",
        )
        settled = self.settled_for(at.year).filter(
            programme=OuterRef("programme"), village=OuterRef("village")
        )
        return running.filter(target_year__lte=at.year).exclude(Exists(settled)).for_list()

    def settled_for(self, year: int) -> Self:
        """Applications that leave no room for one in `year`: of that year, awarded, or not decided."""
        return self.filter(Q(year=year) | Q(status__in=[ApplicationStatus.AWARDED, *OPEN]))

    def awaiting_opinion_of(self, user: User) -> Self:
        """Applications under municipal review in which the user's department still owes opinions.

        Each row has `opinions_missing`, how many standards it has not spoken about in this round.
        """
        is_member = user.organisation.kind == Organisation.Kind.DEPARTMENT
        if not (is_member and allows(user, Permission.OPINION_GIVE)):
            return self.none()
        mine = user.organisation
        own = Q(items__standard__departments=mine)
        said = Q(
            opinions__organisation=mine, opinions__round=F("round"), opinions__standard__departments=mine
        )
        under_review = self.visible_to(user).filter(status=ApplicationStatus.MUNICIPAL_REVIEW)
        missing = Count("items", filter=own, distinct=True) - Count("opinions", filter=said, distinct=True)
        return under_review.annotate(opinions_missing=missing).filter(opinions_missing__gt=0).for_list()

    def locked(self, pk: int) -> "Application":
        """One application, held until the transaction ends, with what its rules read."""
        return self.select_for_update(of=("self",)).select_related("village", "programme").get(pk=pk)

    def in_progress(self) -> Self:
        """Applications that are not decided yet."""
        return self.filter(status__in=OPEN)

    def waiting_for(self, user: User, *, at: date) -> Self:
        """Applications in which the next step is the user's, by permission and division.

        Each row has `due_date`, and its status says what to do. A returned application whose deadline has
        passed at `at` waits for the bureau as well: to extend or to end it.
        """
        moves = Q(pk__in=[])
        for permission, statuses in MOVES.items():
            if allows(user, permission):
                moves |= Q(status__in=statuses)
        if allows(user, Permission.MUNICIPAL_REVIEW):
            moves |= Q(status=ApplicationStatus.RETURNED, deadline__lt=at)
        return self.visible_to(user).filter(moves).for_list()


class Application(models.Model):
    """One village, one programme, one year: from self-check to award, in as many rounds as it takes."""

    WORKFLOW: ClassVar = APPLICATION

    opinions_missing: int  # only where `awaiting_opinion_of` has counted them

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    village = models.ForeignKey(Village, on_delete=models.PROTECT, related_name="applications")
    year = models.PositiveSmallIntegerField("年度")
    status = models.CharField(
        "状态", max_length=20, choices=ApplicationStatus.choices, default=ApplicationStatus.SELF_CHECK
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    deadline = models.DateField("本轮期限", null=True, blank=True, help_text="退回或延长时定下的期限。")
    self_check_report = models.TextField("自查报告", blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    created_by = models.ForeignKey(User, verbose_name="发起人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("发起时间")
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "验收申请"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "village", "year"], name="application_once_a_year"),
            models.UniqueConstraint(
                fields=["programme", "village"],
                condition=Q(status__in=sorted(OPEN)),
                name="application_one_in_progress",
            ),
            models.UniqueConstraint(
                fields=["programme", "village"], condition=Q(status="awarded"), name="village_awarded_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | Q(deadline__isnull=False),
                name="application_return_deadline",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["year", "status"], name="application_year_status")]

    def __str__(self) -> str:
        return f"{self.village} {self.year} 年验收申请"

    def get_absolute_url(self) -> str:
        return reverse("assessments:detail", kwargs={"pk": self.pk})

    @property
    def division_code(self) -> str:
        return self.village.code

    @property
    def village_year(self) -> dict[str, Any]:
        """What is judged: whose verdicts of which year."""
        return {"programme": self.programme, "village": self.village, "year": self.year}

    @property
    def is_editable(self) -> bool:
        """Whether the self-check may still change."""
        return self.status in EDITABLE

    @property
    def due_date(self) -> date | None:
        """The day by which the present status should be left; None when nothing is due."""
        return self.calendar().get(DUE.get(ApplicationStatus(self.status), ""))

    @property
    def waits_for(self) -> str:
        """Who has the next step, in words; empty when nobody has."""
        return WAITS_FOR.get(ApplicationStatus(self.status), "")

    def calendar(self) -> dict[str, date]:
        """The days that the workflow's table names, for this year and round."""
        names = ("self_check_opens", "self_check_closes", "municipal_review_closes", "city_review_closes")
        days = {name: self.programme.date_of(name, self.year) for name in names}
        if self.deadline:
            days["self_check_closes"] = days["rectification_closes"] = self.deadline
            days["rectification_lapses"] = self.deadline + timedelta(days=1)
        return days

    def current_steps(self) -> "models.QuerySet[ApplicationStep]":
        """The steps of this round: those that count for four eyes."""
        return self.steps.filter(round=self.round)


class ApplicationStepQuerySet(models.QuerySet["ApplicationStep"]):
    def for_history(self) -> Self:
        """Newest first, with who took the step."""
        return self.select_related("by", "by__organisation").order_by("-at", "-pk")


class ApplicationStep(TransitionStep):
    """A step of an application; `detail` freezes what was in view when it was decided. Append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField("轮次")
    is_late = models.BooleanField("逾期办理", default=False)
    detail = models.JSONField("办理时的情况", default=dict, blank=True)

    objects = ApplicationStepQuerySet.as_manager()

    class Meta(TransitionStep.Meta):
        verbose_name = verbose_name_plural = "验收申请步骤"
