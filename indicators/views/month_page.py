"""What the page of a month prints around its sheet: state, deadline, steps, history, queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, allows
from accounts.transitions import offers
from common.months import month_after, month_before
from indicators.forms import MonthForm, ReturnForm, field_name
from indicators.merging import Merge
from indicators.models import CellNote, DataElement, Difference, MonthlyReport, MonthlyReportStep, ValueChange
from indicators.permissions import may_edit
from indicators.views.month_desk import Desk, Place, month_url
from indicators.views.month_sheet import build_sheet, shown
from indicators.workflow import MONTH, MonthStatus

TONES: dict[str, str] = {
    MonthStatus.DRAFT: "calm",
    MonthStatus.SUBMITTED: "active",
    MonthStatus.ACCEPTED: "good",
    MonthStatus.RETURNED: "attention",
}


@dataclass(frozen=True)
class Buttons:
    """Which steps this person may take now; `obstacle` says why a review is not theirs to decide."""

    submit: bool = False
    withdraw: bool = False
    review: bool = False
    obstacle: str = ""
    mark: bool = False  # more figures can be added to those that came back

    @property
    def may_mark(self) -> bool:
        """Whether a sentence can be written beside each figure."""
        return self.mark or (self.review and not self.obstacle)


@dataclass(frozen=True)
class Edit:
    """A figure, or only its remark, that changed since the month came back."""

    cell: str
    element: str
    old: str
    new: str
    remark: str
    mark: str
    who: str


def page_of(
    user: User,
    desk: Desk,
    *,
    now: datetime,
    confirm: bool = False,
    form: MonthForm | None = None,
    merged: Merge | None = None,
    decision: ReturnForm | None = None,
) -> dict[str, Any]:
    """The context of the page; `form`, `merged` and `decision` are what came back unsaved."""
    today = localdate(now)
    buttons = buttons_for(user, desk, now)
    return {
        "place": desk.place,
        "report": desk.report,
        "desk": desk,
        "today": today,
        "tone": TONES[desk.report.status],
        "sheet": build_sheet(
            desk,
            form,
            _conflicts(desk, form, merged),
            merged.taken if merged else (),
            decision.marks if decision else {},
        ),
        "carry": desk.can_carry() if desk.is_open else [],
        "carry_url": carry_url(desk.place),
        "last_return": desk.report.last_step("return") if desk.report.pk else None,
        "edits": _edits(desk) if desk.report.status == MonthStatus.SUBMITTED else None,
        "version": _version(desk, form, merged),
        "came_back": form is not None,
        "merged": merged,
        "missing": desk.missing if confirm and buttons.submit else [],
        "filled": len(desk.asked) - len(desk.missing),
        "buttons": buttons,
        "button_note": _button_note(user, desk.place, buttons),
        "decision": decision or ReturnForm(),
        "returned": desk.report.last_step("return") if desk.report.status == MonthStatus.RETURNED else None,
        "history": list(_history(desk.report)),
        "may_export": allows(user, Permission.EXPORT, within=desk.place.village.division_code),
        "queue": _queue(user, desk.report),
        **_requests(user, desk),
        **_neighbours(desk.place, today),
    }


def buttons_for(user: User, desk: Desk, now: datetime) -> Buttons:
    """Ask the workflow's table; a month nobody has begun can be submitted only once it is saved."""
    report = desk.report
    if report.pk is None:
        submit = allows(user, MONTH["submit"].permission, within=report.division_code)
        return Buttons(submit=submit)
    found = {offer.transition.name: offer.obstacle for offer in offers(report, user, now)}
    may_review = allows(user, Permission.MONTH_REVIEW, within=report.division_code)
    can_mark = may_review and report.is_editable and bool(desk.marked)
    obstacle = found.get("accept", "")
    return Buttons("submit" in found, "withdraw" in found, "accept" in found, obstacle, can_mark)


