"""Everything that can be wrong with a file besides its form: unknown names, formulas, years, codes."""

from programme_files.checks import catalogue, conflicts, people, targets
from programme_files.checks.context import Context
from programme_files.document import ProgrammeDocument
from programme_files.problems import ProgrammeFileError
from programme_files.reading import Reading


def parse_programme(text: str) -> ProgrammeDocument:
    """Return the document in `text`, or raise ProgrammeFileError with every problem: form, content, database.

    Reads the database, writes nothing.
    """
    reading = Reading(text)
    if reading.document is not None:
        context = Context(reading, reading.document)
        for check in (people.check, catalogue.check, targets.check, conflicts.check):
            check(context)
    if reading.problems or reading.document is None:
        raise ProgrammeFileError(reading.problems)
    return reading.document
