"""What stands beside a verdict: the points it gives, and whether the village is exempt from the standard."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, allows
from common.divisions import Level
from indicators.engine import points_in_words
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Exemption, JudgedYear, Standard


def scoring_of(
    user: User, standard: Standard, scope_code: str, year: int, score: Decimal | None
) -> dict[str, Any] | None:
    """The points of a standard at a place; None for one that neither gives points nor vetoes."""
    if standard.points is None and not standard.veto:
        return None
    may_see = allows(user, Permission.VIEW_EVERY_STANDARD) and standard.scope == Standard.Scope.VILLAGE
    place = [standard.programme.code, year, scope_code]
    return {
        "has_points": standard.points is not None,
        "score": score,
        "how": points_in_words(standard, Catalogue.load(standard.programme)),
        "card_url": reverse("indicators:scorecard", args=place) if may_see else "",
    }


def exemption_of(user: User, standard: Standard, scope_code: str, year: int) -> dict[str, Any]:
    """The exemptions of a village in a year, and what the reader may do about them."""
    if standard.scope != Standard.Scope.VILLAGE or len(scope_code) != Level.VILLAGE:
        return {}
    found = list(Exemption.objects.visible_to(user).of_place(standard, scope_code, year))
    place = {"programme": standard.programme, "village__code": scope_code, "year": year}
    may = allows(user, Permission.PROGRAMME_MANAGE, within=scope_code)
    may = may and not JudgedYear.objects.filter(**place).exists()
    in_force = any(exemption.revoked_at is None for exemption in found)
    return {
        "exemptions": found,
        "may_exempt": may and not in_force,
        "may_revoke": may,
        "exempt_url": reverse("indicators:exempt", args=[standard.pk, scope_code, year]),
    }
