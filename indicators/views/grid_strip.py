"""What stands beside a cell: its past, who typed it, what is said of it; what a figure being typed moves."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Count
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common import clock
from common.months import month_before
from common.templatetags.display import month as month_words
from common.templatetags.display import verdict_mark, verdict_word
from indicators.engine import Explanation, explain_typed
from indicators.findings import findings_of
from indicators.models import (
    CellNote,
    DataElement,
    LedgerLine,
    ProgrammeElement,
    Standard,
    ValueChange,
    Verdict,
)
from indicators.validation import FigureError, parse_figure
from indicators.views.figure_texts import figure_text
from indicators.views.grid_input import read_batch, read_json
from indicators.views.month_desk import Place, find_place
from villages.models import Programme

SHOWN_MONTHS = 12


@require_safe
def cell(request: HttpRequest, code: str, year: str, month: str, pk: str) -> JsonResponse:
    """The past of one figure, and everything that hangs on it."""
    place = _place(request, code, year, month)
    element = _asked(place, int(pk))
    figures = _year_of(place, element)
    note = CellNote.objects.filter(report__village=place.village, report__month=place.month, element=element)
    found = note.select_related("by").annotate(files=Count("evidence")).first()
    data = {
        "name": element.name,
        "unit": element.unit,
        "help": element.help,
        "place": f"{place.village} {month_words(place.month)}",
        "before": figure_text(figures.get(month_before(place.month)), element),
        "year_ago": figure_text(figures.get(place.month.replace(year=place.month.year - 1)), element),
        "past": _past(place.month, figures, element),
        "entered": _entered(place, element),
    }
    return JsonResponse(data | _note(found))


@require_POST
def moves(request: HttpRequest, code: str, year: str, month: str, pk: str) -> JsonResponse:
    """What the figures typed so far break and which standards they move; nothing is written."""
    place = _place(request, code, year, month)
    element = _asked(place, int(pk))
    typed = _typed(request, place)
    broken = [one for one in findings_of(place.village, place.month, typed) if element.code in one.codes]
    return JsonResponse(
        {
            "findings": [{"sentence": one.sentence, "hard": one.is_hard} for one in broken],
            "moves": list(_moves(request.user, place, element, typed)),
        }
    )


def _place(request: HttpRequest, code: str, year: str, month: str) -> Place:
    place = find_place(request.user, code, int(year), int(month), clock.now())
    if place.refusal:
        raise Http404(place.refusal)
    return place


def _asked(place: Place, pk: int) -> DataElement:
    for item in ProgrammeElement.objects.asked_of(place.village, only=[pk]):
        return item.element
    raise Http404("这个村（社区）的月报里没有这一项。")


def _year_of(place: Place, element: DataElement) -> dict[date, Decimal]:
    """The known figures of this year and the last, by month."""
    years = (place.month.year - 1, place.month.year)
    lines = LedgerLine.objects.of(place.village, years).filter(element=element)
    return {
        date(line.year, number, 1): value
        for line in lines
        for number, value in enumerate(line.months, 1)
        if value is not None
    }


def _past(month: date, figures: Mapping[date, Decimal], element: DataElement) -> list[dict[str, Any]]:
    """The last twelve months, this one last."""
    months = [month]
    while len(months) < SHOWN_MONTHS:
        months.insert(0, month_before(months[0]))
    return [
        {
            "month": f"{each:%Y-%m}",
            "text": figure_text(figures.get(each), element),
            "value": float(figures[each]) if each in figures else None,  # a point of a drawing, not a figure
        }
        for each in months
    ]


def _entered(place: Place, element: DataElement) -> dict[str, str] | None:
    changes = ValueChange.objects.filter(report__village=place.village, report__month=place.month)
    last = changes.filter(element=element).select_related("by__organisation").order_by("at", "pk").last()
    if last is None:
        return None
    who = f"{last.by.organisation} {last.by}"
    return {"by": who, "at": f"{localtime(last.at):%Y-%m-%d %H:%M}", "way": last.get_way_display()}


def _note(note: Any) -> dict[str, Any]:
    if note is None:
        return {"remark": "", "mark": "", "is_void": False, "evidence": 0}
    return {
        "remark": note.remark,
        "mark": note.mark,
        "is_void": note.is_not_applicable,
        "evidence": note.files,
    }


def _typed(request: HttpRequest, place: Place) -> dict[int, Decimal | None]:
    """What was typed and can be read; the rest is told when it is saved."""
    batch = read_batch(read_json(request.body))
    if batch.village != place.village.code or batch.month != place.month:
        raise BadRequest("没有看懂送来的数据。")
    typed: dict[int, Decimal | None] = {}
    for item in ProgrammeElement.objects.asked_of(place.village, only=batch.cells):
        with suppress(FigureError):
            typed[item.element.pk] = parse_figure(batch.cells[item.element.pk], item.element)
    return typed


def _moves(
    user: User, place: Place, element: DataElement, typed: Mapping[int, Decimal | None]
) -> Iterable[dict[str, Any]]:
    """The standards that read this element, as they would stand if the month were accepted like this."""
    figures = LedgerLine.objects.month_values(place.village, place.month) | dict(typed)
    codes = dict(DataElement.objects.filter(pk__in=figures).values_list("pk", "code"))
    by_code = {codes[pk]: value for pk, value in figures.items()}
    for programme in place.programmes:
        if place.month.year in programme.years:
            yield from _moves_of(user, programme, place, element, by_code)


def _moves_of(
    user: User,
    programme: Programme,
    place: Place,
    element: DataElement,
    by_code: Mapping[str, Decimal | None],
) -> Iterable[dict[str, Any]]:
    said = [
        one
        for one in explain_typed(programme, place.village, place.month, by_code)
        if any(each.measure.element == element.code for each in one.inputs)
    ]
    seen = set(Standard.objects.visible_to(user).filter(programme=programme).values_list("pk", flat=True))
    now = Verdict.objects.filter(scope_code=place.village.code, year=place.month.year)
    statuses = dict(now.filter(standard__in=seen).values_list("standard", "status"))
    return [_move(one, statuses.get(one.standard.pk, "")) for one in said if one.standard.pk in seen]


def _move(one: Explanation, before: str) -> dict[str, Any]:
    return {
        "code": one.standard.code,
        "name": one.standard.name,
        "status": one.status,
        "mark": verdict_mark(one.status),
        "word": verdict_word(one.status),
        "before": verdict_word(before) if before and before != one.status else "",
        "sentence": one.sentence,
    }
