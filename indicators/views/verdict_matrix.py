"""The matrix: a page of villages against the standards of a year, and what the wider scopes say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.models import User
from indicators.models import Standard, Verdict, VerdictStatus
from indicators.places import place_names
from villages.models import Enrolment, Programme, Village

Found = Mapping[tuple[int, str], Verdict]


@dataclass(frozen=True)
class Row:
    """A village with one verdict per standard; None where nothing was computed yet."""

    village: Village
    kind: str
    cells: Sequence[tuple[Standard, Verdict | None]]

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


@dataclass(frozen=True)
class Matrix:
    groups: Sequence[Group]
    wider: Sequence[tuple[Verdict, str]]
    computed_at: datetime | None

    @property
    def is_computed(self) -> bool:
        return self.computed_at is not None


def standards_of(user: User, programme: Programme, year: int) -> list[Standard]:
    """The standards of a year that the reader may see, in their order."""
    seen = Standard.objects.visible_to(user).filter(programme=programme).asked_in(year)
    return list(seen.select_related("indicator").order_by("position", "code").distinct())


def matrix_of(user: User, programme: Programme, year: int, enrolments: Sequence[Enrolment]) -> Matrix:
    """Lay out the verdicts of some villages, in a fixed number of queries."""
    standards = standards_of(user, programme, year)
    verdicts = Verdict.objects.visible_to(user).of_year(programme, year)
    codes = [enrolment.village.code for enrolment in enrolments]
    of_villages = list(verdicts.filter(scope_code__in=codes))
    wider = list(verdicts.wider())
    names = place_names(programme) if wider else {}
    found = {(verdict.standard_id, verdict.scope_code): verdict for verdict in of_villages}
    return Matrix(
        groups=list(_groups(standards, enrolments, found)),
        wider=[(verdict, names.get(verdict.scope_code, verdict.scope_code)) for verdict in wider],
        computed_at=max((verdict.computed_at for verdict in [*of_villages, *wider]), default=None),
    )


def _groups(standards: list[Standard], enrolments: Sequence[Enrolment], found: Found) -> Iterable[Group]:
    own = sorted(
        (standard for standard in standards if standard.scope == Standard.Scope.VILLAGE),
        key=lambda standard: standard.section != Standard.Section.STANDARD,
    )
    for section, members in groupby(own, key=lambda standard: standard.section):
        listed = list(members)
        rows = [_row(enrolment, listed, found) for enrolment in enrolments]
        yield Group(Standard.Section(section).label, listed, rows)


def _row(enrolment: Enrolment, standards: list[Standard], found: Found) -> Row:
    cells = [(standard, found.get((standard.pk, enrolment.village.code))) for standard in standards]
    return Row(enrolment.village, enrolment.kind.name, cells)
