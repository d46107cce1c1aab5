"""What formulas ask besides a village's months: published figures, sums of areas, what people decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Length

from indicators.engine import formula as f
from indicators.engine.formula import Formula, references, walk
from indicators.engine.interpreting.situation import AreaFigures, Areas, Decided, Quote, References
from indicators.engine.language.functions import AREA_LEVELS, LOCAL_LEVELS
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import AreaLine, Exemption, Judgement, ReferenceValue

MONTHS = [f"{month:02d}" for month in range(1, 13)]
PROVINCE = 2  # digits of its code; the nation is the sum of its provinces


def load_quotes(formulas: Sequence[Formula], codes: Collection[str], period: Period) -> References:
    """Return the published values that references may ask for at places with these division codes."""
    wanted = references(*formulas)
    if not wanted:
        return {}
    lengths = {length for reference in wanted for length in LOCAL_LEVELS[reference.level]}
    rows = ReferenceValue.objects.filter(
        series__code__in={reference.series for reference in wanted},
        area_code__in={code[:length] for code in codes for length in lengths},
        year__lte=period.year,
    ).select_related("series")
    return {
        (row.series.code, row.area_code, row.year): Quote(
            row.value, row.area_code, row.year, row.source, row.is_demonstration
        )
        for row in rows
    }


def load_areas(
    catalogue: Catalogue, formulas: Sequence[Formula], codes: Collection[str], period: Period
) -> Areas:
    """Return what the areas of places with these division codes add up to."""
    wanted = {node for formula in formulas for node in walk(formula) if isinstance(node, f.Area)}
    if not wanted:
        return {}
    elements = {catalogue.elements[area.element].id: area.element for area in wanted}
    lengths = {AREA_LEVELS[area.level] for area in wanted}
    inside = Q(area_code__in={code[:length] for code in codes for length in lengths if length})
    rows = AreaLine.objects.annotate(digits=Length("area_code")).filter(
        inside | Q(digits=PROVINCE) if 0 in lengths else inside,
        element__in=elements,
        year__lte=period.year,
    )
    found: dict[tuple[str, str, int], AreaFigures] = {}
    provinces: dict[tuple[str, int], list[AreaFigures]] = defaultdict(list)
    for row in rows:
        figures = AreaFigures(
            tuple(getattr(row, f"v{month}") for month in MONTHS),
            tuple(getattr(row, f"n{month}") for month in MONTHS),
        )
        found[elements[row.element_id], row.area_code, row.year] = figures
        if len(row.area_code) == PROVINCE:
            provinces[elements[row.element_id], row.year].append(figures)
    nation = {(element, "", year): _together(parts) for (element, year), parts in provinces.items()}
    return found | nation


def _together(areas: list[AreaFigures]) -> AreaFigures:
    sums = (
        [value for value in month if value is not None]
        for month in zip(*(a.sums for a in areas), strict=True)
    )
    counts = (sum(month) for month in zip(*(area.counts for area in areas), strict=True))
    return AreaFigures(tuple(sum(month, Decimal(0)) if month else None for month in sums), tuple(counts))


def load_decided(formulas: Iterable[Formula], villages: Collection[int], year: int) -> Decided:
    """Return exemptions in force and judgements of the standards that formulas ask about."""
    nodes = [node for formula in formulas for node in walk(formula)]
    exempted = {node.standard_id for node in nodes if isinstance(node, f.Exempted)}
    judged = {node.standard_id for node in nodes if isinstance(node, f.Judged)}
    exemptions = Exemption.objects.in_force().filter(standard__in=exempted, village__in=villages, year=year)
    judgements = Judgement.objects.filter(standard__in=judged, village__in=villages, year=year)
    return Decided(
        {(row.standard_id, row.village_id): row for row in exemptions.select_related("by__organisation")},
        {(row.standard_id, row.village_id): row for row in judgements.select_related("by")},
    )
