"""The library as a workbook: one sheet of projects, one of their money by source."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from common.templatetags.display import moment
from common.workbooks import Cell, Column, Row, Sheet
from projects.models import Project, ProjectFund
from projects.models.library import MONEY, ProjectQuerySet

UNIT = "资金（万元）"
MONEY_COLUMNS = [Column(title, 12, 2, group=UNIT) for title in ("预算", "已下达", "已支付")]
PROJECT_COLUMNS = [
    Column("项目编号", 14),
    Column("项目名称", 30),
    Column("建设内容", 40),
    Column("实施村（社区）", 20),
    Column("工作措施", 24),
    Column("责任单位", 14),
    Column("年度", 8, 0, centred=True),
    Column("状态", 10, centred=True),
    Column("计划开工", 12, centred=True),
    Column("计划完工", 12, centred=True),
    Column("形象进度（%）", 11, 1),
    *MONEY_COLUMNS,
]
FUND_COLUMNS = [
    Column("项目编号", 14),
    Column("项目名称", 30),
    Column("年度", 8, 0, centred=True),
    Column("资金来源", 14, centred=True),
    *MONEY_COLUMNS,
]


def library_sheets(projects: ProjectQuerySet, now: datetime) -> list[Sheet]:
    """Return the two sheets of `projects`, a list as `for_list` makes it."""
    rows = list(projects)
    funds = ProjectFund.objects.for_detail().of([project.pk for project in rows])
    return [
        _sheet("项目库", "示范村创建项目库", PROJECT_COLUMNS, _project_rows(rows), rows, now),
        _sheet("资金来源", "项目资金来源", FUND_COLUMNS, _fund_rows(list(funds)), rows, now),
    ]


def _sheet(
    name: str, title: str, columns: list[Column], body: list[Row], projects: list[Project], now: datetime
) -> Sheet:
    return Sheet(
        name,
        title,
        columns,
        body,
        notes=[f"导出时间：{moment(now)}。资金单位为万元。"],
        is_demonstration=any(project.is_demonstration for project in projects),
        frozen_columns=2,
    )


def _project_rows(projects: Iterable[Project]) -> list[Row]:
    rows: list[Row] = [
        [
            project.code,
            project.name,
            project.content,
            "、".join(village.name for village in project.villages.all()),
            str(project.measure),
            project.department.name,
            Cell(project.year, places=0),
            project.get_status_display(),
            project.planned_start_date,
            project.planned_end_date,
            project.percent,
            *(getattr(project, name) for name in MONEY),
        ]
        for project in projects
    ]
    return [*rows, _total(projects, len(PROJECT_COLUMNS))]


def _fund_rows(funds: Iterable[ProjectFund]) -> list[Row]:
    rows: list[Row] = [
        [
            fund.project.code,
            fund.project.name,
            fund.project.year,
            fund.get_source_display(),
            *(getattr(fund, name) for name in MONEY),
        ]
        for fund in funds
    ]
    return [*rows, _total(funds, len(FUND_COLUMNS))]


def _total(counted: Iterable[Project | ProjectFund], width: int) -> Row:
    sums = [sum((getattr(row, name) for row in counted), Decimal(0)) for name in MONEY]
    return ["合计", *[None] * (width - len(sums) - 1), *sums]
