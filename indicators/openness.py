"""Which figures of a month may change now: asked by every way of writing, and by pages that offer inputs.

Beside permissions (whose figures are whose) this is the other half: a person may type where both say yes.
"""

from collections.abc import Collection, Iterable, Mapping

from indicators.models import CellNote, MonthlyReport


def open_elements(
    report: MonthlyReport, asked: Iterable[int], marked: Collection[int] | None = None
) -> frozenset[int]:
    """The elements among `asked`, by id, whose figure, remark and evidence may change.

    None once the month is signed; after a return those that were marked, or all where none was. The marks
    last until the month is accepted: taking it back opens nothing more. `marked` is for who has read them.
    """
    if not report.is_editable:
        return frozenset()
    marked = CellNote.objects.marks(report) if marked is None else marked
    return frozenset(pk for pk in asked if not marked or pk in marked)


def open_elements_of(
    reports: Collection[MonthlyReport], asked: Mapping[int, Iterable[int]]
) -> dict[int, frozenset[int]]:
    """The same for many months in one query: `asked` and the answer by village id."""
    marks = CellNote.objects.marks_by_report(reports)
    return {
        report.village_id: open_elements(report, asked.get(report.village_id, ()), marks.get(report.pk, {}))
        for report in reports
    }
