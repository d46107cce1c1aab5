"""What the engine found: verdicts, and the jobs that compute them."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.divisions import Level, within
from indicators.models.standards import Standard
from villages.models import Programme, Village

LEASE = timedelta(minutes=5)


class VerdictStatus(models.TextChoices):
    MET = "met", "达标"
    NEAR = "near", "接近"
    UNMET = "unmet", "未达标"
    NO_DATA = "no_data", "缺数据"
    NOT_APPLICABLE = "not_applicable", "不适用"


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def visible_to(self, user: User) -> Self:
        """Verdicts inside the user's division, on the standards the user may see."""
        seen = self.filter(within(user.division_code, field="scope_code"))
        return seen.filter(standard__in=Standard.objects.visible_to(user))

    def of_year(self, programme: Programme, year: int) -> Self:
        """A programme's verdicts of a year, with standard and village, in the order of the standards."""
        return (
            self.filter(standard__programme=programme, year=year)
            .select_related("standard", "standard__indicator__choice", "village")
            .order_by("standard__position", "standard__code", "scope_code")
        )

    def history_of(self, standard: Standard, scope_code: str) -> list["Verdict"]:
        """A place's verdicts on one standard, newest year first."""
        return list(self.filter(standard=standard, scope_code=scope_code).order_by("-year"))

    def wider(self) -> Self:
        """Verdicts on townships, kinds and the whole programme."""
        return self.filter(village__isnull=True)

    def concerning(self, village: Village) -> Self:
        """Verdicts on a village and on the township, the kind and the programme that it adds to."""
        enrolments = village.enrolments.select_related("programme", "kind")
        kinds = [f"{row.programme.division_code}:{row.kind.code}" for row in enrolments]
        return self.filter(scope_code__in=[*(village.code[:length] for length in Level), *kinds])


class Verdict(models.Model):
    """One standard, one year, one place: status with value, threshold and gap as of a month.

    `scope_code` is the village's, township's or programme's division code; for a kind it is
    the programme's division code followed by ":" and the kind's code.
    """

    # Derived rows, written by the hundred thousand from the rows they point to, and dropped by the engine
    # when those are gone: checking each key again took nearly half of the time. The unique constraint is the
    # standard's index.
    standard = models.ForeignKey(
        Standard, on_delete=models.CASCADE, related_name="verdicts", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField("年份")
    scope_code = models.CharField("考核对象", max_length=45)
    village = models.ForeignKey(
        Village, null=True, on_delete=models.PROTECT, related_name="verdicts", db_constraint=False
    )
    status = models.CharField("结论", max_length=14, choices=VerdictStatus.choices)
    value = models.DecimalField("实际值", max_digits=24, decimal_places=6, null=True)
    threshold = models.DecimalField("目标值", max_digits=24, decimal_places=6, null=True)
    gap = models.DecimalField(
        "还差", max_digits=24, decimal_places=6, null=True, help_text="单位同指标；已达标为空"
    )
    stretch_met = models.BooleanField("达到力争值", null=True)
    score = models.DecimalField("得分", max_digits=12, decimal_places=4, null=True)
    data_month = models.DateField("数据截至", null=True)
    computed_at = models.DateTimeField("计算时间")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "达标结论"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "year", "scope_code"], name="verdict_once"),
            models.CheckConstraint(
                condition=Q(status__in=["met", "near", "unmet", "no_data", "not_applicable"]),
                name="verdict_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} {self.year} {self.scope_code} {self.status}"


class ComputeJobQuerySet(models.QuerySet["ComputeJob"]):
    def waiting(self, *, at: datetime) -> Self:
        """Jobs nobody works on: queued ones, and running ones whose lease ran out."""
        queued, running = ComputeJob.State.QUEUED, ComputeJob.State.RUNNING
        return self.filter(Q(state=queued) | Q(state=running, lease_until__lt=at))

    def claim(self, *, pk: int, at: datetime) -> int | None:
        """Take the job for LEASE and return its new fencing token; None if someone else has it."""
        claimed = (
            self.waiting(at=at)
            .filter(pk=pk)
            .update(state=ComputeJob.State.RUNNING, token=F("token") + 1, lease_until=at + LEASE)
        )
        return self.values_list("token", flat=True).get(pk=pk) if claimed else None

    def finish(self, *, pk: int, token: int, at: datetime) -> bool:
        """Close the job in the same transaction as its results; False if the token moved on (roll back)."""
        done = {"state": ComputeJob.State.DONE, "finished_at": at, "error": ""}
        return self._held(pk, token).update(**done) == 1

    def failed(self, *, pk: int, token: int, error: str) -> None:
        """Keep why a run failed; the job stays claimed until its lease is over, then it is tried again."""
        self._held(pk, token).update(error=error)

    def overdue(self, *, at: datetime, patience: timedelta) -> Self:
        """Waiting jobs that should have been taken by now, oldest first."""
        return self.waiting(at=at).filter(created_at__lt=at - patience).order_by("created_at", "pk")

    def queued_parts(self, programme: Programme, year: int) -> Self:
        """Jobs that together make up a programme's year, in the order of the counties."""
        parts = self.filter(programme=programme, year=year, state=ComputeJob.State.QUEUED)
        return parts.exclude(part=ComputeJob.Part.ALL).order_by("part", "first_county")

    def _held(self, pk: int, token: int) -> Self:
        return self.filter(pk=pk, token=token, state=ComputeJob.State.RUNNING)


class ComputeJob(models.Model):
    """Verdicts to compute: those of one village, or where `village` is empty a part of a programme's year."""

    class Part(models.TextChoices):
        """All of it; or, where there are very many villages, some counties at a time and what is wider."""

        ALL = "all", "全部"
        COUNTIES = "counties", "一些县（市、区）的村"
        WIDER = "wider", "村以上各级"

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "计算中"
        DONE = "done", "已完成"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField("年份")
    village = models.ForeignKey(Village, null=True, on_delete=models.CASCADE, related_name="+")
    part = models.CharField("范围", max_length=10, choices=Part.choices, default=Part.ALL)
    first_county = models.CharField("首个县（市、区）代码", max_length=6, blank=True)
    last_county = models.CharField("末个县（市、区）代码", max_length=6, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    token = models.PositiveIntegerField("令牌", default=0)
    lease_until = models.DateTimeField("租期", null=True)
    created_at = models.DateTimeField("提出时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    error = models.TextField("错误", blank=True)

    objects = ComputeJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计算任务"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(part="all", first_county="", last_county="")
                | Q(part="wider", village__isnull=True, first_county="", last_county="")
                | Q(
                    part="counties",
                    village__isnull=True,
                    first_county__regex=r"^\d{6}$",
                    last_county__regex=r"^\d{6}$",
                ),
                name="job_part_known",
            ),
            models.UniqueConstraint(
                fields=["programme", "year", "village", "part", "first_county", "last_county"],
                condition=Q(state="queued"),
                name="job_queued_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year} {self.village or self.first_county or self.get_part_display()}"
