"""The file that is in force, as it was loaded."""

from programme_files.document import ProgrammeDocument
from programme_files.models import ProgrammeVersion
from programme_files.reading import Reading
from villages.models import Programme


def latest_version(code: str) -> ProgrammeVersion | None:
    """The last loaded version of the programme called `code`, if it was ever loaded from a file."""
    programme = Programme.objects.filter(code=code).first()
    return ProgrammeVersion.objects.latest_of(programme) if programme else None


def document_of(version: ProgrammeVersion | None) -> ProgrammeDocument | None:
    """What the file of a version says; None without one, or where its form is no longer read."""
    return Reading(version.text).document if version else None
