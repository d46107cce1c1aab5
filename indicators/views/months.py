"""The page of one village's month: read it, type it, take its steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.transitions import TransitionError
from indicators.forms import MonthForm, ReturnForm, StepForm, read_month_form
from indicators.merging import merge, names_of
from indicators.models import MonthlyReport, ProgrammeElement
from indicators.permissions import may_edit
from indicators.services import months
from indicators.services.months import (
    BrokenRules,
    MissingFigures,
    Saved,
    StaleNote,
    StaleVersion,
    Unexplained,
)
from indicators.views.month_desk import Desk, Place, find_place, lay_out
from indicators.views.month_page import page_of


@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """Show a village's month; POST saves what was typed, and submits it where that was asked."""
    place = find_place(request.user, code, int(year), int(month), clock.now())
    if place.refusal:
        return render(request, "indicators/month_unavailable.html", {"place": place}, status=404)
    desk = lay_out(request.user, place)
    return _save(request, desk) if request.method == "POST" else _show(request, desk)


@require_POST
def month_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take one step of a month: submit, withdraw, accept or return."""
    reports = MonthlyReport.objects.visible_to(request.user).select_related("village")
    report = get_object_or_404(reports, pk=pk)
    if step not in STEPS:
        raise Http404("没有这一步。")
    form = STEPS[step].read(request, report)
    return (
        _take_step(request, report, STEPS[step], form) if form.is_valid() else _refuse(request, report, form)
    )


def _show(request: HttpRequest, desk: Desk, **came_back: Any) -> HttpResponse:
    page = page_of(
        request.user, desk, now=clock.now(), confirm=request.GET.get("confirm") == "submit", **came_back
    )
    return render(request, "indicators/month_detail.html", page)


def _save(request: HttpRequest, desk: Desk) -> HttpResponse:
    place = desk.place
    form = read_month_form(request.POST, [item.element for item in desk.asked])
    if may_edit(request.user, place.village):
        if not desk.report.is_editable:
            messages.error(request, desk.report.why_closed())
            return _show(request, desk, form=form)
        if not form.is_valid:
            return _show(request, desk, form=form)
    try:
        saved = months.month_save(
            village=place.village,
            month=place.month,
            values=form.values,
            seen_version=form.version,
            notes=form.notes,
            actor=request.user,
            now=clock.now(),
        )
    except (StaleVersion, StaleNote) as stale:
        return _ask_again(request, place, form, stale)
    except TransitionError as error:
        messages.error(request, str(error))
        return _show(request, lay_out(request.user, place), form=form)
    _say_saved(request, saved)
    if form.wants_submit:
        return _submit_saved(request, place, form, saved)
    if not (saved.changes or saved.taken or saved.notes):
        messages.info(request, "没有新的改动，不用保存。")
    return redirect(place)


def _ask_again(
    request: HttpRequest, place: Place, form: MonthForm, stale: StaleVersion | StaleNote
) -> HttpResponse:
    """Back to what was typed, with what others wrote meanwhile beside it."""
    if isinstance(stale, StaleNote):
        messages.error(request, str(stale))
    merged = merge(form.values, stale.changes, version=stale.version)
    return _show(request, lay_out(request.user, place), form=form, merged=merged)


def _say_saved(request: HttpRequest, saved: Saved) -> None:
    if saved.taken:
        messages.info(
            request, f"您填写期间{names_of(saved.taken)}也改了 {len(saved.taken)} 项，已按对方的保留。"
        )
    if saved.changes:
        messages.success(request, f"已保存 {len(saved.changes)} 项。")
    elif saved.notes:
        messages.success(request, f"已保存 {len(saved.notes)} 条说明。")


def _submit_saved(request: HttpRequest, place: Place, form: MonthForm, saved: Saved) -> HttpResponse:
    """On to the bureau, unless nothing was ever typed or somebody's figures came in unseen."""
    report = MonthlyReport.objects.filter(village=place.village, month=place.month).first()
    if report is None:
        messages.error(request, "本月一项数据也没有填，不能上报。")
        return redirect(place)
    if saved.taken:
        messages.warning(request, "还没有上报：请核对别人改过的数据，再上报。")
        return redirect(place)
    step = StepForm({"version": form.version if saved.version is None else saved.version})
    return _take_step(request, report, STEPS["submit"], step) if step.is_valid() else redirect(place)


def _take_step(request: HttpRequest, report: MonthlyReport, step: "Step", form: StepForm) -> HttpResponse:
    try:
        step.take(request, report, form.cleaned_data)
    except MissingFigures:
        return redirect(f"{report.get_absolute_url()}?confirm=submit#confirm")
    except (BrokenRules, Unexplained) as error:
        messages.error(request, error.heading)  # the page itself says which, each beside its cell
        return redirect(report)
    except TransitionError as error:
        messages.error(request, str(error))
        return _refuse(request, report, form)
    messages.success(request, step.done)
    return redirect(report)


def _refuse(request: HttpRequest, report: MonthlyReport, form: StepForm) -> HttpResponse:
    """Back to the month's page; a reason that was typed stays as it was typed."""
    if not isinstance(form, ReturnForm):
        return redirect(report)
    place = find_place(request.user, report.village.code, report.month.year, report.month.month, clock.now())
    return _show(request, lay_out(request.user, place), decision=form)


def _submit(request: HttpRequest, report: MonthlyReport, typed: dict[str, Any]) -> None:
    months.month_submit(
        report=report,
        actor=request.user,
        now=clock.now(),
        seen_version=typed["version"],
        incomplete_ok=typed["incomplete"],
    )


def _withdraw(request: HttpRequest, report: MonthlyReport, typed: dict[str, Any]) -> None:
    months.month_withdraw(report=report, actor=request.user, now=clock.now())


def _accept(request: HttpRequest, report: MonthlyReport, typed: dict[str, Any]) -> None:
    months.month_accept(report=report, actor=request.user, now=clock.now(), seen_version=typed["version"])


def _return(request: HttpRequest, report: MonthlyReport, typed: dict[str, Any]) -> None:
    months.month_return(
        report=report,
        comment=typed["comment"],
        marks=typed["marks"],
        actor=request.user,
        now=clock.now(),
        seen_version=typed["version"],
    )


def _mark(request: HttpRequest, report: MonthlyReport, typed: dict[str, Any]) -> None:
    months.month_mark(report=report, marks=typed["marks"], actor=request.user, now=clock.now())


def _read_step(request: HttpRequest, report: MonthlyReport) -> StepForm:
    return StepForm(request.POST)


def _read_return(request: HttpRequest, report: MonthlyReport) -> StepForm:
    asked = ProgrammeElement.objects.asked_of(report.village)
    return ReturnForm(request.POST, elements=[item.element.pk for item in asked])


@dataclass(frozen=True)
class Step:
    """What a step's address does: the service it calls, what is said when it is done, and what it reads."""

    take: Callable[[HttpRequest, MonthlyReport, dict[str, Any]], None]
    done: str
    read: Callable[[HttpRequest, MonthlyReport], StepForm] = _read_step


STEPS: dict[str, Step] = {
    "submit": Step(_submit, "已上报给乡村振兴局，等待受理。受理前可以撤回。"),
    "withdraw": Step(_withdraw, "已撤回，可以继续修改，改好后请重新上报。"),
    "accept": Step(_accept, "已受理，达标情况正在重新计算。"),
    "return": Step(_return, "已退回，填报人会看到您写的意见。", _read_return),
    "mark": Step(_mark, "已补充退回，填报人可以改这些数据了。", _read_return),
}
