"""What the page of an application prints: track, sheet, opinions, rectification, history, actions."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, allows
from accounts.transitions import offers
from assessments import decisions, sheet
from assessments.decisions import View
from assessments.forms import StepForm
from assessments.models import Application, Award, Opinion, Snapshot
from assessments.views.actions import actions
from assessments.views.track import TONES, history, track
from assessments.workflow import RECTIFICATION, ApplicationStatus

S = ApplicationStatus
OPINION_TONES: dict[str, str] = {
    Opinion.Outcome.PASS: "good",
    Opinion.Outcome.NEEDS_WORK: "attention",
    Opinion.Outcome.FAIL: "bad",
}


def page_of(
    user: User,
    application: Application,
    *,
    now: datetime,
    round_: int | None = None,
    bound: StepForm | None = None,
) -> dict[str, Any]:
    """The context of the page; `round_` asks for an earlier round, `bound` is a form that came back."""
    steps = list(application.steps.for_history())
    snapshots = list(application.snapshots.order_by("round").defer("payload"))
    shown = _shown(application, snapshots, round_)
    view = decisions.in_view(application, shown.round if shown else None)
    seen = view.visible_to(user)
    rows = seen.sheet if shown else _live(application, user)
    return {
        "application": application,
        "today": localdate(now),
        "tone": TONES[application.status],
        "track": track(application, steps),
        "history": history(steps),
        "snapshots": snapshots,
        "snapshot": shown,
        "lines": _lines(rows, seen),
        "report": rows.report,
        "scores": rows.scores,
        "version": rows.version,
        "is_demonstration": application.is_demonstration or rows.is_demonstration,
        "opinions": _opinions(seen),
        "silent": [(office, "、".join(codes)) for office, codes in seen.silent.items()],
        "actions": actions(application, user, now, view, bound),
        "notes": view.cautions if application.status in (S.MUNICIPAL_REVIEW, S.CITY_REVIEW) else [],
        **_award(application),
        "returned": _last_return(application, steps),
        "rectifications": _rectifications(application, user, now),
        **_doors(application, user),
        "unjudged": len(view.unjudged),
    }


def _shown(application: Application, snapshots: list[Snapshot], round_: int | None) -> Snapshot | None:
    """The round asked for, else the latest; none while the self-check of this round is being written."""
    if round_ is not None:
        return next((snapshot for snapshot in snapshots if snapshot.round == round_), None)
    if application.status == S.SELF_CHECK or not snapshots:
        return None
    return snapshots[-1]


def _live(application: Application, user: User) -> sheet.Sheet:
    return sheet.read(sheet.collect(application)).visible_to(user)


def _lines(rows: sheet.Sheet, view: View) -> list[dict[str, Any]]:
    """The sheet's rows, each with what was judged about it."""
    return [{"row": row, "judged": view.judgements.get(row.code)} for row in rows.rows]


def _opinions(view: View) -> list[dict[str, Any]]:
    """What each department said, standards of which it said the same together."""

    def said(opinion: Opinion) -> tuple[Any, ...]:
        return (opinion.organisation.name, opinion.outcome, opinion.note, opinion.is_on_site)

    grouped = groupby(sorted(view.opinions, key=said), key=said)
    return [_said(list(opinions)) for _, opinions in grouped]


def _said(opinions: list[Opinion]) -> dict[str, Any]:
    codes = "、".join(opinion.standard.code for opinion in opinions)
    return {"opinion": opinions[0], "codes": codes, "tone": OPINION_TONES[opinions[0].outcome]}


def _last_return(application: Application, steps: list[Any]) -> Any:
    """Why the application is back with the township."""
    if application.status != S.RETURNED:
        return None
    return next((step for step in steps if step.name in ("return", "city_return")), None)


def _award(application: Application) -> dict[str, Any]:
    award = Award.objects.filter(application=application).first()
    rechecks = award.rechecks.select_related("by") if award else []
    return {"award": award, "rechecks": rechecks}


def _rectifications(application: Application, user: User, now: datetime) -> list[dict[str, Any]]:
    items = application.rectifications.select_related("standard", "application__village", "created_by")
    return [
        {
            "item": item,
            "steps": [(RECTIFICATION[step.name].label, step) for step in item.steps.all()],
            "offers": offers(item, user, now),
        }
        for item in items.prefetch_related("steps__by").order_by("-round", "pk")
    ]


def _doors(application: Application, user: User) -> dict[str, bool]:
    """Which further pages open to this reader now."""

    def may(permission: Permission) -> bool:
        return allows(user, permission, within=application.division_code)

    reviewing = application.status == S.MUNICIPAL_REVIEW
    return {
        "may_write": application.is_editable and may(Permission.SELF_CHECK),
        "may_say": reviewing and may(Permission.OPINION_GIVE),
        "may_judge": reviewing and may(Permission.MUNICIPAL_REVIEW),
        "may_pay": may(Permission.PROJECT_MANAGE),
        "may_recheck": application.status == S.AWARDED and may(Permission.MUNICIPAL_REVIEW),
    }
