"""What is in view when the bureau decides: the frozen sheet, opinions given and missing, judgements."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import Organisation, User
from accounts.permissions import Permission, allows
from assessments import sheet
from assessments.models import Application, Opinion, RectificationItem, Snapshot
from assessments.sheet import Sheet, SheetRow
from assessments.workflow import BUREAU_DECIDES, RectificationStatus
from indicators.models import Judgement, Standard


@dataclass(frozen=True)
class Missing:
    """A member department that has not said anything about one of its standards."""

    organisation_id: int
    organisation: str
    standard_id: int
    code: str


@dataclass(frozen=True)
class Judged:
    """What a reviewer decided about a judged standard."""

    code: str
    is_met: bool
    note: str
    by: str
    at: datetime
    points: Decimal | None = None


@dataclass(frozen=True)
class View:
    """Everything a decision of one round rests on."""

    sheet: Sheet
    opinions: tuple[Opinion, ...]
    missing: tuple[Missing, ...]
    judgements: dict[str, Judged]
    unclosed: tuple[RectificationItem, ...]

    def visible_to(self, user: User) -> "View":
        """The same for a reader; a department officer sees the department's own standards and opinions."""
        if allows(user, Permission.VIEW_EVERY_STANDARD):
            return self
        return replace(
            self,
            sheet=self.sheet.visible_to(user),
            opinions=tuple(o for o in self.opinions if o.organisation_id == user.organisation_id),
            missing=tuple(m for m in self.missing if m.organisation_id == user.organisation_id),
        )

    @property
    def unjudged(self) -> tuple[SheetRow, ...]:
        """Standards that only a reviewer can decide, and none has."""
        return tuple(row for row in self.sheet.rows if row.is_judged and row.code not in self.judgements)

    @property
    def silent(self) -> dict[str, list[str]]:
        """The member departments that owe opinions, each with the codes of its standards."""
        offices: dict[str, list[str]] = {}
        for missing in self.missing:
            offices.setdefault(missing.organisation, []).append(missing.code)
        return offices

    @property
    def exceptions(self) -> list[str]:
        """What speaks against a pass, one sentence each: a pass in spite of it needs a reason."""
        return [*_open_standards(self), *_judged_unmet(self), *_objections(self)]

    @property
    def cautions(self) -> list[str]:
        """What the one who decides should know first, one sentence each."""
        return [
            *(f"{row.code} {row.name}：还没有作评审判定" for row in self.unjudged),
            *_opinions_missing(self),
            *(f"整改事项没有销号：{item.text}" for item in self.unclosed),
            *self.exceptions,
        ]

    def as_detail(self) -> dict[str, Any]:
        """The same as plain JSON, to be frozen in the step that decides."""
        return {
            "exceptions": self.exceptions,
            "missing_opinions": [[office, codes] for office, codes in self.silent.items()],
            "opinions": [_opinion(opinion) for opinion in self.opinions],
            "judgements": [
                {**vars(judged), "at": judged.at.isoformat(), "points": _text(judged.points)}
                for judged in self.judgements.values()
            ],
            "unclosed": [item.text for item in self.unclosed],
        }


def in_view(application: Application, round_: int | None = None) -> View:
    """Read what the decision of a round rests on (the present one by default); empty before submission."""
    round_ = round_ or application.round
    snapshot = Snapshot.objects.filter(application=application, round=round_).first()
    frozen = sheet.read(snapshot.payload) if snapshot else Sheet(())
    opinions = application.opinions.filter(round=round_).select_related("organisation", "standard", "by")
    unclosed = application.rectifications.exclude(status=RectificationStatus.CLOSED)
    return View(
        sheet=frozen,
        opinions=tuple(opinions),
        missing=tuple(_missing(frozen, opinions)),
        judgements={judged.code: judged for judged in _judgements(application, round_, frozen)},
        unclosed=tuple(unclosed.select_related("standard")),
    )


def _missing(frozen: Sheet, opinions: Iterable[Opinion]) -> list[Missing]:
    given = {(opinion.organisation_id, opinion.standard_id) for opinion in opinions}
    asked = Standard.objects.filter(pk__in=[row.id for row in frozen.rows])
    members = asked.filter(departments__kind=Organisation.Kind.DEPARTMENT).order_by("position", "code")
    pairs = members.values_list("departments", "departments__name", "pk", "code")
    return [Missing(*pair) for pair in pairs if (pair[0], pair[2]) not in given]


def _judgements(application: Application, round_: int, sheet_: Sheet) -> list[Judged]:
    """As the bureau's decision of that round froze them; before it has decided, as they stand."""
    decided = application.steps.filter(round=round_, name__in=BUREAU_DECIDES).order_by("pk").first()
    if decided:
        frozen = decided.detail.get("judgements", [])
        return [_judged(judged) for judged in frozen]
    place = {"village": application.village, "year": application.year}
    standards = [row.id for row in sheet_.rows]
    found = Judgement.objects.filter(**place, standard__in=standards).select_related("standard", "by")
    return [Judged(j.standard.code, j.is_met, j.note, j.by.name, j.at, j.points) for j in found]


def _judged(frozen: dict[str, Any]) -> Judged:
    points = frozen.get("points")
    read = {"at": datetime.fromisoformat(frozen["at"]), "points": None if points is None else Decimal(points)}
    return Judged(**{**frozen, **read})


def _text(points: Decimal | None) -> str | None:
    return None if points is None else str(points)


def _opinions_missing(view: View) -> list[str]:
    """One sentence for all: the page lists the departments, each with its standards."""
    standards = {missing.standard_id for missing in view.missing}
    return [f"{len(standards)} 项标准还缺成员单位意见，见上方“成员单位意见”"] if standards else []


def _open_standards(view: View) -> list[str]:
    words = {"near": "接近，未达到", "unmet": "未达标", "no_data": "缺数据"}
    return [f"{row.code} {row.name}：{words[row.status]}" for row in view.sheet.rows if row.is_open]


def _judged_unmet(view: View) -> list[str]:
    return [f"{judged.code}：评审判定为不达标" for judged in view.judgements.values() if not judged.is_met]


def _objections(view: View) -> list[str]:
    objections = [opinion for opinion in view.opinions if opinion.outcome != Opinion.Outcome.PASS]
    return [f"{o.organisation}对 {o.standard.code}：{o.get_outcome_display()}" for o in objections]


def _opinion(opinion: Opinion) -> dict[str, Any]:
    return {
        "organisation": opinion.organisation.name,
        "standard": opinion.standard.code,
        "outcome": opinion.outcome,
        "note": opinion.note,
        "is_on_site": opinion.is_on_site,
        "by": opinion.by.name,
        "at": opinion.at.isoformat(),
    }
