"""From the database back to a programme file that loads again without a change.

Lists keep the order of the file that was loaded last; what was added since stands at their ends.
Demonstration data never stands in a file.
"""

from indicators.models import Standard
from programme_files.document import FORMAT, ProgrammeDocument
from programme_files.dumping import catalogue, people, scorecards, standards
from programme_files.dumping.order import Before
from programme_files.layout import write
from programme_files.problems import Problem, ProgrammeFileError
from programme_files.versions import document_of, latest_version
from villages.models import Programme


def dump_programme(programme: Programme) -> str:
    """Return the programme as the text of a file; raise ProgrammeFileError if that could not say it all."""
    stray = programme.standards.filter(section=Standard.Section.TARGET, measures=None)
    if stray:
        names = "、".join(str(standard) for standard in stray)
        raise ProgrammeFileError([Problem(0, "", f"这些目标没有归入任何措施，写不进方案文件：{names}。")])
    return write(document_from(programme))


def document_from(programme: Programme) -> ProgrammeDocument:
    """Return what the database says about a programme, in the rows of a file."""
    before = Before(document_of(latest_version(programme.code)))
    return ProgrammeDocument(
        format=FORMAT,
        programme=people.head(programme),
        village_kinds=people.kinds(programme, before),
        attributes=people.attributes(programme),
        organisations=people.organisations(programme, before),
        villages=people.villages(programme, before),
        elements=catalogue.elements(programme, before),
        rules=catalogue.rules(programme, before),
        reference_series=catalogue.series(programme, before),
        indicators=catalogue.indicators(programme, before),
        standards=standards.standards(programme, before),
        measures=standards.measures(programme, before),
        scorecards=scorecards.scorecards(programme, before),
    )
