"""What a person may fill in of many villages at once: looked up once for every kind of village."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from accounts.models import User
from accounts.permissions import Permission, allows
from indicators.models import DataElement, ProgrammeElement
from indicators.validation import month_refusal
from villages.models import Enrolment, Programme

Kinds = frozenset[tuple[int, int]]  # a village's programmes, with its kind in each


@dataclass(frozen=True)
class Asked:
    """What villages of the same kinds are asked for, by code: the person's own, and who gives the rest."""

    own: frozenset[str] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)
    programmes: tuple[Programme, ...] = ()

    def refusal(self, element: DataElement) -> str:
        """Why the person does not fill in `element` here; "" where they do."""
        if element.code in self.own:
            return ""
        if element.code in self.others:
            return f"“{element}”由{self.others[element.code]}填报，不能由您导入。"
        return f"这个村（社区）不填“{element}”。"


NOT_ENROLLED = Asked()


@dataclass
class Rights:
    """Looks up what villages are asked for, some hundreds at a time."""

    user: User
    _known: dict[Kinds, Asked] = field(default_factory=dict)

    def of(self, villages: Collection[int]) -> dict[int, Asked]:
        """What each of `villages` (by id) is asked for."""
        kinds: dict[int, set[tuple[int, int]]] = {}
        rows = Enrolment.objects.filter(village__in=villages).values_list("village", "programme", "kind")
        for village, programme, kind in rows:
            kinds.setdefault(village, set()).add((programme, kind))
        return {village: self._asked(frozenset(found)) for village, found in kinds.items()}

    def _asked(self, kinds: Kinds) -> Asked:
        if kinds not in self._known:
            self._known[kinds] = self._read(kinds)
        return self._known[kinds]

    def _read(self, kinds: Kinds) -> Asked:
        programmes = dict(kinds)
        rows = ProgrammeElement.objects.filter(programme__in=programmes)
        providers: dict[str, set] = {}
        for row in (
            rows.select_related("element", "provider").prefetch_related("kinds").order_by("element__position")
        ):
            only = {kind.pk for kind in row.kinds.all()}
            if not only or programmes[row.programme_id] in only:
                providers.setdefault(row.element.code, set()).add(row.provider)
        own = {code for code, given in providers.items() if self._is_own(given)}
        others = {code: _names(given) for code, given in providers.items() if code not in own}
        return Asked(frozenset(own), others, tuple(Programme.objects.filter(pk__in=programmes)))

    def _is_own(self, providers: set) -> bool:
        if self.user.organisation in providers:
            return allows(self.user, Permission.MONTH_EDIT_OWNED)
        return providers == {None} and allows(self.user, Permission.MONTH_EDIT)


def month_refusals(asked: Collection[Asked], month: date, today: date) -> dict[tuple[Programme, ...], str]:
    """Why villages have no report of `month`, by their programmes; "" where they have."""
    return {one.programmes: month_refusal(one.programmes, month, today) for one in asked}


def fillable_elements(user: User) -> list[DataElement]:
    """Every element that programmes in the user's division ask for, in the order of the ledger."""
    wanted = ProgrammeElement.objects.filter(programme__in=Programme.objects.visible_to(user))
    return list(DataElement.objects.filter(pk__in=wanted.values("element")))


def _names(providers: set) -> str:
    return "、".join(sorted(str(provider) for provider in providers if provider)) or "乡镇（街道）"
