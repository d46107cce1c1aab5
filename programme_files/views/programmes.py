"""A programme as everybody in its area reads it: calendar, villages, measures, what is typed, versions."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, allows, authorize
from indicators.models import Standard
from programme_files.dumping import dump_programme
from programme_files.models import ProgrammeVersion
from programme_files.problems import ProgrammeFileError
from programme_files.scoring_rows import loose_vetoes, scorecards
from programme_files.views.versions import yaml_file
from projects.models import Measure
from villages.models import Enrolment, Programme

VERSIONS_SHOWN = 20


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """The programmes of the reader's area."""
    authorize(request.user, Permission.VIEW_WORK)
    context = {
        "programmes": Programme.objects.visible_to(request.user),
        "may_load": allows(request.user, Permission.PROGRAMME_MANAGE),
    }
    return render(request, "programme_files/programme_list.html", context)


@require_safe
def programme_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Everything a programme says, short; the standards have a page of their own."""
    authorize(request.user, Permission.VIEW_WORK)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    standards = Standard.objects.visible_to(request.user).filter(programme=programme)
    visible = set(standards.values_list("pk", flat=True))
    context = {
        "programme": programme,
        "calendar": _calendar(programme),
        "years": _years(programme),
        "measures": _measures(programme),
        "visible_standards": visible,
        "groups": _groups(programme),
        "scorecards": scorecards(programme, visible),
        "loose_vetoes": loose_vetoes(programme),
        "attributes": programme.attributes.all(),
        "rules": programme.rules.count(),
        "versions": ProgrammeVersion.objects.filter(programme=programme).for_list()[:VERSIONS_SHOWN],
        "may_export": allows(request.user, Permission.EXPORT),
        "may_load": allows(request.user, Permission.PROGRAMME_MANAGE, within=programme.division_code),
    }
    return render(request, "programme_files/programme_detail.html", context)


@require_safe
def programme_file(request: HttpRequest, code: str) -> HttpResponse:
    """The programme as a file that loads again, without demonstration data."""
    authorize(request.user, Permission.EXPORT)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    try:
        text = dump_programme(programme)
    except ProgrammeFileError as error:
        messages.error(request, str(error))
        return redirect("programme_files:detail", code=code)
    return yaml_file(text, programme.code)


def _calendar(programme: Programme) -> list[tuple[str, str]]:
    opens, closes = programme.self_check_opens, programme.self_check_closes
    moves = "，遇休息日顺延" if programme.month_due_moves else ""
    days = programme.month_lock_days
    lock = [] if days is None else [("逾期锁定", f"上报期限过后第 {days} 个工作日，锁定后须经批准才能补报")]
    return [
        ("月报", f"每月 {programme.month_due_day} 日前上报{moves}"),
        *lock,
        ("自查和验收申请", f"{_day(opens)}至{_day(closes)}"),
        ("评估验收", f"{_day(programme.municipal_review_closes)}前"),
        ("复审复验", f"{_day(programme.city_review_closes)}前"),
    ]


def _day(text: str) -> str:
    month, day = text.split("-")
    return f"{int(month)}月{int(day)}日"


def _years(programme: Programme) -> list[dict[str, Any]]:
    """Each year with its quota and the villages that are meant for it."""
    enrolments = list(Enrolment.objects.filter(programme=programme).for_list())
    return [
        {
            "year": year,
            "quota": programme.quota_of(year),
            "enrolments": [enrolment for enrolment in enrolments if enrolment.target_year == year],
        }
        for year in programme.years
    ]


def _measures(programme: Programme) -> Any:
    targets = Prefetch("standards", Standard.objects.order_by("position"))
    return Measure.objects.filter(programme=programme).prefetch_related("departments", targets)


def _groups(programme: Programme) -> list[tuple[str, list[Any]]]:
    """What is typed every month, by the headings of the ledger."""
    asked = programme.elements.select_related("element", "provider").prefetch_related("kinds")
    asked = asked.order_by("element__position")
    return [(group, list(rows)) for group, rows in groupby(asked, key=lambda row: row.element.group)]
