"""The file that is in force, as it was loaded."""

from django.db import connection

from programme_files.document import ProgrammeDocument
from programme_files.models import ProgrammeVersion
from programme_files.reading import Reading
from villages.models import Programme

LOCK = 7_201_640  # one load at a time: two files may share elements and organisations


def hold_version(programme: Programme) -> ProgrammeVersion | None:
    """The version in force, which no load changes before the transaction ends; others may hold it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    return ProgrammeVersion.objects.latest_of(programme)


def take_turns() -> None:
    """Let one load after another write, and none while somebody holds a version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def latest_version(code: str) -> ProgrammeVersion | None:
    """The last loaded version of the programme called `code`, if it was ever loaded from a file."""
    programme = Programme.objects.filter(code=code).first()
    return ProgrammeVersion.objects.latest_of(programme) if programme else None


def document_of(version: ProgrammeVersion | None) -> ProgrammeDocument | None:
    """What the file of a version says; None without one, or where its form is no longer read."""
    return Reading(version.text).document if version else None
