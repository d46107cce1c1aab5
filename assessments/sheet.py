"""The standards sheet of an application: collected live, frozen at submission, read the same way.

`collect` makes a mapping of plain JSON: this is what a snapshot keeps. `read` turns such a mapping into rows
for pages and documents, wherever it came from, so what reviewers see is what was collected, nothing else.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from assessments.explanations import explanations
from assessments.models import Application, SelfCheckItem
from assessments.scores import collect_scores, read_scores
from assessments.sheet_rows import EvidenceRow, Sheet, SheetRow
from indicators.engine import Period
from indicators.models import MONTH_COLUMNS, LedgerLine, MonthlyReport, Standard, Verdict, VerdictStatus
from programme_files.models import ProgrammeVersion
from villages.models import Enrolment, Evidence

FORMAT = 1


def standards_of(enrolment: Enrolment, year: int) -> QuerySet[Standard]:
    """The creation standards that a village has to meet in `year`, by its kind."""
    standards = enrolment.programme.standards.creation_standards().for_villages().in_year(year)
    for_kind = Q(kinds=None) | Q(kinds=enrolment.kind)
    for_village = Q(villages=None) | Q(villages=enrolment.village)
    return standards.filter(for_kind, for_village).distinct()


def collect(
    application: Application, *, as_of: Period | None = None, version: ProgrammeVersion | None = None
) -> dict[str, Any]:
    """Gather what would be submitted now: figures, verdicts, standards as they read, statements, digests.

    What is frozen has more: with `as_of` every verdict is explained, `version` is the programme's in force.
    """
    village, programme = application.village, application.programme
    return {
        "format": FORMAT,
        "programme": {"code": programme.code, "name": programme.name, "title": programme.title}
        | ({"version": version.number, "sha256": version.sha256} if version else {}),
        "village": {"code": village.code, "name": village.name, "township": village.township_name},
        "year": application.year,
        "round": application.round,
        "report": application.self_check_report,
        "standards": _standards(application, as_of),
        "values": _values(application),
        "months": _months(application),
    } | collect_scores(application)


def digest(payload: Any) -> str:
    """The SHA-256 of a mapping, whatever the order of its keys."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def standards_digest(payload: dict[str, Any]) -> str:
    """The SHA-256 of the standards alone, as they read: rounds that share it were held to the same."""
    return digest([row["standard"] for row in payload["standards"]])


def read(payload: dict[str, Any]) -> Sheet:
    """Turn a collected or frozen mapping into rows."""
    return Sheet(
        rows=tuple(_row(row) for row in payload["standards"]),
        report=payload["report"],
        is_demonstration=any(month.get("is_demonstration") for month in payload["months"]),
        version=payload["programme"].get("version"),
        scores=read_scores(payload),
    )


def _standards(application: Application, as_of: Period | None) -> list[dict[str, Any]]:
    items = application.items.select_related("standard__indicator__choice").prefetch_related(
        "evidence", "standard__departments", "standard__kinds", "standard__villages"
    )
    verdicts = {
        verdict.standard_id: verdict
        for verdict in Verdict.objects.filter(village=application.village, year=application.year)
    }
    explained = explanations(application, [item.standard for item in items], as_of) if as_of else {}
    return [
        _collected(item, verdicts.get(item.standard_id), explained.get(item.standard_id, {}))
        for item in items
    ]


def _collected(item: SelfCheckItem, verdict: Verdict | None, explanation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item.standard_id,
        "standard": _definition(item.standard),
        "departments": _departments(item.standard.departments.all()),
        "verdict": _verdict(verdict),
        "explanation": explanation,
        "statement": item.statement,
        "evidence": [_file(evidence) for evidence in item.evidence.all()],
    } | _names(item.standard)


def _names(standard: Standard) -> dict[str, Any]:
    """What stands for figures that are chosen; nothing where they are counted."""
    names = {str(figure): name for figure, name in standard.names.items()}
    return {"names": names} if names else {}


def _definition(standard: Standard) -> dict[str, Any]:
    indicator = standard.indicator
    return {
        "code": standard.code,
        "name": standard.name,
        "clause": standard.clause,
        "comparator": standard.comparator,
        "rule": standard.get_comparator_display(),
        "threshold": standard.threshold,
        "upper": standard.upper,
        "stretch": standard.stretch,
        "places": standard.places,
        "indicator": indicator and indicator.name,
        "expression": indicator and indicator.expression,
        "unit": indicator.unit if indicator else "",
    } | _points(standard)


def _points(standard: Standard) -> dict[str, Any]:
    """The points that a standard gives; nothing for one that gives none, so that its digest stays."""
    if standard.points is None:
        return {}
    points = {"points": _text(standard.points), "least_points": _text(standard.least_points)}
    return points | {"score": standard.score}


def _departments(organisations: Iterable[Organisation]) -> list[dict[str, Any]]:
    """The member departments that are asked for their opinion; townships and the bureau itself are not."""
    members = [o for o in organisations if o.kind == Organisation.Kind.DEPARTMENT]
    return [{"id": member.pk, "name": member.name} for member in members]


def _verdict(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {"status": VerdictStatus.NO_DATA.value}
    return {
        "status": verdict.status,
        "value": _text(verdict.value),
        "threshold": _text(verdict.threshold),
        "gap": _text(verdict.gap),
        "stretch_met": verdict.stretch_met,
        "data_month": _text(verdict.data_month),
        "computed_at": verdict.computed_at.isoformat(),
    } | ({} if verdict.score is None else {"score": _text(verdict.score)})


def _file(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.pk,
        "title": evidence.title,
        "name": evidence.original_name,
        "size": evidence.size,
        "sha256": evidence.sha256,
    }


def _values(application: Application) -> list[dict[str, Any]]:
    years = (application.year - 1, application.year)
    lines = LedgerLine.objects.of(application.village, years).select_related("element")
    return [
        {
            "element": line.element.code,
            "name": line.element.name,
            "unit": line.element.unit,
            "year": line.year,
            "months": [_text(getattr(line, column)) for column in MONTH_COLUMNS],
        }
        for line in lines.order_by("element__position", "element__code", "year")
    ]


def _months(application: Application) -> list[dict[str, Any]]:
    years = (application.year - 1, application.year)
    reports = MonthlyReport.objects.filter(village=application.village, month__year__in=years)
    return [
        {
            "month": report.month.isoformat(),
            "status": report.status,
            "version": report.version,
            "is_demonstration": report.is_demonstration,
        }
        for report in reports.order_by("month")
    ]


def _text(value: Decimal | date | None) -> str | None:
    return None if value is None else str(value)


def _row(row: dict[str, Any]) -> SheetRow:
    standard, verdict = row["standard"], row["verdict"]
    return SheetRow(
        id=row["id"],
        code=standard["code"],
        name=standard["name"],
        clause=standard["clause"],
        rule=standard["rule"],
        threshold_text=standard["threshold"],
        unit=standard["unit"],
        is_judged=standard["comparator"] == Standard.Comparator.JUDGED,
        departments={department["id"]: department["name"] for department in row["departments"]},
        status=verdict["status"],
        value=_number(verdict.get("value")),
        threshold=_number(verdict.get("threshold")),
        gap=None if row.get("names") else _number(verdict.get("gap")),
        data_month=_date(verdict.get("data_month")),
        points=_number(standard.get("points")),
        least_points=_number(standard.get("least_points")),
        score=_number(verdict.get("score")),
        names={Decimal(number): name for number, name in row.get("names", {}).items()},
        explanation=row["explanation"],
        statement=row["statement"],
        evidence=tuple(EvidenceRow(**file) for file in row["evidence"]),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
