"""Whose figures are whose: a township types its own, a department types those it provides."""

from collections.abc import Iterable

from accounts.models import User
from accounts.permissions import Permission, allows
from indicators.models.catalogue import AskedElement
from villages.models import Village


def may_edit(user: User, village: Village) -> bool:
    """Say whether any figure of the village can be the user's to type."""
    roles = (Permission.MONTH_EDIT, Permission.MONTH_EDIT_OWNED)
    return any(allows(user, permission, within=village.division_code) for permission in roles)


def own_elements(user: User, village: Village, asked: Iterable[AskedElement]) -> frozenset[int]:
    """The elements, by id, that `user` may type for `village`."""
    township = allows(user, Permission.MONTH_EDIT, within=village.division_code)
    department = allows(user, Permission.MONTH_EDIT_OWNED, within=village.division_code)
    return frozenset(
        item.element.pk
        for item in asked
        if (township and not item.providers) or (department and user.organisation in item.providers)
    )


def may_explain(user: User, village: Village, item: AskedElement) -> bool:
    """Say whether `user` may write a remark on a figure: who types it, and the township that signs it."""
    township = allows(user, Permission.MONTH_EDIT, within=village.division_code)
    return township or bool(own_elements(user, village, [item]))
