"""What decides a village's verdict besides its figures, and where that differs from how a year was judged.

A year that was handed in for judgement keeps its yardstick. As long as a standard reads as it did then, its
verdict follows the figures like every other; once it reads differently, the verdict stays as it is.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from indicators.engine.errors import ExpressionError
from indicators.engine.interpreting.scorecards import Card, digest_of
from indicators.engine.language.circles import standards_named
from indicators.engine.language.parser import parse
from indicators.engine.language.texts import code_of
from indicators.engine.language.tree import Call, Name, Node, walk
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import JudgedYear, Standard, YardstickLine
from villages.models import Enrolment, Programme

TEXTS = ("threshold", "upper", "tolerance", "stretch")


@dataclass(frozen=True, slots=True)
class Held:
    """Pairs of standard and village whose verdicts of a year stay as they are."""

    standards: tuple[int, ...] = ()
    villages: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.standards)


def held_verdicts(catalogue: Catalogue, year: int) -> Held:
    """Find what was judged by something else than what the programme says now: two queries if nothing was."""
    kinds = Enrolment.objects.filter(programme=OuterRef("programme"), village=OuterRef("village"))
    judged = JudgedYear.objects.filter(programme=catalogue.programme, year=year)
    found = list(judged.annotate(kind_now=Subquery(kinds.values("kind__code")[:1])))
    if not found:
        return Held()
    lines: dict[int, list[YardstickLine]] = {}
    for line in YardstickLine.objects.of_year(catalogue.programme, year):
        lines.setdefault(line.yardstick_id, []).append(line)
    now = digests(catalogue, year)
    pairs = [
        (line.standard_id, row.village_id)
        for row in found
        for line in lines.get(row.yardstick_id, [])
        if row.kind_now != row.kind or now.get(line.standard_id) != line.digest
    ]
    return Held(tuple(standard for standard, _ in pairs), tuple(village for _, village in pairs))


def held_scores(cards: Sequence[Card], held: Held, programme: Programme, year: int) -> list[int]:
    """The villages whose scores stay: judged by another scorecard, or one of their verdicts stays."""
    counted = {item.standard_id for card in cards for item in card.items}
    pairs = zip(held.standards, held.villages, strict=True)
    kept = {village for standard, village in pairs if standard in counted}
    judged = JudgedYear.objects.filter(programme=programme, year=year)
    other = judged.exclude(yardstick__scorecards=digest_of(cards)).values_list("village", flat=True)
    return sorted(kept | set(other))


def kept_lines(programme: Programme, year: int) -> dict[tuple[int, int], YardstickLine]:
    """By standard and village: what was asked for where the programme says something else now."""
    judged = JudgedYear.objects.filter(programme=programme, year=year)
    yardsticks = dict(judged.values_list("village", "yardstick"))
    if not yardsticks:
        return {}
    held = held_verdicts(Catalogue.load(programme), year)
    lines = YardstickLine.objects.of_year(programme, year)
    found = {(line.standard_id, line.yardstick_id): line for line in lines}
    return {
        (standard, village): found[standard, yardsticks[village]]
        for standard, village in zip(held.standards, held.villages, strict=True)
    }


def kept_line(standard: Standard, scope_code: str, year: int) -> YardstickLine | None:
    """The same for one village, by its code; None also for every other place."""
    judged = JudgedYear.objects.filter(programme=standard.programme, village__code=scope_code, year=year)
    village = judged.values_list("village", flat=True).first()
    return kept_lines(standard.programme, year).get((standard.pk, village)) if village else None


def digests(catalogue: Catalogue, year: int) -> dict[int, str]:
    """A digest of every standard by which villages are judged in `year`."""
    return {standard.pk: digest(standard, catalogue) for standard in standards_of(catalogue, year)}


def standards_of(catalogue: Catalogue, year: int) -> Iterable[Standard]:
    """The standards by which the programme judges villages in `year`, with all that they say."""
    return Standard.objects.filter(programme=catalogue.programme).for_villages().in_year(year).for_list()


def digest(standard: Standard, catalogue: Catalogue) -> str:
    """The SHA-256 of everything in the programme that decides a village's verdict on a standard."""
    return _hashed(_definition(standard, catalogue, {}, standard.score) | _scoring_texts(standard))