def _button_note(user: User, place: Place, buttons: Buttons) -> str:
    """Who takes the next step, beside the buttons."""
    if buttons.submit:
        return "上报时一并保存；受理前可以撤回。"
    if allows(user, Permission.MONTH_EDIT, within=place.village.division_code):
        return "填好后请负责人上报。"
    return f"填好后随{place.village.township_name}的月报一并上报。"


def carry_url(place: Place) -> str:
    """Where last month's figures are taken over."""
    where = {"code": place.village.code, "year": place.month.year, "month": place.month.month}
    return reverse("indicators:month_carry", kwargs=where)


def _conflicts(desk: Desk, form: MonthForm | None, merged: Merge | None) -> dict[int, ValueChange]:
    """The cells to choose at: found just now, or sent back without a choice."""
    if merged:
        return merged.conflicts
    if form is None or not form.unsettled:
        return {}
    latest = ValueChange.objects.latest_by_element(desk.report)
    return {pk: latest[pk] for pk in form.unsettled if pk in latest}


def _version(desk: Desk, form: MonthForm | None, merged: Merge | None) -> int:
    if merged:
        return merged.version
    return form.version if form else desk.report.version


def _edits(desk: Desk) -> list[Edit] | None:
    """What the township changed since the month came back; None where it never did."""
    step = desk.report.last_step("return")
    if step is None:
        return None
    version = ValueChange.objects.version_of(step)
    changes = {one.element.pk: one for one in ValueChange.objects.differences(desk.report, version)}
    said = {pk for pk, note in desk.notes.items() if note.version > version and note.remark}
    asked = [item.element for item in desk.asked if item.element.pk in changes.keys() | said]
    return [_edit(element, changes.get(element.pk), desk.notes.get(element.pk)) for element in asked]


def _edit(element: DataElement, change: Difference | None, note: CellNote | None) -> Edit:
    return Edit(
        cell=field_name(element.pk),
        element=element.name,
        old=shown(change.old, element) if change else "",
        new=shown(change.change.new, element) if change else "",
        remark=note.remark if note else "",
        mark=note.mark if note else "",
        who=str(change.change.by if change else note.by if note else ""),
    )


def _history(report: MonthlyReport) -> Iterator[dict[str, Any]]:
    steps: list[MonthlyReportStep] = list(report.steps.all()) if report.pk else []
    for step in reversed(steps):
        yield {
            "at": step.at,
            "who": step.by.name,
            "organisation": step.by.organisation.name,
            "action": MONTH[step.name].label,
            "from": MONTH.labels.get(step.from_status, ""),
            "to": MONTH.labels[step.to_status],
            "reason": step.comment,
        }


def _requests(user: User, desk: Desk) -> dict[str, Any]:
    """What can be asked of the bureau from here: leave for a locked month, correcting an accepted one."""
    where = {
        "code": desk.place.village.code,
        "year": desk.place.month.year,
        "month": desk.place.month.month,
    }
    may_ask = may_edit(user, desk.place.village)
    is_accepted = desk.report.status == MonthStatus.ACCEPTED
    return {
        "asks_permit": may_ask,
        "permit_url": reverse("indicators:permit_ask", kwargs=where),
        "amend_url": reverse("indicators:amendment_ask", kwargs=where) if may_ask and is_accepted else "",
    }


def _neighbours(place: Place, today: date) -> dict[str, Any]:
    before, after = month_before(place.month), month_after(place.month)
    first_year = min(programme.first_year for programme in place.programmes) - 1
    return {
        "before_url": month_url(place.village, before) if before.year >= first_year else "",
        "after_url": month_url(place.village, after) if after <= today else "",
    }


def _queue(user: User, report: MonthlyReport) -> dict[str, Any]:
    """Where a reviewer goes from here: nothing for others."""
    if not allows(user, Permission.MONTH_REVIEW, within=report.division_code):
        return {}
    waiting = MonthlyReport.objects.visible_to(user).waiting_for_review()
    return {
        "before": waiting.last_before(report),
        "after": waiting.next_after(report),
        "count": waiting.count(),
    }
