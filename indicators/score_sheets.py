"""The scores of a year as a workbook: a row per village, a column per section."""

from datetime import datetime
from decimal import Decimal

from django.utils.timezone import localtime

from common.workbooks import Cell, Column, Row, Sheet, Value
from indicators.models import Score
from indicators.score_table import Row as TableRow
from indicators.score_table import ScoreTable
from villages.models import Programme

POINTS = 2  # decimals of a column of points; a figure with more keeps its own
OWN = [
    Column("村（社区）", 16),
    Column("乡镇（街道）", 14),
    Column("得分", 10, places=POINTS),
    Column("满分", 10, places=POINTS),
    Column("等次", 10, centred=True),
    Column("缺数据项", 9, places=0, centred=True),
    Column("否决项", 14),
]


def score_sheets(
    *, programme: Programme, year: int, table: ScoreTable, is_demonstration: bool, now: datetime
) -> list[Sheet]:
    """Lay out what a scorecard gave the villages of `table`."""
    sections = [Column(section.name, 13, places=POINTS, group="各部分得分") for section in table.sections]
    return [
        Sheet(
            name=f"{year}年测评得分",
            title=f"{programme.name} {year}年{table.card.name}",
            columns=[*OWN, *sections],
            rows=[_row(row) for row in table.rows],
            notes=[
                "还有缺数据的，得分只计已知各项，暂不定等次；“–”表示这一部分不适用。",
                f"来源：{programme.source}；月报数据和评审判定，{localtime(now):%Y-%m-%d %H:%M} 导出。",
            ],
            is_demonstration=is_demonstration,
        )
    ]


def _row(row: TableRow) -> Row:
    total, village = row.total, row.total.village
    points = [_points(total.points), _points(total.full_points)]
    said: list[Value] = [total.grade, total.missing, total.vetoed_by]
    return [village.name, village.township_name, *points, *said, *(_part(part) for _, part in row.pairs)]


def _part(part: Score | None) -> Cell:
    return Cell("–", tone="not_applicable") if part is None else _points(part.points)


def _points(points: Decimal) -> Cell:
    exponent = points.normalize().as_tuple().exponent
    return Cell(points, places=max(POINTS, -exponent) if isinstance(exponent, int) else POINTS)
