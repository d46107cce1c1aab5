"""Every write to a village's month: its figures, and the steps of its header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import localdate, localtime

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, authorize
from accounts.transitions import advance
from common.transitions import TransitionError
from indicators.engine.sql.area_sums import area_sums_kept
from indicators.merging import Merge, merge
from indicators.models import (
    DataElement,
    LedgerLine,
    MonthlyReport,
    ProgrammeElement,
    ValidationRule,
    ValueChange,
)
from indicators.models.catalogue import AskedElement
from indicators.permissions import may_edit, own_elements
from indicators.services.compliance import compute_request
from indicators.services.figures import Changed, MonthClosed, write_figures
from indicators.validation import FigureError, RuleProblem, broken_rules, check_figure, month_refusal
from indicators.workflow import MonthStatus
from villages.models import Programme, Village

Figures = Mapping[int, Decimal | None]


class StaleVersion(TransitionError):
    """Somebody saved the month since it was read: who changed what, and the version it has now."""

    def __init__(self, version: int, changes: Sequence[ValueChange]) -> None:
        super().__init__("您打开这一页以后，有人改过这个月的数据，请核对后再办理。")
        self.version = version
        self.changes = changes


class BrokenRules(TransitionError):
    """Figures contradict each other: every relation that does not hold, in one go."""

    def __init__(self, problems: Sequence[RuleProblem]) -> None:
        self.heading = f"还没有上报：有 {len(problems)} 处数据互相对不上，请改正后再上报。"
        super().__init__(self.heading + "".join(problem.sentence for problem in problems))


class MissingFigures(TransitionError):
    """Figures are empty, and whoever submits has not said that the month goes without them."""

    def __init__(self, missing: Sequence[AskedElement]) -> None:
        super().__init__(f"还有 {len(missing)} 项没有填，请补填，或确认按“缺数据”上报。")
        self.missing = missing


@dataclass(frozen=True)
class Saved:
    """What a save changed, and what others had changed meanwhile and keeps their figures."""

    changes: list[ValueChange] = field(default_factory=list)
    taken: list[ValueChange] = field(default_factory=list)


@transaction.atomic
def month_open(*, village: Village, month: date, actor: User, now: datetime) -> MonthlyReport:
    """Return the header of a village's month, made now if nobody has; TransitionError where there is none."""
    _authorize_editing(actor, village)
    _require_month(village, month, now)
    report, created = MonthlyReport.objects.get_or_create(village=village, month=month)
    if created:
        audit.record(actor=actor, action="月报：开始填报", subject=report, now=now)
    return report


@transaction.atomic
def month_save(
    *, village: Village, month: date, values: Figures, seen_version: int, actor: User, now: datetime
) -> Saved:
    """Write the figures in `values` that differ from the ledger; the others stay as they are.

    Where others saved since `seen_version`, what only they changed stays theirs; StaleVersion if both
    changed a figure. MonthClosed if the month is not open, ValidationError (by code) for what cannot be.
    """
    _authorize_editing(actor, village)
    elements = _elements_to_write(actor, village, values)
    _check_figures(elements, values)
    _require_month(village, month, now)
    if not _changed(village, month, values):
        return Saved()  # and an empty form makes no header
    report = month_open(village=village, month=month, actor=actor, now=now)
    locked = MonthlyReport.objects.select_for_update()
    report.refresh_from_db(fields=["status", "version"], from_queryset=locked)
    merged = _merge(report, seen_version, values)
    changed = _changed(village, month, merged.values)
    if not changed:
        return Saved(taken=list(merged.taken.values()))
    changes = write_figures(report, elements, changed, actor, now)
    return Saved(changes, list(merged.taken.values()))


@transaction.atomic
def month_submit(
    *,
    report: MonthlyReport,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
    incomplete_ok: bool = False,
) -> MonthlyReport:
    """Sign the month off to the bureau, or raise TransitionError saying why not.

    Empty figures count as no data, never as zero: they are submitted only where `incomplete_ok` says so.
    """
    report = _locked(report)
    authorize(actor, Permission.MONTH_SUBMIT, within=report.division_code)
    _refuse_second_submit(report)
    _require_version(report, seen_version)
    if report.is_editable:
        _require_figures(report, incomplete_ok=incomplete_ok)
    advance(report, "submit", actor=actor, now=now)
    return report


@transaction.atomic
def month_withdraw(*, report: MonthlyReport, actor: User, now: datetime) -> MonthlyReport:
    """Take back a month that the bureau has not looked at yet."""
    report = _locked(report)
    authorize(actor, Permission.MONTH_SUBMIT, within=report.division_code)
    advance(report, "withdraw", actor=actor, now=now)
    return report


