"""What loading a file would do: shown before it is done, and done only if that is still what would happen."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, authorize
from indicators.engine import ExpressionError, compute
from indicators.models import JudgedYear, Verdict
from programme_files.differences import ADDED, CHANGED, REMOVED, Part, compare, count
from programme_files.document import ProgrammeDocument
from programme_files.dumping import document_from
from programme_files.layout import write
from programme_files.models import ProgrammeVersion
from programme_files.problems import Problem
from programme_files.services.loading import Loaded, programme_load
from programme_files.validation import parse_programme
from programme_files.versions import latest_version, take_turns
from villages.models import Programme

REHEARSED_VILLAGES = 300  # for more of them the verdicts are not computed beforehand: it would take too long


class PreviewOutdated(Exception):
    """What was previewed is no longer what would happen; the text says why."""


@dataclass(frozen=True)
class Move:
    """How many verdicts of a year would go from one status to another; None: there is no verdict."""

    year: int
    old: str | None
    new: str | None
    number: int


@dataclass(frozen=True)
class Preview:
    """What a file would change. `seal` binds a confirmation to this text and to what it was compared with."""

    text: str
    seal: str
    document: ProgrammeDocument
    version: ProgrammeVersion | None
    parts: list[Part]
    does_nothing: bool
    moves: list[Move] | None
    judged: int
    warnings: Sequence[Problem]

    @property
    def counts(self) -> dict[str, int]:
        return {word: count(self.parts, word) for word in (ADDED, CHANGED, REMOVED)}


def programme_preview(*, text: str, actor: User, now: datetime) -> Preview:
    """Say what loading `text` would change, writing nothing; ProgrammeFileError where it cannot be loaded."""
    document = parse_programme(text)
    authorize(actor, Permission.PROGRAMME_MANAGE, within=document.programme.division)
    programme = Programme.objects.filter(code=document.programme.code).first()
    stands = document_from(programme) if programme else None
    version = latest_version(document.programme.code)
    loaded, moves = _rehearse(programme, text, actor, now)
    return Preview(
        text=text,
        seal=_seal(text, stands, version),
        document=document,
        version=version,
        parts=compare(stands, document),
        does_nothing=not loaded.is_new_version,
        moves=moves,
        judged=JudgedYear.objects.filter(programme=programme).count() if programme else 0,
        warnings=loaded.warnings,
    )


@transaction.atomic
def programme_confirm(*, text: str, seal: str, actor: User, now: datetime) -> Loaded:
    """Load what was previewed under `seal`; PreviewOutdated if text or programme are others by now."""
    take_turns()
    document = parse_programme(text)
    authorize(actor, Permission.PROGRAMME_MANAGE, within=document.programme.division)
    programme = Programme.objects.filter(code=document.programme.code).first()
    version = latest_version(document.programme.code)
    if seal != _seal(text, document_from(programme) if programme else None, version):
        raise PreviewOutdated(_who_was_faster(version))
    return programme_load(text=text, actor=actor, now=now)


def _seal(text: str, stands: ProgrammeDocument | None, version: ProgrammeVersion | None) -> str:
    parts = (text, write(stands) if stands else "", str(version.number if version else 0))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _who_was_faster(version: ProgrammeVersion | None) -> str:
    said = ""
    if version:
        who = version.loaded_by.name if version.loaded_by else "命令行"
        said = f"现行的是第 {version.number} 版，由{who}载入。"
    return f"您预览以后，方案或文件内容有了变化，还没有载入。{said}下面是重新比较的结果，请核对后再确认。"


def _rehearse(
    programme: Programme | None, text: str, actor: User, now: datetime
) -> tuple[Loaded, list[Move] | None]:
    """Load and compute, and take everything back."""
    with transaction.atomic():
        take_turns()
        before = _statuses(programme, now)
        loaded = programme_load(text=text, actor=actor, now=now)
        after = _statuses(loaded.programme, now) if programme else None
        transaction.set_rollback(True)
    return loaded, None if before is None or after is None else _moves(before, after)


def _statuses(programme: Programme | None, now: datetime) -> dict[tuple[int, str, str], str] | None:
    """The verdicts of all years so far, computed in this moment; None where there are too many."""
    if programme is None or programme.enrolments.count() > REHEARSED_VILLAGES:
        return None
    try:
        for year in programme.years:
            if year <= localdate(now).year:
                compute(programme, year, now=now)
    except ExpressionError:
        return None
    rows = Verdict.objects.filter(standard__programme=programme)
    return {
        (year, code, place): status
        for year, code, place, status in rows.values_list("year", "standard__code", "scope_code", "status")
    }


def _moves(before: dict[tuple[int, str, str], str], after: dict[tuple[int, str, str], str]) -> list[Move]:
    found = Counter(
        (key[0], before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    )
    ordered = sorted(found.items(), key=lambda item: (-item[0][0], item[0][1] or "", item[0][2] or ""))
    return [Move(year, old, new, number) for (year, old, new), number in ordered]
