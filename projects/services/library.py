"""The library itself: entering a project, changing it, and its steps from approval to acceptance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import AuditEvent, Organisation, TransitionStep, User
from accounts.permissions import Permission, authorize
from accounts.transitions import advance
from common.divisions import contains
from common.templatetags.display import moment, percent
from common.transitions import TransitionError
from projects.models import Measure, Project, division_of
from projects.services.funds import fund_set_budget, in_wan
from projects.workflow import ENTER
from villages.models import Programme, Village

CHANGED = "修改项目"
NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class ProjectData:
    """What the library keeps of a project; `budgets` holds 万元 by source, where a source gives any."""

    code: str
    name: str
    content: str
    measure: Measure
    department: Organisation
    villages: Sequence[Village]
    year: int
    planned_start_date: date
    planned_end_date: date
    budgets: Mapping[str, Decimal]


_COLUMNS = [field.name for field in fields(ProjectData) if field.name not in {"villages", "budgets"}]


@transaction.atomic
def project_create(
    *, data: ProjectData, actor: User, now: datetime, is_demonstration: bool = False
) -> Project:
    """Enter a project into the library (入库) with its budgets; ValidationError says what is wrong."""
    programme = data.measure.programme
    project = Project(programme=programme, is_demonstration=is_demonstration)
    project.division_code = division_of(programme, data.villages)
    authorize(actor, Permission.PROJECT_MANAGE, within=project.division_code)
    _fill(project, data)
    project.steps.create(name=ENTER, to_status=project.status, by=actor, at=now)
    audit.record(actor=actor, action="项目入库", subject=project, now=now, code=project.code)
    _set_budgets(project, data.budgets, actor, now)
    return project


@transaction.atomic
def project_update(
    *, project: Project, data: ProjectData, version: int, actor: User, now: datetime
) -> Project:
    """Change a project that nobody changed since `version` was shown, or raise ValidationError."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    authorize(actor, Permission.PROJECT_MANAGE, within=project.division_code)
    _check_open(project, version)
    before = _as_text(project)
    project.division_code = division_of(project.programme, data.villages)
    authorize(actor, Permission.PROJECT_MANAGE, within=project.division_code)
    project.version += 1
    _fill(project, data)
    changes = _differences(before, _as_text(project))
    audit.record(actor=actor, action=CHANGED, subject=project, now=now, changes=changes)
    _set_budgets(project, data.budgets, actor, now)
    return project


@transaction.atomic
def project_step(
    *, project: Project, name: str, actor: User, now: datetime, comment: str = ""
) -> TransitionStep:
    """Take a step of the project's workflow, or raise TransitionError saying why not."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    step = advance(project, name, actor=actor, now=now, comment=comment)
    check = _CONDITIONS.get(name)
    if check:
        check(project)
    return step


def _fill(project: Project, data: ProjectData) -> None:
    errors = dict(_errors(project.programme, data))
    if errors:
        raise ValidationError(errors)
    for column in _COLUMNS:
        setattr(project, column, getattr(data, column))
    project.full_clean()
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError as error:
        raise ValidationError({"code": Project._meta.get_field("code").error_messages["unique"]}) from error
    project.villages.set(data.villages)


def _errors(programme: Programme, data: ProjectData) -> Iterable[tuple[str, str]]:
    if data.measure.programme_id != programme.pk:
        yield "measure", f"请选择“{programme}”里的措施。"
    if not contains(programme.division_code, data.department.division_code):
        yield "department", f"{data.department}不在本方案的行政区划内。"
    if data.year not in programme.years:
        yield "year", f"年度应在 {programme.first_year} 到 {programme.last_year} 之间。"
    if data.planned_end_date < data.planned_start_date:
        yield "planned_end_date", "计划完工不能早于计划开工。"
    outside = _outside(programme, data.villages)
    if outside:
        yield "villages", f"{outside}没有参加“{programme}”。"
    yield from _budget_errors(data.budgets)


def _outside(programme: Programme, villages: Sequence[Village]) -> str:
    enrolled = set(programme.enrolments.values_list("village_id", flat=True))
    return "、".join(village.name for village in villages if village.pk not in enrolled)


def _budget_errors(budgets: Mapping[str, Decimal]) -> Iterable[tuple[str, str]]:
    for source, budget in budgets.items():
        if budget < 0:
            yield f"budget_{source}", "预算不能是负数。"
    if not any(budgets.values()):
        yield "__all__", "请至少填写一个资金来源的预算。"


def _set_budgets(project: Project, budgets: Mapping[str, Decimal], actor: User, now: datetime) -> None:
    known = dict(project.funds.values_list("source", "budget"))
    errors: dict[str, str] = {}
    for source in sorted({*known, *budgets}):
        budget = budgets.get(source, NOTHING)
        if known.get(source, NOTHING) != budget:
            errors |= _set_budget(project, source, budget, actor, now)
    if errors:
        raise ValidationError(errors)


def _set_budget(project: Project, source: str, budget: Decimal, actor: User, now: datetime) -> dict[str, str]:
    try:
        fund_set_budget(project=project, source=source, budget=budget, actor=actor, now=now)
    except ValidationError as error:
        return {f"budget_{source}": str(error.message)}
    return {}


def _check_open(project: Project, version: int) -> None:
    if project.is_closed:
        raise ValidationError(f"项目{project.get_status_display()}，不能再修改。")
    if project.version == version:
        return
    last = AuditEvent.objects.about(project).filter(action=CHANGED).for_list().first()
    who = f"{last.actor}在 {moment(last.at)}" if last else "别人"
    raise ValidationError(
        f"{who}改过这个项目，您打开的是改之前的内容。您填写的都还在下面，请与项目页核对后再保存。"
    )


def _as_text(project: Project) -> dict[str, str]:
    columns = {column: str(getattr(project, column)) for column in _COLUMNS}
    return columns | {"villages": "、".join(village.name for village in project.villages.all())}


def _differences(before: dict[str, str], after: dict[str, str]) -> dict[str, dict[str, str]]:
    changed = [name for name in before if before[name] != after[name]]
    return {name: {"before": before[name], "after": after[name]} for name in changed}


def _check_finished(project: Project) -> None:
    last = project.progress.order_by("-month").first()
    if last is None or last.percent < 100:
        known = f"最近一次填报是 {percent(last.percent)}" if last else "还没有填报"
        raise TransitionError(f"形象进度{known}，填报到 100% 后才能办理完工。")


def _check_no_money(project: Project) -> None:
    money = Project.objects.filter(pk=project.pk).money()
    if money["allocated"]:
        raise TransitionError(
            f"已下达 {in_wan(money['allocated'])} 万元（其中已支付 {in_wan(money['paid'])} 万元），"
            "全部冲回后才能取消项目。"
        )


_CONDITIONS = {"complete": _check_finished, "cancel": _check_no_money}
