"""What one would write first: for every village and standard ask, compute, save, with Django's ORM."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bench.programme import NOW, YEAR
from indicators.engine.formula.rule import Rule
from indicators.engine.interpreting.judging import judge
from indicators.engine.periods import Period
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.engine.reading.situations import Place, load_situation
from indicators.models import Judgement, Standard, Verdict, VerdictStatus
from villages.models import Enrolment, Programme

DECEMBER = Period(YEAR, 12)


def compute_with_a_loop(programme: Programme) -> None:
    """Compute and save all verdicts of the year, one by one; formulas are parsed only once."""
    catalogue = Catalogue.load(programme)
    standards = list(programme.standards.select_related("indicator").prefetch_related("kinds", "villages"))
    rules = make_rules(catalogue, standards)
    for enrolment in Enrolment.objects.filter(programme=programme).select_related("village", "kind"):
        for standard, rule in zip(standards, rules, strict=True):
            found = _verdict(catalogue, standard, rule, enrolment)
            Verdict.objects.update_or_create(
                standard=standard,
                year=YEAR,
                scope_code=enrolment.village.code,
                defaults={"village": enrolment.village, "computed_at": NOW, **found},
            )


def _verdict(
    catalogue: Catalogue, standard: Standard, rule: Rule, enrolment: Enrolment
) -> dict[str, str | Decimal | bool | date | None]:
    if not rule.applies_to(enrolment.village_id, enrolment.kind_id):
        return {"status": VerdictStatus.NOT_APPLICABLE}
    if standard.is_judged:
        return {"status": _judged(standard, enrolment)}
    code = enrolment.village.code
    place = Place(code, code, enrolment.village.name, enrolment.kind.code, [enrolment])
    situation = load_situation(catalogue, place, rule.formulas, DECEMBER)
    outcome, latest = judge(rule, situation), situation.latest_of(rule.value)
    return {
        "status": outcome.status,
        "value": outcome.value,
        "threshold": outcome.threshold,
        "gap": None if outcome.gap is None else outcome.gap.quantize(Decimal("0.000001"), ROUND_HALF_UP),
        "stretch_met": outcome.stretch_met,
        "data_month": latest.first_day if latest else None,
    }


def _judged(standard: Standard, enrolment: Enrolment) -> VerdictStatus:
    judgement = Judgement.objects.filter(standard=standard, village=enrolment.village, year=YEAR).first()
    if judgement is None:
        return VerdictStatus.NO_DATA
    return VerdictStatus.MET if judgement.is_met else VerdictStatus.UNMET
