"""The programme itself, its organisations and its villages."""

from collections.abc import Sequence

from accounts.models import Organisation
from common.divisions import Level, contains
from programme_files.checks.context import Context
from programme_files.document import FORMAT, OrganisationRow, ProgrammeRow, VillageRow
from villages.models import Programme, Village, VillageKind

FIRST_YEAR, LAST_YEAR = 2000, 2100


def check(context: Context) -> None:
    _check_head(context, context.document.programme)
    for kind in context.document.village_kinds:
        context.check_columns(context.path(kind), kind, VillageKind, code=kind.code)
    for organisation in context.document.organisations:
        _check_organisation(context, organisation)
    townships = {row.name: row.division for row in context.document.organisations if row.kind == "township"}
    for village in context.document.villages:
        _check_village(context, village, townships)


def year_problems(years: Sequence[int]) -> str:
    """Say what is wrong with a first and last year; an empty text where nothing is."""
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
        return f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。"
    return "" if years[0] <= years[1] else "起始年晚于结束年。"


def _check_head(context: Context, head: ProgrammeRow) -> None:
    def report(key: str, message: str) -> None:
        context.reading.report(("programme", *key.split(".")) if key else ("programme",), message)

    if context.document.format != FORMAT:
        context.reading.report(("format",), f"应为 {FORMAT}：本程序只认识这一版的写法。")
    context.check_columns(("programme",), head, Programme, code=head.code)
    if sentence := year_problems(head.years):
        report("years", sentence)
    for year, number in head.quota.items():
        if not sentence and not head.years[0] <= year <= head.years[1]:
            report("quota", f"{year} 年不在方案的年份之内。")
        if number < 0:
            report("quota", f"{year} 年的个数不能是负数。")
    if not 0 <= head.near_percent <= 100:
        report("near_percent", "应在 0 到 100 之间。")
    _check_calendar(context, head)


def _check_calendar(context: Context, head: ProgrammeRow) -> None:
    opens, closes = head.calendar.self_check
    days = [opens, closes, head.calendar.municipal_review_until, head.calendar.city_review_until]
    if head.calendar.month_lock_days is not None and not 0 <= head.calendar.month_lock_days <= 60:
        context.reading.report(("programme", "calendar", "month_lock_days"), "应在 0 到 60 个工作日之间。")
    if days != sorted(days):
        context.reading.report(
            ("programme", "calendar"), "自查开始、自查截止、评估验收截止、复审复验截止应依次排列。"
        )


def _check_organisation(context: Context, row: OrganisationRow) -> None:
    context.check_columns(context.path(row), row, Organisation, name=row.name, division_code=row.division)
    home = context.document.programme.division
    if not (contains(home, row.division) or contains(row.division, home)):
        context.report(row, "division", f"{row.division} 既不在方案的地区 {home} 之内，也不是它的上级。")
    if row.kind == "township" and len(row.division) in set(Level) - {Level.TOWNSHIP}:
        context.report(row, "division", "乡镇（街道）的行政区划代码应为 9 位。")


def _check_village(context: Context, row: VillageRow, townships: dict[str, str]) -> None:
    context.check_columns(context.path(row), row, Village, code=row.code)
    context.check_known(row, "kind", [row.kind], context.kinds, "类别")
    if not contains(context.document.programme.division, row.code):
        context.report(row, "code", "不在方案的地区之内。")
    if len(row.code) == Level.VILLAGE:
        _check_township(context, row, townships)
    years = context.document.programme.years
    if (
        row.target_year is not None
        and not years[0] <= row.target_year <= years[1]
        and not year_problems(years)
    ):
        context.report(row, "target_year", "不在方案的年份之内。")


def _check_township(context: Context, row: VillageRow, townships: dict[str, str]) -> None:
    if row.township not in context.organisations:
        context.report(row, "township", f"文件里没有单位“{row.township}”。")
    elif row.township in townships and not contains(townships[row.township], row.code):
        context.report(
            row, "township", f"村代码 {row.code} 不属于{row.township}（{townships[row.township]}）。"
        )
