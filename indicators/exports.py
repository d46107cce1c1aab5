"""The ledger of a month as a workbook (月度台账): elements as rows, villages as columns, as on paper."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby

from common.workbooks import Band, Cell, Column, Row, Sheet
from indicators.models import MONTH_COLUMNS, DataElement, LedgerLine, MonthlyReport, ProgrammeElement
from indicators.workflow import MonthStatus
from villages.models import Village

Figures = dict[tuple[int, int], Decimal]
NOT_ASKED = "not_applicable"  # the tone, and a dash where nothing was typed before


def ledger_sheet(villages: Collection[Village], month: date, *, place: str) -> Sheet:
    """Lay out one month of `villages`, called `place` in the title: figures of every state, named."""
    wanted = ProgrammeElement.objects.elements_per_village(villages)
    reports = {report.village_id: report for report in MonthlyReport.objects.of_month(villages, month)}
    elements = DataElement.objects.filter(pk__in=set().union(*wanted.values()))
    figures = _figures(villages, month)
    rows: list[Row] = [_states(villages, reports)]
    for group, members in groupby(elements, key=lambda element: element.group):
        rows.append(Band(group))
        rows += [_row(element, villages, wanted, figures) for element in members]
    return Sheet(
        name=f"{month.year}年{month.month}月",
        title=f"{place}{month.year}年{month.month}月工作台账",
        columns=_columns(villages),
        rows=rows,
        notes=list(_notes()),
        is_demonstration=any(report.is_demonstration for report in reports.values()),
        frozen_columns=2,
    )


def _columns(villages: Collection[Village]) -> list[Column]:
    heads = [Column("数据项", width=28), Column("计量单位", width=10, centred=True)]
    return heads + [Column(village.name, width=14, group=village.township_name) for village in villages]


def _states(villages: Collection[Village], reports: dict[int, MonthlyReport]) -> Row:
    labels = [
        reports[village.pk].get_status_display() if village.pk in reports else "未填报"
        for village in villages
    ]
    return ["月报状态", "", *(Cell(label, tone="muted") for label in labels)]


def _row(
    element: DataElement, villages: Collection[Village], wanted: dict[int, set[int]], figures: Figures
) -> Row:
    written = {village: _written(figures.get((village.pk, element.pk)), element) for village in villages}
    cells = [
        Cell(value, places=element.places)
        if element.pk in wanted.get(village.pk, ())
        else Cell("–" if value is None else value, NOT_ASKED, element.places)
        for village, value in written.items()
    ]
    return [element.name, element.unit, *cells]


def _written(value: Decimal | None, element: DataElement) -> Decimal | str | None:
    return value if value is None else element.names.get(value) or value


def _figures(villages: Collection[Village], month: date) -> Figures:
    column = MONTH_COLUMNS[month.month - 1]
    lines = LedgerLine.objects.filter(village__in=villages, year=month.year, **{f"{column}__isnull": False})
    return {(village, pk): value for village, pk, value in lines.values_list("village", "element", column)}


def _notes() -> Iterator[str]:
    accepted = MonthStatus.ACCEPTED.label
    yield "空格表示没有填报，不等于 0；“–”表示不要求该村（社区）填报。"
    yield f"月报状态为“{accepted}”的数据计入达标计算。"
