"""The compliance sheet of a year as a workbook: the matrix, and every verdict with its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.timezone import localtime

from common.templatetags.display import month_code, verdict_mark, verdict_word
from common.workbooks import Band, Cell, Column, Row, Sheet
from indicators.engine.explaining.requirements import Requirement, requirement
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Standard, Verdict, VerdictStatus, YardstickLine
from indicators.places import place_names
from villages.models import Enrolment, Programme

NOT_COMPUTED = Cell("未计算", tone="muted")


def compliance_sheets(
    *,
    programme: Programme,
    year: int,
    standards: Sequence[Standard],
    enrolments: Sequence[Enrolment],
    verdicts: Sequence[Verdict],
    kept: Mapping[tuple[int, int], YardstickLine],
    is_demonstration: bool,
    now: datetime,
) -> list[Sheet]:
    """Lay out a year: `verdicts` are those the reader may see, of `enrolments` and wider scopes.

    `kept` says, by standard and village, what was asked for where the programme says something else now.
    """
    catalogue = Catalogue.load(programme)
    wanted = {standard.pk: requirement(standard, catalogue) for standard in standards}
    legend = "　".join(f"{verdict_mark(status)} {verdict_word(status)}" for status in VerdictStatus)
    notes = [
        f"{legend}。只计算已受理的月报；空着的数按“缺数据”处理，不当作 0。",
        f"来源：{programme.source}；月报数据，{localtime(now):%Y-%m-%d %H:%M} 导出。",
    ]
    title = f"{programme.name} {year}年达标情况"
    return [
        Sheet(
            name=f"{year}年达标矩阵",
            title=title,
            columns=_matrix_columns(standards),
            rows=_matrix_rows(standards, enrolments, verdicts),
            notes=notes,
            is_demonstration=is_demonstration,
            frozen_columns=2,
        ),
        Sheet(
            name=f"{year}年达标明细",
            title=f"{title}（明细）",
            columns=DETAIL_COLUMNS,
            rows=_detail_rows(programme, enrolments, verdicts, _Targets(wanted, kept)),
            notes=notes,
            is_demonstration=is_demonstration,
            frozen_columns=3,
        ),
    ]


DETAIL_COLUMNS = [
    Column("编号", 8, centred=True),
    Column("标准或目标", 34),
    Column("考核对象", 16),
    Column("结论", 11, centred=True),
    Column("实际值", 12, places=2),
    Column("目标值", 12, places=2),
    Column("还差", 12, places=2),
    Column("计量单位", 9, centred=True),
    Column("目标要求", 30),
    Column("数据截至", 10, centred=True),
    Column("责任单位", 36),
    Column("条款", 40),
]


def _matrix_columns(standards: Sequence[Standard]) -> list[Column]:
    own = [Column("村（社区）", 16), Column("类别", 14)]
    return own + [
        Column(f"{standard.code}\n{standard.name}", 13, group=standard.get_section_display(), centred=True)
        for standard in _of_villages(standards)
    ]


def _matrix_rows(
    standards: Sequence[Standard], enrolments: Sequence[Enrolment], verdicts: Sequence[Verdict]
) -> list[Row]:
    found = {(verdict.standard_id, verdict.scope_code): verdict for verdict in verdicts}
    columns = _of_villages(standards)
    return [
        [
            enrolment.village.name,
            enrolment.kind.name,
            *(_status(found.get((standard.pk, enrolment.village.code))) for standard in columns),
        ]
        for enrolment in enrolments
    ]


def _detail_rows(
    programme: Programme,
    enrolments: Sequence[Enrolment],
    verdicts: Sequence[Verdict],
    targets: "_Targets",
) -> list[Row]:
    names = place_names(programme) | {row.village.code: row.village.name for row in enrolments}
    rows: list[Row] = []
    section = ""
    for verdict in sorted(verdicts, key=lambda one: one.standard.section != Standard.Section.STANDARD):
        if verdict.standard.section != section:
            section = verdict.standard.section
            rows.append(Band(verdict.standard.get_section_display()))
        rows.append(_detail(verdict, names, targets))
    return rows


@dataclass(frozen=True)
class _Targets:
    """What a verdict was measured by, in words."""

    wanted: Mapping[int, Requirement]
    kept: Mapping[tuple[int, int], YardstickLine]

    def of(self, verdict: Verdict) -> str:
        if line := self.kept.get((verdict.standard_id, verdict.village_id or 0)):
            return line.target
        asked = self.wanted[verdict.standard_id]
        return f"{asked.target}；力争 {asked.stretch}" if asked.stretch else asked.target


def _detail(verdict: Verdict, names: Mapping[str, str], targets: _Targets) -> Row:
    standard = verdict.standard
    return [
        standard.code,
        standard.name,
        names.get(verdict.scope_code, verdict.scope_code),
        _status(verdict),
        _figure(verdict.value, standard),
        _figure(verdict.threshold, standard),
        Cell(None) if standard.names else _figure(verdict.gap, standard),
        standard.indicator.unit if standard.indicator else "",
        targets.of(verdict),
        month_code(verdict.data_month) if verdict.data_month else "",
        "、".join(department.name for department in standard.departments.all()),
        standard.clause,
    ]


def _of_villages(standards: Sequence[Standard]) -> list[Standard]:
    """Village standards, those that decide the title first."""
    own = (standard for standard in standards if standard.scope == Standard.Scope.VILLAGE)
    return sorted(own, key=lambda standard: standard.section != Standard.Section.STANDARD)


def _status(verdict: Verdict | None) -> Cell:
    if verdict is None:
        return NOT_COMPUTED
    return Cell(f"{verdict_mark(verdict.status)} {verdict_word(verdict.status)}", tone=verdict.status)


def _figure(value: Decimal | None, standard: Standard) -> Cell:
    """A figure without the zeros that only the column adds, with at least its own decimals; or its name."""
    if value is None:
        return Cell(None)
    if name := standard.names.get(value):
        return Cell(name)
    exponent = value.normalize().as_tuple().exponent
    return Cell(value, places=max(0, -exponent) if isinstance(exponent, int) else 0)
