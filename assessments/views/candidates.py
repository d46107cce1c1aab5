"""Which villages may begin their self-check this year and how ready they are; how the year stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from assessments.models import Application
from assessments.workflow import OPEN, ApplicationStatus
from indicators.models import Standard, Verdict, VerdictStatus
from villages.models import Enrolment, Programme


@dataclass(frozen=True)
class Candidate:
    """A village without an application this year; `met` of `asked` standards are met by the figures."""

    enrolment: Enrolment
    met: int
    asked: int
    opens: date
    closes: date
    is_planned: bool
    is_open: bool


@dataclass(frozen=True)
class YearQuota:
    """How many the plan means to create in a year, and how many have got how far."""

    programme: Programme
    year: int
    planned: int
    applied: int
    awarded: int


def candidates(user: User, today: date) -> list[Candidate]:
    """Ready or planned first: every village that has no title and no application in this year."""
    waiting = list(_without_application(user, today.year))
    asked, met = _verdicts(waiting, today.year)
    found = [_candidate(e, asked[e.village_id], met[e.village_id], today) for e in waiting]
    return sorted(found, key=lambda c: (not c.is_planned, c.met - c.asked, c.enrolment.village.code))


def quota(user: User, year: int) -> list[YearQuota]:
    """The plan of the year beside what came of it, per running programme."""
    programmes = Programme.objects.visible_to(user).running_in(year)
    return [_quota(programme, year) for programme in programmes]


def _without_application(user: User, year: int) -> list[Enrolment]:
    running = Enrolment.objects.visible_to(user).filter(
        programme__first_year__lte=year, programme__last_year__gte=year
    )
    settled = Application.objects.settled_for(year)
    pairs = set(settled.values_list("programme", "village"))
    return [e for e in running.for_list() if (e.programme_id, e.village_id) not in pairs]


def _verdicts(enrolments: list[Enrolment], year: int) -> tuple[Counter[int], Counter[int]]:
    """Counts of asked and of met standards, by village id."""
    verdicts = Verdict.objects.filter(
        village__in=[enrolment.village_id for enrolment in enrolments],
        year=year,
        standard__section=Standard.Section.STANDARD,
    )
    verdicts = verdicts.exclude(standard__comparator=Standard.Comparator.JUDGED)
    verdicts = verdicts.exclude(status=VerdictStatus.NOT_APPLICABLE)
    asked: Counter[int] = Counter()
    met: Counter[int] = Counter()
    for village, status in verdicts.values_list("village", "status"):
        asked[village] += 1
        met[village] += status == VerdictStatus.MET
    return asked, met


def _candidate(enrolment: Enrolment, asked: int, met: int, today: date) -> Candidate:
    opens, closes = (
        enrolment.programme.date_of(name, today.year) for name in ("self_check_opens", "self_check_closes")
    )
    planned = enrolment.target_year is not None and enrolment.target_year <= today.year
    return Candidate(enrolment, met, asked, opens, closes, planned, opens <= today)


def _quota(programme: Programme, year: int) -> YearQuota:
    statuses = Counter(
        Application.objects.filter(programme=programme, year=year).values_list("status", flat=True)
    )
    applied = sum(statuses[status] for status in OPEN)
    awarded = statuses[ApplicationStatus.AWARDED]
    return YearQuota(programme, year, programme.quota_of(year), applied, awarded)
