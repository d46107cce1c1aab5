"""Years, kinds and values of attributes for which a threshold or a score says nothing."""

from collections.abc import Mapping, Sequence

from indicators.engine import coverage_problems
from indicators.models import Standard
from programme_files.checks.context import Context
from programme_files.checks.people import year_problems
from programme_files.document import StandardRow
from programme_files.words import LABELS

KEYS = ("indicator", "threshold", "upper", "tolerance", "score")  # a year without a stretch value is none


def check(context: Context) -> None:
    for row in context.standards():
        if not year_problems(row.years):
            _check_standard(context, row)


def _check_standard(context: Context, row: StandardRow) -> None:
    years = _years(context, row)
    for key in KEYS:
        if getattr(row, key):
            found = coverage_problems(
                getattr(row, key),
                years=years,
                kinds=_kinds(context, row),
                attributes=_attributes(context, row),
                indicators=context.indicators,
                applies_if=row.applies_if,
                subject=LABELS[key],
            )
            context.report_formula(row, key, found)


def _years(context: Context, row: StandardRow) -> set[int]:
    """The years that a formula may be asked about: of a milestone none after its deadline."""
    first, last = context.document.programme.years
    judged = range(max(first, row.years[0]), min(last, row.years[1]) + 1)
    if row.comparator != Standard.Comparator.DONE_BY or row.deadline is None:
        return set(judged)
    return {min(year, row.deadline.year) for year in judged}


def _kinds(context: Context, row: StandardRow) -> list[str]:
    """The kinds of villages that the standard may be asked of."""
    wanted = row.kinds or {each.kind for each in context.document.villages if each.code in row.villages}
    return [each.code for each in context.document.village_kinds if not wanted or each.code in wanted]


def _attributes(context: Context, row: StandardRow) -> Mapping[str, Sequence[str] | None]:
    """What an attribute may be; where villages are named, what it is there."""
    named = [each for each in context.document.villages if each.code in row.villages]
    if not named:
        return context.attributes
    return {
        code: values and sorted({str(each.attributes[code]) for each in named if code in each.attributes})
        for code, values in context.attributes.items()
    }