@transaction.atomic
def month_accept(
    *, report: MonthlyReport, actor: User, now: datetime, seen_version: int | None = None
) -> MonthlyReport:
    """Accept the month: from now on its figures count, and verdicts are computed anew."""
    report = _locked(report)
    authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    _require_version(report, seen_version)
    with area_sums_kept([report.village], report.month.year):
        advance(report, "accept", actor=actor, now=now)
    _request_verdicts(report, now)
    return report


@transaction.atomic
def month_return(
    *, report: MonthlyReport, comment: str, actor: User, now: datetime, seen_version: int | None = None
) -> MonthlyReport:
    """Send the month back to its township with the reason."""
    report = _locked(report)
    authorize(actor, Permission.MONTH_REVIEW, within=report.division_code)
    _require_version(report, seen_version)
    advance(report, "return", actor=actor, now=now, comment=comment)
    return report


def _authorize_editing(actor: User, village: Village) -> None:
    if not may_edit(actor, village):
        raise PermissionDenied("月报由本乡镇（街道）和提供数据的部门填报，您的角色或管辖范围不包括这项操作。")


def _elements_to_write(actor: User, village: Village, values: Figures) -> dict[int, DataElement]:
    asked = ProgrammeElement.objects.asked_of(village)
    own = own_elements(actor, village, asked)
    for item in asked:
        if item.element.pk in values and item.element.pk not in own:
            owner = item.provider_names or "乡镇（街道）"
            raise PermissionDenied(f"“{item.element}”由{owner}填报，不能由您填写。")
    elements = {item.element.pk: item.element for item in asked}
    if set(values) - set(elements):
        raise ValidationError("这个村（社区）的月报里没有这一项数据。")
    return elements


def _check_figures(elements: Mapping[int, DataElement], values: Figures) -> None:
    errors: dict[str, str] = {}
    for pk, value in values.items():
        try:
            if value is not None:
                check_figure(value, elements[pk])
        except FigureError as error:
            errors[elements[pk].code] = f"{elements[pk].name}：{error}"
    if errors:
        raise ValidationError(errors)


def _require_month(village: Village, month: date, now: datetime) -> None:
    programmes = Programme.objects.filter(enrolments__village=village)
    if refusal := month_refusal(programmes, month, localdate(now)):
        raise TransitionError(refusal)


def _changed(village: Village, month: date, values: Figures) -> Changed:
    before = LedgerLine.objects.month_values(village, month)
    return {pk: (before.get(pk), value) for pk, value in values.items() if before.get(pk) != value}


def _merge(report: MonthlyReport, seen: int, values: Figures) -> Merge:
    """Put `values`, typed over version `seen`, over what stands now; the caller holds the header locked."""
    if not report.is_editable:
        raise MonthClosed(report.why_closed())
    changes = list(ValueChange.objects.since(report, seen))
    merged = merge(values, changes, version=report.version)
    if merged.conflicts:
        raise StaleVersion(report.version, changes)
    return merged


def _locked(report: MonthlyReport) -> MonthlyReport:
    return MonthlyReport.objects.select_related("village").select_for_update(of=("self",)).get(pk=report.pk)


def _refuse_second_submit(report: MonthlyReport) -> None:
    if report.status != MonthStatus.SUBMITTED:
        return
    step = report.steps.select_related("by").filter(name="submit").last()
    when = f"由{step.by}于 {localtime(step.at):%Y-%m-%d %H:%M} " if step else ""
    raise TransitionError(f"本月已{when}上报，不用再报。")


def _require_version(report: MonthlyReport, seen: int | None) -> None:
    if seen is not None and seen != report.version:
        raise StaleVersion(report.version, list(ValueChange.objects.since(report, seen)))


def _require_figures(report: MonthlyReport, *, incomplete_ok: bool) -> None:
    asked = ProgrammeElement.objects.asked_of(report.village)
    values = LedgerLine.objects.month_values(report.village, report.month)
    missing = [item for item in asked if item.element.pk not in values]
    if len(missing) == len(asked):
        raise TransitionError("本月一项数据也没有填，不能上报。")
    by_code = {item.element.code: values[item.element.pk] for item in asked if item not in missing}
    problems = broken_rules(ValidationRule.objects.of_village(report.village), by_code)
    if problems:
        raise BrokenRules(problems)
    if missing and not incomplete_ok:
        raise MissingFigures(missing)


def _request_verdicts(report: MonthlyReport, now: datetime) -> None:
    """A month also moves next year's growth: one that comes late is asked for both years."""
    this_year = localdate(now).year
    years = sorted({report.month.year, min(report.month.year + 1, this_year)})
    for programme in Programme.objects.filter(enrolments__village=report.village):
        for year in years:
            compute_request(programme=programme, year=year, village=report.village, now=now)
