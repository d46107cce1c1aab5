"""Where a grid's cells are saved: every cell is answered, with what became of it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.transitions import TransitionError
from indicators.models import DataElement, ValueChange
from indicators.services.cells import CellsSaved, cells_save
from indicators.views.figure_texts import figure_text
from indicators.views.grid_input import Batch, Sent, read_sent
from villages.models import Village

Elements = Mapping[int, DataElement]
Answer = dict[str, Any]


@require_POST
def cells(request: HttpRequest) -> JsonResponse:
    """Save what was typed, month by month; 404 for a village out of reach, before any write."""
    authorize_typing(request.user)
    sent = read_sent(request.body)
    if sent.user != request.user.pk:
        why = f"现在登录的是{request.user}，这些改动是别人填的，没有保存。"
        return JsonResponse({"why": why}, status=409)
    villages = _villages(request.user, sent)
    answers = [_save(request.user, villages[batch.village], batch) for batch in sent.batches]
    return JsonResponse({"batches": answers})


@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Who is logged in now, and the token with which a page that is still open goes on sending."""
    authorize(request.user, Permission.VIEW_WORK)
    return JsonResponse(
        {"user": request.user.pk, "name": request.user.name, "token": get_token(request)},
        headers={"Cache-Control": "private, no-store"},
    )


def authorize_typing(user: User) -> None:
    """Raise PermissionDenied for who types no figures at all; each cell is asked about when it is saved."""
    if not (allows(user, Permission.MONTH_EDIT) or allows(user, Permission.MONTH_EDIT_OWNED)):
        raise PermissionDenied("您的角色不填月报。")


def _villages(user: User, sent: Sent) -> dict[str, Village]:
    wanted = {batch.village for batch in sent.batches}
    found = {village.code: village for village in Village.objects.visible_to(user).filter(code__in=wanted)}
    if wanted - found.keys():
        raise Http404("没有这个村（社区）。")
    return found


def _save(user: User, village: Village, batch: Batch) -> Answer:
    head = {"village": village.code, "month": f"{batch.month:%Y-%m}"}
    try:
        saved = cells_save(
            village=village,
            month=batch.month,
            texts=batch.cells,
            seen_version=batch.version,
            actor=user,
            now=clock.now(),
        )
    except (TransitionError, PermissionDenied) as error:
        shut = {pk: {"state": "shut", "why": str(error)} for pk in batch.cells}
        return head | {"version": batch.version, "cells": shut, "taken": {}, "shut": str(error)}
    taken = {pk: theirs(change, user) for pk, change in saved.taken.items()}
    return head | {"version": saved.version, "cells": _answers(saved, user), "taken": taken, "shut": ""}


def _answers(saved: CellsSaved, user: User) -> dict[int, Answer]:
    kept = {
        pk: {"state": "saved", "text": figure_text(value, saved.elements[pk])}
        for pk, value in saved.kept.items()
    }
    conflicts = {pk: {"state": "conflict"} | theirs(change, user) for pk, change in saved.conflicts.items()}
    invalid = {pk: {"state": "invalid", "why": why} for pk, why in saved.invalid.items()}
    refused = {pk: {"state": "shut", "why": why} for pk, why in saved.refused.items()}
    return kept | conflicts | invalid | refused


def theirs(change: ValueChange, user: User) -> Answer:
    """What somebody else typed: the figure, who and when."""
    at = f"{localtime(change.at):%m-%d %H:%M}"
    by = "您在另一个窗口" if change.by_id == user.pk else str(change.by)
    return {
        "text": figure_text(change.new, change.element),
        "by": by,
        "at": at,
        "own": change.by_id == user.pk,
    }
