"""The matrix: a page of villages against the standards of a year, and what the wider scopes say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.models import User
from common.divisions import contains
from indicators.engine import Period, verdicts_as_of
from indicators.models import Forecast, Standard, Verdict, VerdictStatus
from indicators.places import place_names
from villages.models import Enrolment, Programme, Village

MOST_AT_ONCE = 2_000  # villages that are added up for one look at an earlier month
Key = tuple[int, str]
Found = Mapping[Key, Verdict]
Warnings = Mapping[Key, Forecast]


@dataclass(frozen=True)
class Row:
    """A village with one verdict per standard, None where nothing was computed yet; what it may miss."""

    village: Village
    kind: str
    cells: Sequence[tuple[Standard, Verdict | None]]
    warnings: Sequence[Forecast] = ()

    @property
    def met(self) -> int:
        return sum(1 for verdict in self._measured if verdict and verdict.status == VerdictStatus.MET)

    @property
    def applicable(self) -> int:
        skipped = VerdictStatus.NOT_APPLICABLE
        return sum(1 for verdict in self._measured if verdict is None or verdict.status != skipped)

    @property
    def _measured(self) -> list[Verdict | None]:
        """What figures decide: reviewers judge the rest, and not before an application is in."""
        return [verdict for standard, verdict in self.cells if not standard.is_judged]


@dataclass(frozen=True)
class Group:
    """The standards of one section side by side."""

    name: str
    standards: Sequence[Standard]
    rows: Sequence[Row]

    @property
    def has_warnings(self) -> bool:
        return any(row.warnings for row in self.rows)


@dataclass(frozen=True)
class Wider:
    """What is said of a township, a kind of village or the whole programme."""

    verdict: Verdict
    place: str
    warning: Forecast | None = None


@dataclass(frozen=True)
class Matrix:
    groups: Sequence[Group]
    wider: Sequence[Wider]
    computed_at: datetime | None
    is_whole: bool = True  # whether the wider scopes were looked at too

    @property
    def is_computed(self) -> bool:
        return self.computed_at is not None

    @property
    def has_wider_warnings(self) -> bool:
        return any(each.warning for each in self.wider)


def standards_of(user: User, programme: Programme, year: int) -> list[Standard]:
    """The standards of a year that the reader may see, in their order."""
    seen = Standard.objects.visible_to(user).filter(programme=programme).asked_in(year)
    return list(seen.select_related("indicator__choice").order_by("position", "code").distinct())


def matrix_of(user: User, programme: Programme, year: int, enrolments: Sequence[Enrolment]) -> Matrix:
    """Lay out the verdicts of some villages, in a fixed number of queries."""
    standards = standards_of(user, programme, year)
    verdicts = Verdict.objects.visible_to(user).of_year(programme, year)
    codes = [enrolment.village.code for enrolment in enrolments]
    of_villages, wider = list(verdicts.filter(scope_code__in=codes)), list(verdicts.wider())
    places = [*codes, *(verdict.scope_code for verdict in wider)]
    seen = Forecast.objects.visible_to(user).of_year(programme, year).filter(scope_code__in=places)
    warnings = {(row.standard_id, row.scope_code): row for row in seen.early_warnings()}
    computed_at = max((verdict.computed_at for verdict in [*of_villages, *wider]), default=None)
    groups = list(_groups(standards, enrolments, _by_key(of_villages), warnings))
    return Matrix(groups, _wider(programme, wider, warnings), computed_at)


def matrix_as_of(
    user: User, programme: Programme, until: Period, enrolments: Sequence[Enrolment], *, now: datetime
) -> Matrix:
    """The same as of another month, computed for the eye; without wider scopes where these are too wide."""
    standards = standards_of(user, programme, until.year)
    is_whole = Village.objects.enrolled_in(programme).count() <= MOST_AT_ONCE
    found = verdicts_as_of(
        programme,
        until,
        standards=standards,
        villages=[enrolment.village for enrolment in enrolments],
        with_wider=is_whole,
        now=now,
    )
    seen = [verdict for verdict in found if contains(user.division_code, verdict.scope_code)]
    wider = [verdict for verdict in seen if verdict.village_id is None]
    order = {standard.pk: place for place, standard in enumerate(standards)}
    wider.sort(key=lambda verdict: (order[verdict.standard_id], verdict.scope_code))
    groups = list(_groups(standards, enrolments, _by_key(seen), {}))
    return Matrix(groups, _wider(programme, wider, {}), now, is_whole)


def _by_key(verdicts: Iterable[Verdict]) -> Found:
    return {(verdict.standard_id, verdict.scope_code): verdict for verdict in verdicts}


def _wider(programme: Programme, verdicts: Sequence[Verdict], warnings: Warnings) -> list[Wider]:
    names = place_names(programme) if verdicts else {}
    return [
        Wider(
            verdict,
            names.get(verdict.scope_code, verdict.scope_code),
            warnings.get((verdict.standard_id, verdict.scope_code)),
        )
        for verdict in verdicts
    ]


def _groups(
    standards: list[Standard], enrolments: Sequence[Enrolment], found: Found, warnings: Warnings
) -> Iterable[Group]:
    own = sorted(
        (standard for standard in standards if standard.scope == Standard.Scope.VILLAGE),
        key=lambda standard: standard.section != Standard.Section.STANDARD,
    )
    for section, members in groupby(own, key=lambda standard: standard.section):
        listed = list(members)
        rows = [_row(enrolment, listed, found, warnings) for enrolment in enrolments]
        yield Group(Standard.Section(section).label, listed, rows)


def _row(enrolment: Enrolment, standards: list[Standard], found: Found, warnings: Warnings) -> Row:
    keys = [(standard.pk, enrolment.village.code) for standard in standards]
    cells = [(standard, found.get(key)) for standard, key in zip(standards, keys, strict=True)]
    warned = [warnings[key] for key in keys if key in warnings]
    return Row(enrolment.village, enrolment.kind.name, cells, warned)
