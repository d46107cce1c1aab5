"""Which verdicts a write moved, and telling the people whose they are."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import notices
from accounts.models import User
from indicators.engine import compute
from indicators.models import Verdict, VerdictStatus
from villages.models import Programme, Village

Place = tuple[int, int, str]  # standard, year, scope code


@dataclass(frozen=True)
class Moved:
    """A verdict that is another one now."""

    verdict: Verdict
    before: str

    def __str__(self) -> str:
        before = VerdictStatus(self.before).label if self.before else "没有结论"
        now, standard = self.verdict.get_status_display(), self.verdict.standard
        return f"{standard.code} {standard.name}（{self.verdict.year}年）由“{before}”变为“{now}”"


@contextmanager
def verdicts_followed(village: Village, years: Iterable[int], *, now: datetime) -> Iterator[list[Moved]]:
    """Compute a village's verdicts of `years` after the enclosed write; the list fills with what moved."""
    moved: list[Moved] = []
    wanted = set(years)
    concerned = Verdict.objects.concerning(village).filter(year__in=wanted).select_related("standard")
    before = {place: verdict.status for place, verdict in _by_place(concerned).items()}
    yield moved
    for programme in Programme.objects.filter(enrolments__village=village):
        for year in sorted(wanted & set(programme.years)):
            compute(programme, year, now=now, villages=[village])
    moved += [
        Moved(verdict, before.get(place, ""))
        for place, verdict in _by_place(concerned.all()).items()
        if verdict.status != before.get(place, "")
    ]


def tell_moved(village: Village, moved: Iterable[Moved], *, because: str, now: datetime) -> None:
    """Leave a notice with the township's people and with the departments that answer for each standard."""
    listed = list(moved)
    township = list(User.objects.filter(organisation__division_code=village.township_code))
    for move in listed:
        answering = User.objects.filter(organisation__standards=move.verdict.standard_id)
        text = f"{village}{because}，{move}。"
        notices.send(users=[*township, *answering], text=text, url=_why(move.verdict), now=now)


def _by_place(verdicts: Iterable[Verdict]) -> Mapping[Place, Verdict]:
    return {(verdict.standard_id, verdict.year, verdict.scope_code): verdict for verdict in verdicts}


def _why(verdict: Verdict) -> str:
    place: dict[str, Any] = {"scope_code": verdict.scope_code, "year": verdict.year}
    return reverse("indicators:why", kwargs={"pk": verdict.standard_id, **place})
