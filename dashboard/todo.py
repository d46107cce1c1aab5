"""What waits for a person (待办): one table of sources, each a read of the room that knows; overdue first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localdate

from accounts.models import User
from accounts.permissions import Permission, allows
from assessments.models import Application, Award, SupervisionOrder
from assessments.workflow import ApplicationStatus, SupervisionStatus
from common.division_names import division_name
from common.divisions import Level
from common.months import month_before
from indicators.models import Amendment, LatePermit, MonthlyReport
from indicators.models.due import DueMonth
from indicators.workflow import MonthStatus
from projects.models import Project

FEW = 3  # villages that are listed one by one


@dataclass(frozen=True)
class TodoItem:
    """Something to do: what it is about, what is to be done, where, and by when (None: no deadline)."""

    title: str
    what: str
    url: str
    due: date | None = None

    def is_overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today


def todo_for(user: User, *, at: datetime) -> list[TodoItem]:
    """Everything that waits for `user`, the longest overdue first; nothing overdue is ever left out."""
    found = [item for source in SOURCES if source.is_for(user) for item in source.read(user, at)]
    return sorted(found, key=lambda item: (item.due or date.max, item.title))


MONTH_WHAT = {
    "": "还没有填报",
    "draft": "填报中，尚未上报",
    "returned": "被退回，请修改后重新上报",
}
APPLICATION_WHAT = {
    ApplicationStatus.SELF_CHECK: "自查中：写好自查报告并提交验收申请",
    ApplicationStatus.RETURNED: "退回整改：完成整改后重新提交",
    ApplicationStatus.SUBMITTED: "新的验收申请：开始评估验收",
    ApplicationStatus.MUNICIPAL_REVIEW: "评估验收中：汇总成员单位意见，作出结论",
    ApplicationStatus.MUNICIPAL_PASSED: "已通过评估验收：开始复审复验",
    ApplicationStatus.CITY_REVIEW: "复审复验中：作出结论",
}
ORDER_WHAT = {
    SupervisionStatus.ISSUED: "督办：请答复办理情况",
    SupervisionStatus.ANSWERED: "督办已答复：请办结或继续督办",
}


def _months(user: User, at: datetime) -> Iterator[TodoItem]:
    owed = MonthlyReport.objects.months_due(user, at=at)
    for alike in _alike(owed, lambda due: (*_returned(due), due.village.township_code)):
        first = alike[0]
        if len(alike) > 1:
            place = [first.village.township_code, first.month.year, first.month.month]
            url, name = reverse("indicators:township_grid", args=place), first.village.township_name
            yield TodoItem(
                f"{name} {_month(first)}月报", f"尚未上报：{_villages(alike)}", url, first.due_date
            )
        else:
            title = f"{first.village.name} {_month(first)}月报"
            yield TodoItem(title, MONTH_WHAT[first.status], first.get_absolute_url(), first.due_date)


def _returned(due: DueMonth) -> tuple[str, str]:
    """What was sent back stands alone: somebody waits for exactly that."""
    return (due.status, due.village.code) if due.status == MonthStatus.RETURNED else ("", "")


def _figures(user: User, at: datetime) -> Iterator[TodoItem]:
    owed = MonthlyReport.objects.figures_due(user, at=at)
    for alike in _alike(owed, lambda due: due.village.code[: Level.COUNTY]):
        first, what = alike[0], f"本单位还有 {sum(due.missing for due in alike)} 项未填"
        if len(alike) > 1:
            county = first.village.code[: Level.COUNTY]
            url = reverse("indicators:county_grid", args=[county, first.month.year, first.month.month])
            title = f"{division_name(county)} {_month(first)}数据"
            yield TodoItem(title, f"{what}：{_villages(alike)}", url, first.due_date)
        else:
            title = f"{first.village.name} {_month(first)}数据"
            yield TodoItem(title, what, first.get_absolute_url(), first.due_date)


def _alike(owed: Iterable[DueMonth], by: Callable[[DueMonth], Any]) -> Iterator[list[DueMonth]]:
    """Months that are alike `by` something: many come together, a few each by itself."""

    def key(due: DueMonth) -> tuple[Any, ...]:
        return due.due_date, due.month, by(due)

    for _, members in groupby(sorted(owed, key=key), key=key):
        alike = list(members)
        yield from [alike] if len(alike) > FEW else [[due] for due in alike]


def _month(due: DueMonth) -> str:
    return f"{due.month.year}年{due.month.month}月"


def _villages(alike: Sequence[DueMonth]) -> str:
    return f"{'、'.join(due.village.name for due in alike[:FEW])}等 {len(alike)} 个村（社区）"


def _reviews(user: User, at: datetime) -> Iterator[TodoItem]:
    reports = MonthlyReport.objects.visible_to(user).waiting_for_review().in_queue_order()
    for month, waiting in groupby(reports, key=lambda report: report.month):
        names = [report.village.name for report in waiting]
        what = f"{len(names)} 份月报待审核：{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}"
        yield TodoItem(f"{month.year}年{month.month}月月报审核", what, reverse("indicators:review"))


def _requests(user: User, at: datetime) -> Iterator[TodoItem]:
    for permit in LatePermit.objects.visible_to(user).waiting().select_related("village"):
        yield TodoItem(f"{permit.village} {permit.what}", "等您答复补报申请", permit.get_absolute_url())
    for amendment in Amendment.objects.visible_to(user).waiting().select_related("report__village"):
        title = f"{amendment.village} {amendment.what}"
        yield TodoItem(title, "等您答复更正申请", amendment.get_absolute_url())


def _applications(user: User, at: datetime) -> Iterator[TodoItem]:
    for application in Application.objects.waiting_for(user, at=localdate(at)):
        what = APPLICATION_WHAT[ApplicationStatus(application.status)]
        title = f"{application.village.name} {application.year}年创建"
        yield TodoItem(title, what, application.get_absolute_url(), application.due_date)


def _to_apply(user: User, at: datetime) -> Iterator[TodoItem]:
    today = localdate(at)
    for enrolment in Application.objects.enrolments_to_apply(user, at=today):
        due = enrolment.programme.date_of("self_check_closes", today.year)
        what = "计划今年创建，还没有发起自查"
        title = f"{enrolment.village.name} {today.year}年创建"
        yield TodoItem(title, what, reverse("assessments:list"), due)


def _opinions(user: User, at: datetime) -> Iterator[TodoItem]:
    for application in Application.objects.awaiting_opinion_of(user):
        what = f"还有 {application.opinions_missing} 项标准等本单位的意见"
        title = f"{application.village.name} {application.year}年评估验收"
        yield TodoItem(
            title, what, reverse("assessments:opinions", args=[application.pk]), application.due_date
        )


def _orders(user: User, at: datetime) -> Iterator[TodoItem]:
    for order in SupervisionOrder.objects.waiting_for(user):
        what = f"{ORDER_WHAT[SupervisionStatus(order.status)]}。{Truncator(order.text).chars(60)}"
        yield TodoItem(f"{order.village.name} 督办单", what, order.get_absolute_url(), order.due_date)


def _progress(user: User, at: datetime) -> Iterator[TodoItem]:
    open_projects = Project.objects.visible_to(user).reported_by(user)
    for project in open_projects.without_progress(month=month_before(localdate(at))):
        yield TodoItem(project.name, "上月形象进度未填", project.get_absolute_url())


def _late_projects(user: User, at: datetime) -> Iterator[TodoItem]:
    for project in Project.objects.visible_to(user).late(today=localdate(at)):
        due = project.planned_end_date
        yield TodoItem(project.name, "已过计划完工日期，尚未完工", project.get_absolute_url(), due)


def _rechecks(user: User, at: datetime) -> Iterator[TodoItem]:
    year = localdate(at).year
    for award in Award.objects.visible_to(user).recheck_due(year).for_list():
        title = f"{award.application.village.name} {year}年度复核"
        url = award.application.get_absolute_url()
        yield TodoItem(title, "已授牌，请复核是否保持达标", url, date(year, 12, 31))


@dataclass(frozen=True)
class Source:
    """A read that yields items, and the permissions of which one opens it."""

    read: Callable[[User, datetime], Iterable[TodoItem]]
    permissions: tuple[Permission, ...]

    def is_for(self, user: User) -> bool:
        return any(allows(user, permission) for permission in self.permissions)


SOURCES = (
    Source(_months, (Permission.MONTH_EDIT,)),
    Source(_figures, (Permission.MONTH_EDIT_OWNED,)),
    Source(_reviews, (Permission.MONTH_REVIEW,)),
    Source(_requests, (Permission.MONTH_REVIEW,)),
    Source(_applications, (Permission.SELF_CHECK, Permission.MUNICIPAL_REVIEW, Permission.CITY_REVIEW)),
    Source(_to_apply, (Permission.SELF_CHECK,)),
    Source(_opinions, (Permission.OPINION_GIVE,)),
    Source(_orders, (Permission.SUPERVISION_ANSWER, Permission.SUPERVISE)),
    Source(_progress, (Permission.PROJECT_PROGRESS,)),
    Source(_late_projects, (Permission.PROJECT_MANAGE,)),
    Source(_rechecks, (Permission.MUNICIPAL_REVIEW,)),
)