def _hashed(definition: dict[str, Any]) -> str:
    text = json.dumps(definition, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _definition(
    standard: Standard, catalogue: Catalogue, known: dict[str, str], *more: str
) -> dict[str, Any]:
    """Everything by its name. What a standard does not use is not named, so that old digests stay."""
    texts = {name: getattr(standard, name) for name in TEXTS}
    texts["value"] = standard.indicator.expression if standard.indicator else ""
    texts |= {"applies_if": standard.applies_if} if standard.applies_if.strip() else {}
    formulas, near = [*texts.values(), *more], standard.near_margin
    return texts | {
        "comparator": standard.comparator,
        "deadline": str(standard.deadline),
        "near": _plain(catalogue.programme.near_percent) + "%" if near is None else _plain(near),
        "places": standard.places,
        "kinds": sorted(kind.code for kind in standard.kinds.all()),
        "villages": sorted(village.code for village in standard.villages.all()),
        "first_year": catalogue.programme.first_year,
        "names": dict(_meanings(formulas, catalogue, set())),
        **_asked(formulas, catalogue, known),
    }


def _asked(expressions: Iterable[str], catalogue: Catalogue, known: dict[str, str]) -> dict[str, Any]:
    """What is asked of the village and of other standards, by all formulas behind the expressions."""
    calls = list(_calls(expressions, catalogue, set()))
    attributes = {
        code_of(call.arguments[0]) for call in calls if call.function == "attribute" and call.arguments
    }
    standards = {code_of(each) for call in calls for each in standards_named(call)}
    asked = {
        "attributes": {code: _attribute(code, catalogue) for code in sorted(attributes)},
        "standards": {code: _other(code, catalogue, known) for code in sorted(standards)},
    }
    return {what: found for what, found in asked.items() if found}


def _calls(expressions: Iterable[str], catalogue: Catalogue, seen: set[str]) -> Iterator[Call]:
    for expression in expressions:
        nodes = _nodes(expression)
        yield from (node for node in nodes if isinstance(node, Call))
        named = {node.code for node in nodes if isinstance(node, Name) and node.code in catalogue.indicators}
        inner = [catalogue.indicators[code].expression for code in sorted(named - seen)]
        seen |= named
        yield from _calls(inner, catalogue, seen)


def _attribute(code: str, catalogue: Catalogue) -> str:
    known = catalogue.attributes.get(code)
    return known.value_type if known else ""


def _other(code: str, catalogue: Catalogue, known: dict[str, str]) -> str:
    """A digest of what another standard asks, which decides whether it is met; its points do not matter."""
    if code not in known:
        known[code] = ""  # should it name itself
        standard = catalogue.standards.get(code)
        if standard:
            years = {"years": [standard.first_year, standard.last_year]}
            known[code] = _hashed(_definition(standard, catalogue, known) | years)
    return known[code]


def _scoring_texts(standard: Standard) -> dict[str, str]:
    """How a standard gives points; nothing for one that gives none."""
    if standard.points is None:
        return {}
    points = {"points": _plain(standard.points), "least_points": _plain(standard.least_points)}
    return points | {"score": standard.score}


def _plain(value: Decimal) -> str:
    return f"{Decimal(value).normalize():f}"


def _meanings(expressions: Iterable[str], catalogue: Catalogue, seen: set[str]) -> Iterator[tuple[str, str]]:
    """What every name in the expressions stands for, and the names behind it."""
    for code in sorted({code for expression in expressions for code in _names(expression)} - seen):
        seen.add(code)
        if code in catalogue.indicators:
            expression = catalogue.indicators[code].expression
            yield code, expression
            yield from _meanings([expression], catalogue, seen)
        elif code in catalogue.elements:
            element = catalogue.elements[code]
            yield code, "|".join([element.fold.value, *element.options])


def _names(expression: str) -> set[str]:
    return {node.code for node in _nodes(expression) if isinstance(node, Name)}


def _nodes(expression: str) -> list[Node]:
    try:
        return list(walk(parse(expression)))
    except ExpressionError:
        return []
