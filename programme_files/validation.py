"""Everything that can be wrong with a file besides its form: unknown names, formulas, years, codes."""

from programme_files.checks import (
    asking,
    attributes,
    bare_elements,
    catalogue,
    conflicts,
    coverage,
    people,
    reach,
    rules,
    scorecards,
    targets,
    units,
)
from programme_files.checks.context import Context
from programme_files.document import ProgrammeDocument
from programme_files.problems import Problem, ProgrammeFileError
from programme_files.reading import Reading

CHECKS = (
    people.check,
    attributes.check,
    catalogue.check,
    rules.check,
    targets.check,
    coverage.check,
    scorecards.check,
    asking.check,
    reach.check,
    bare_elements.check,
    units.check,
    conflicts.check,
)


def parse_programme(text: str) -> ProgrammeDocument:
    """Return the document in `text`, or raise ProgrammeFileError with every problem: form, content, database.

    Reads the database, writes nothing.
    """
    return check_programme(text)[0]


def check_programme(text: str) -> tuple[ProgrammeDocument, list[Problem]]:
    """The same, and what may be loaded but should be looked at."""
    reading = Reading(text)
    if reading.document is not None:
        context = Context(reading, reading.document)
        for check in CHECKS:
            check(context)
    if reading.problems or reading.document is None:
        raise ProgrammeFileError(reading.problems)
    return reading.document, sorted(set(reading.warnings))
