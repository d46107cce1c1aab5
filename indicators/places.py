"""The places that verdicts are about, by name."""

from django.db.models.functions import Left

from common.divisions import Level
from villages.models import Programme, Village


def place_names(programme: Programme) -> dict[str, str]:
    """Name the wider scopes of a programme by their codes: townships, kinds, the programme itself."""
    villages = Village.objects.enrolled_in(programme).annotate(township=Left("code", int(Level.TOWNSHIP)))
    townships = dict(villages.order_by("township").values_list("township", "township_name").distinct())
    kinds = {f"{programme.division_code}:{kind.code}": kind.name for kind in programme.kinds.all()}
    return townships | kinds | {programme.division_code: programme.whole}
