"""What a village's year is judged by: kept when it is handed in, given back when it goes back.

These are parts of the steps of an application, which leave the trail.
"""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from indicators.engine.explaining.requirements import requirement
from indicators.engine.interpreting.scorecards import digest_of, load_cards
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.yardsticks import digest, standards_of
from indicators.models import JudgedYear, Standard, Yardstick, YardstickLine
from indicators.services.compliance import compute_request
from villages.models import Enrolment, Programme, Village


@transaction.atomic
def enrolment_lock(*, programme: Programme, village: Village) -> Enrolment:
    """Hold the village's part in the programme, or raise Enrolment.DoesNotExist.

    Until the caller commits nobody else hands a year of it in, nor changes what is asked of it.
    """
    return Enrolment.objects.select_for_update().get(programme=programme, village=village)


@transaction.atomic
def year_hold(*, programme: Programme, village: Village, year: int, now: datetime) -> JudgedYear:
    """Let the village's verdicts of `year` be judged by what the programme says now, from now on."""
    enrolment = Enrolment.objects.select_related("kind").get(programme=programme, village=village)
    kept = {"yardstick": _yardstick(programme, year), "kind": enrolment.kind.code, "at": now}
    judged, _ = JudgedYear.objects.update_or_create(
        programme=programme, village=village, year=year, defaults=kept
    )
    return judged


@transaction.atomic
def year_release(*, programme: Programme, village: Village, year: int, now: datetime) -> None:
    """Let the village's year follow the programme again, and have its verdicts computed."""
    JudgedYear.objects.filter(programme=programme, village=village, year=year).delete()
    compute_request(programme=programme, year=year, village=village, now=now)


def _yardstick(programme: Programme, year: int) -> Yardstick:
    """The one that reads like the programme now, new or known."""
    catalogue = Catalogue.load(programme)
    lines = [_line(standard, catalogue) for standard in standards_of(catalogue, year)]
    said = [[line.standard_id, line.digest, line.target, line.name, line.clause] for line in lines]
    scorecards = digest_of(load_cards(programme, year))
    whole = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode() + scorecards.encode()).hexdigest()
    yardstick, is_new = Yardstick.objects.get_or_create(
        programme=programme, year=year, digest=whole, defaults={"scorecards": scorecards}
    )
    if is_new:
        for line in lines:
            line.yardstick = yardstick
        YardstickLine.objects.bulk_create(lines)
    return yardstick


def _line(standard: Standard, catalogue: Catalogue) -> YardstickLine:
    asked = requirement(standard, catalogue)
    return YardstickLine(
        standard=standard,
        digest=digest(standard, catalogue),
        name=standard.name,
        clause=standard.clause,
        unit=standard.indicator.unit if standard.indicator else "",
        target=f"{asked.target}；力争 {asked.stretch}" if asked.stretch else asked.target,
        formula=asked.formula,
    )
