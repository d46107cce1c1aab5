"""programme_load: validate everything, then write everything, in one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts import audit
from accounts.models import Organisation, User
from accounts.permissions import Permission, authorize
from indicators.services.compliance import compute_request
from programme_files.document import ProgrammeDocument
from programme_files.models import ProgrammeVersion
from programme_files.problems import Problem, ProgrammeFileError
from programme_files.services.changes import Changes
from programme_files.services.removing import remove_vanished
from programme_files.services.writing import Writer
from programme_files.validation import check_programme
from programme_files.versions import document_of, latest_version, take_turns
from villages.models import Programme


@dataclass(frozen=True)
class Loaded:
    """What a load found and did; `version` is the version in force, new or not."""

    programme: Programme
    version: ProgrammeVersion
    changes: Changes
    is_new_version: bool
    warnings: Sequence[Problem] = ()

    def __str__(self) -> str:
        if not self.is_new_version:
            return f"{self.programme}：没有变化（第 {self.version.number} 版）。"
        counts = self.changes
        done = f"新增 {counts.created} 条、修改 {counts.changed} 条、删除 {counts.removed} 条"
        return f"{self.programme}：已载入第 {self.version.number} 版，{done if counts else '内容没有变化'}。"


@transaction.atomic
def programme_load(*, text: str, actor: User | None, now: datetime) -> Loaded:
    """Make the database say what the file says, or write nothing and raise ProgrammeFileError.

    Without an actor it is the command line that loads.
    """
    take_turns()
    document, warnings = check_programme(text)
    if actor is not None:
        authorize(actor, Permission.PROGRAMME_MANAGE, within=document.programme.division)
        _refuse_offices_elsewhere(document, actor)
    changes = Changes()
    before = latest_version(document.programme.code)
    programme = Writer(document, changes).write()
    remove_vanished(programme, document, document_of(before), changes)
    if changes.refusals:
        raise ProgrammeFileError([Problem(0, "", sentence) for sentence in changes.refusals])
    if changes:
        _request_verdicts(programme, now)
    return replace(_keep(programme, before, text, changes, actor, now), warnings=warnings)


def _refuse_offices_elsewhere(document: ProgrammeDocument, actor: User) -> None:
    """An office outside the actor's division may be named; it is added and changed from there."""
    known = set(
        Organisation.objects.filter(name__in=[row.name for row in document.organisations]).values_list(
            "name", "division_code", "kind"
        )
    )
    wrong = [
        Problem(
            0, f"{row.WORDS} {row.name}", f"在您的管辖范围（{actor.division_code}）之外，请由上级先登记。"
        )
        for row in document.organisations
        if not actor.reaches(row.division) and (row.name, row.division, row.kind) not in known
    ]
    if wrong:
        raise ProgrammeFileError(wrong)


def _request_verdicts(programme: Programme, now: datetime) -> None:
    """Have every year so far computed; a village's year that was judged keeps its verdicts in that."""
    for year in programme.years:
        if year <= localdate(now).year:
            compute_request(programme=programme, year=year, now=now)


def _keep(
    programme: Programme,
    before: ProgrammeVersion | None,
    text: str,
    changes: Changes,
    actor: User | None,
    now: datetime,
) -> Loaded:
    """Keep the file as a new version, unless it is the last one and changed nothing."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    if before and before.sha256 == digest and not changes:
        return Loaded(programme, before, changes, is_new_version=False)
    version = ProgrammeVersion.objects.create(
        programme=programme,
        number=before.number + 1 if before else 1,
        sha256=digest,
        text=text,
        loaded_at=now,
        loaded_by=actor,
    )
    audit.record(
        actor=actor,
        action="载入方案文件",
        subject=programme,
        now=now,
        version=version.number,
        sha256=digest,
        counts=changes.counts(),
    )
    return Loaded(programme, version, changes, is_new_version=True)
