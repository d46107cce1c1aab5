"""What is in view when the bureau decides: the frozen sheet, opinions given and missing, judgements."""

from dataclasses import dataclass
from typing import Any

from assessments import sheet
from assessments.models import Application, Opinion, RectificationItem, Snapshot
from assessments.sheet import Sheet, SheetRow
from assessments.workflow import RectificationStatus
from indicators.models import Judgement


@dataclass(frozen=True)
class Missing:
    """A member department that has not said anything about one of its standards."""

    organisation_id: int
    organisation: str
    standard_id: int
    code: str


@dataclass(frozen=True)
class View:
    """Everything a decision of one round rests on."""

    sheet: Sheet
    opinions: tuple[Opinion, ...]
    missing: tuple[Missing, ...]
    judgements: dict[int, Judgement]
    unclosed: tuple[RectificationItem, ...]

    @property
    def unjudged(self) -> tuple[SheetRow, ...]:
        """Standards that only a reviewer can decide, and none has."""
        return tuple(row for row in self.sheet.rows if row.is_judged and row.id not in self.judgements)

    @property
    def exceptions(self) -> list[str]:
        """What speaks against a pass, one sentence each: a pass in spite of it needs a reason."""
        return [*_open_standards(self), *_judged_unmet(self), *_objections(self)]

    def as_detail(self) -> dict[str, Any]:
        """The same as plain JSON, to be frozen in the step that decides."""
        return {
            "exceptions": self.exceptions,
            "missing_opinions": [[missing.organisation, missing.code] for missing in self.missing],
            "opinions": [_opinion(opinion) for opinion in self.opinions],
            "judgements": [_judgement(judgement) for judgement in self.judgements.values()],
            "unclosed": [item.text for item in self.unclosed],
        }


def in_view(application: Application, round_: int | None = None) -> View:
    """Read what the decision of a round rests on (the present one by default); empty before submission."""
    round_ = round_ or application.round
    snapshot = Snapshot.objects.filter(application=application, round=round_).first()
    rows = sheet.read(snapshot.payload) if snapshot else Sheet((), "")
    opinions = application.opinions.filter(round=round_).select_related("organisation", "standard", "by")
    judgements = Judgement.objects.filter(
        village=application.village, year=application.year, standard__in=[row.id for row in rows.rows]
    ).select_related("standard", "by")
    unclosed = application.rectifications.exclude(status=RectificationStatus.CLOSED)
    return View(
        sheet=rows,
        opinions=tuple(opinions),
        missing=tuple(_missing(rows, opinions)),
        judgements={judgement.standard_id: judgement for judgement in judgements},
        unclosed=tuple(unclosed.select_related("standard")),
    )


def _missing(rows: Sheet, opinions: Any) -> list[Missing]:
    given = {(opinion.organisation_id, opinion.standard_id) for opinion in opinions}
    return [
        Missing(organisation_id, name, row.id, row.code)
        for row in rows.rows
        for organisation_id, name in row.departments.items()
        if (organisation_id, row.id) not in given
    ]


def _open_standards(view: View) -> list[str]:
    words = {"near": "接近，未达到", "unmet": "未达标", "no_data": "缺数据"}
    return [f"{row.code} {row.name}：{words[row.status]}" for row in view.sheet.rows if row.is_open]


def _judged_unmet(view: View) -> list[str]:
    judgements = view.judgements.values()
    return [f"{j.standard}：评审判定为不达标" for j in judgements if not j.is_met]


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


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "standard": judgement.standard.code,
        "is_met": judgement.is_met,
        "note": judgement.note,
        "by": judgement.by.name,
        "at": judgement.at.isoformat(),
    }
