"""Writes to published figures: who may, and which verdicts move."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, authorize
from indicators.models import ReferenceValue
from indicators.services.compliance import compute_request
from villages.models import Programme


def authorize_value(*, value: ReferenceValue, actor: User) -> None:
    """Raise PermissionDenied unless the figure's area lies inside the actor's division or contains it."""
    authorize(actor, Permission.PROGRAMME_MANAGE)
    if not value.concerns(actor.division_code):
        raise PermissionDenied("只能维护本地和上级地区的参照值。")


@transaction.atomic
def references_changed(*, years: Collection[int], actor: User, now: datetime) -> None:
    """Published figures of `years` were changed: have the verdicts of the actor's programmes computed."""
    authorize(actor, Permission.PROGRAMME_MANAGE)
    for year in sorted(set(years)):
        for programme in Programme.objects.visible_to(actor).running_in(year):
            compute_request(programme=programme, year=year, now=now)
