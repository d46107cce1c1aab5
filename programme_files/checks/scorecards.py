"""Scorecards: which standards they add up, their grades, and the vetoes."""

from collections.abc import Iterator
from decimal import Decimal

from common.templatetags.display import number
from indicators.models import Grade, ScoreSection
from programme_files.checks.context import Context
from programme_files.document import SectionRow, StandardRow


def check(context: Context) -> None:
    standards = {row.code: row for row in context.standards()}
    for scorecard in context.document.scorecards:
        _check_grades(context, scorecard)
        _warn_of_grades(context, scorecard, standards)
        for section in scorecard.walk():
            _check_section(context, section, standards)
            _warn_of_points(context, section, standards)
            if section is not scorecard and section.grades:
                context.report(section, "grades", "等次只写在整张计分表上，不写在它的部分里。")
    _check_once(context)
    cards = _cards(context)
    for row in standards.values():
        _check_standard(context, row, cards)


def _check_section(context: Context, row: SectionRow, standards: dict[str, StandardRow]) -> None:
    columns = {"code": row.code, "not_applicable": row.not_applicable or ScoreSection.Missing.LEAVE_OUT}
    context.check_columns(context.path(row), row, ScoreSection, **columns)
    if row.weight <= 0:
        context.report(row, "weight", "应大于 0。")
    if row.points is not None and row.points < 0:
        context.report(row, "points", "不能是负数。")
    if not row.items and not row.sections:
        context.report(row, "", "这一部分既没有 items，也没有 sections。")
    context.check_known(row, "items", row.items, context.standard_codes, "标准")
    for code in row.items:
        if code in standards:
            _check_item(context, row, standards[code])


def _warn_of_points(context: Context, row: SectionRow, standards: dict[str, StandardRow]) -> None:
    most = _sum_of(row, standards)
    if row.points is not None and row.points > most:
        sentence = f"各项最多合计 {number(most)} 分，到不了 {number(row.points)} 分。"
        context.warn(row, "points", sentence)


def _warn_of_grades(context: Context, row: SectionRow, standards: dict[str, StandardRow]) -> None:
    most = _sum_of(row, standards)
    for grade in row.grades:
        if grade.begins is not None and grade.begins > most:
            context.warn(row, "grades", f"各项最多合计 {number(most)} 分，评不到“{grade.name}”。")


def _sum_of(row: SectionRow, standards: dict[str, StandardRow]) -> Decimal:
    """The most that a section's items and parts come to together, extra points too, before it is cut off."""
    items = [standards[code].points or Decimal(0) for code in row.items if code in standards]
    return sum(items, Decimal(0)) + sum(part.weight * _most_of(part, standards) for part in row.sections)


def _most_of(row: SectionRow, standards: dict[str, StandardRow]) -> Decimal:
    most = _sum_of(row, standards)
    return most if row.points is None else min(row.points, most)


def _check_item(context: Context, row: SectionRow, standard: StandardRow) -> None:
    if standard.scope != "village":
        context.report(row, "items", f"{standard.code} 不是按村考核的（scope），不能计分。")
    elif standard.points is None and standard.veto is None:
        context.report(row, "items", f"{standard.code} 没有写 points，不能计分。")


def _check_once(context: Context) -> None:
    """A standard gives its points to one section."""
    found: dict[str, SectionRow] = {}
    for section in context.document.sections():
        for code in dict.fromkeys(section.items):
            if code in found:
                other = f"“{found[code].name}”（{found[code].code}）"
                sentence = f"{code} 已经列在{other}里，一项标准只能计一次分。"
                context.report(section, "items", sentence)
            found.setdefault(code, section)


def _check_grades(context: Context, row: SectionRow) -> None:
    path = context.path(row)
    for index, grade in enumerate(row.grades):
        context.check_columns((*path, "grades", index), grade, Grade, name=grade.name)
        if row.points is not None and grade.begins is not None and grade.begins > row.points:
            sentence = f"起始分 {grade.begins} 高于满分 {row.points}，评不到。"
            context.reading.report((*path, "grades", index, "from"), sentence)
    for sentence in _grade_problems(row):
        context.report(row, "grades", sentence)


def _grade_problems(row: SectionRow) -> Iterator[str]:
    names = [grade.name for grade in row.grades]
    if len(set(names)) < len(names):
        yield "同一个等次写了两次。"
    begins = [grade.begins for grade in row.grades]
    if begins and (begins[-1] is not None or begins.count(None) > 1):
        yield "只有最后一个等次不写 from，而且必须不写：达不到其他等次的都评为它。"
    numbers = [number for number in begins if number is not None]
    if numbers != sorted(set(numbers), reverse=True):
        yield "等次应从高到低排列，起始分各不相同。"


def _cards(context: Context) -> dict[str, SectionRow]:
    """The scorecard in which a standard stands, by its code."""
    return {
        code: scorecard
        for scorecard in context.document.scorecards
        for section in scorecard.walk()
        for code in section.items
    }


def _check_standard(context: Context, row: StandardRow, cards: dict[str, SectionRow]) -> None:
    if row.points is not None and row.scope == "village" and row.code not in cards:
        context.warn(row, "points", "这项标准有分值，但没有列入任何计分部分（scorecards），不会计入总分。")
    if row.veto is None or row.scope != "village":
        return
    concerned = [cards[row.code]] if row.code in cards else list(context.document.scorecards)
    if not any(card.grades for card in concerned):
        context.report(row, "veto", "没有写等次（scorecards 的 grades），一票否决不起作用。")
    for card in concerned:
        names = [grade.name for grade in card.grades]
        if row.veto.caps and names and row.veto.caps not in names:
            sentence = f"计分表“{card.name}”没有等次“{row.veto.caps}”，现有的等次：{'、'.join(names)}。"
            context.report(row, "veto", sentence)
